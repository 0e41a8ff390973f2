package dev.tollgate.budget;

import dev.tollgate.kernel.store.DatabaseUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A line to a server that can be cut, and that can lose the server's answers. */
public final class TcpProxy implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("jdbc:postgresql://[^:/]+:(\\d+)/");

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean waitsForCommit;
    private volatile boolean losesAnswer;
    private volatile @Nullable CountDownLatch delivery;
    private volatile boolean delaying;

    private TcpProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    /** A line to that PostgreSQL. */
    public static TcpProxy to(DatabaseUrl.PostgreSql url) throws IOException {
        Matcher address = ADDRESS.matcher(url.jdbcUrl());
        if (!address.find()) {
            throw new IllegalArgumentException(url.jdbcUrl());
        }
        return new TcpProxy(Integer.parseInt(address.group(1)));
    }

    /** The same database, over this line; without server-side statements, so that {@code COMMIT} can be read on it. */
    public DatabaseUrl.PostgreSql through(DatabaseUrl.PostgreSql url) {
        String through = ADDRESS.matcher(url.jdbcUrl())
                .replaceFirst("jdbc:postgresql://127.0.0.1:" + listener.getLocalPort() + "/");
        through += (through.contains("?") ? "&" : "?") + "prepareThreshold=0";
        return new DatabaseUrl.PostgreSql(through, url.user(), url.password());
    }

    /** Ends every connection and takes no new one. */
    public void cut() {
        cut = true;
        open.forEach(TcpProxy::close);
    }

    /** The server hears the next commit, and its answer is lost together with the connection. */
    void loseTheAnswerToTheNextCommit() {
        waitsForCommit = true;
    }

    /** The client's connection breaks at its next commit, which the server hears only when it is {@linkplain #deliver told}. */
    void delayTheNextCommit() {
        delivery = new CountDownLatch(1);
    }

    /** Whether a commit waits to be told. */
    boolean delays() {
        return delaying;
    }

    void deliver() {
        CountDownLatch waiting = delivery;
        if (waiting != null) {
            waiting.countDown();
        }
    }

    boolean hasLostIt() {
        return !waitsForCommit && !losesAnswer;
    }

    public void mend() {
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
                if (!answers && delivery != null && !delaying && isCommit(bytes, read)) {
                    delay(from);
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

    private void delay(Socket client) {
        CountDownLatch until = Objects.requireNonNull(delivery);
        delaying = true;
        close(client);
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delivery = null;
        delaying = false;
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
