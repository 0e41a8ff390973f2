package dev.tollgate.budget;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A line to a server that can be cut, and that can lose the server's answers. */
final class TcpProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean waitsForCommit;
    private volatile boolean losesAnswer;

    TcpProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Ends every connection and takes no new one. */
    void cut() {
        cut = true;
        open.forEach(TcpProxy::close);
    }

    /** The server hears the next commit, and its answer is lost together with the connection. */
    void loseTheAnswerToTheNextCommit() {
        waitsForCommit = true;
    }

    boolean hasLostIt() {
        return !waitsForCommit && !losesAnswer;
    }

    void mend() {
        cut = false;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (cut) {
                    close(client);
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(server);
                Thread.ofVirtual().start(() -> copy(client, server, false));
                Thread.ofVirtual().start(() -> copy(server, client, true));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void copy(Socket from, Socket to, boolean answers) {
        byte[] bytes = new byte[16 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (answers && losesAnswer) {
                    losesAnswer = false;
                    return;
                }
                if (!answers && waitsForCommit && isCommit(bytes, read)) {
                    losesAnswer = true;
                    waitsForCommit = false;
                }
                out.write(bytes, 0, read);
            }
        } catch (IOException e) {
            // one side has gone
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static boolean isCommit(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains("COMMIT");
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
