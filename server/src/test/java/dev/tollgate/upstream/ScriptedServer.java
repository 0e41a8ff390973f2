package dev.tollgate.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** A server on this machine that does with each connection what a test says, well formed or not. */
final class ScriptedServer implements AutoCloseable {
    /** What it does with a connection once it has read a request's head. */
    interface Script {
        void run(Socket connection) throws Exception;
    }

    private final ServerSocket server;
    private final Executor threads;
    private final List<String> heads = new CopyOnWriteArrayList<>();

    ScriptedServer(Executor threads) throws IOException {
        this.threads = threads;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    int port() {
        return server.getLocalPort();
    }

    /** What each connection brought, up to the end of its head. */
    List<String> heads() {
        return heads;
    }

    void serve(Script script) {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket connection = server.accept();
                    threads.execute(() -> talk(connection, script));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    void answer(String answer) {
        serve(connection -> {
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            connection.getOutputStream().flush();
        });
    }

    private void talk(Socket connection, Script script) {
        try (connection) {
            InputStream in = connection.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                head.append((char) next);
            }
            heads.add(head.toString());
            script.run(connection);
        } catch (Exception e) {
            // the client has gone
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
