package dev.tollgate.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider that says exactly what a test wants said, byte by byte, and breaks off where it should. */
final class StubProvider implements AutoCloseable {
    /** What is said to one request, counted from 1; the connection is closed after it. */
    @FunctionalInterface
    interface Script {
        void play(int request, Line line) throws IOException, InterruptedException;
    }

    /** The way to the gate. */
    static final class Line {
        private final OutputStream out;

        Line(OutputStream out) {
            this.out = out;
        }

        void say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        void whole(int status, String contentType, String body) throws IOException {
            say("HTTP/1.1 " + status + " Said\r\ncontent-type: " + contentType + "\r\ncontent-length: "
                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
        }

        void events() throws IOException {
            say("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
        }

        void event(String data) throws IOException {
            String name = data.replaceAll("^\\{\"type\":\"([a-z_]+)\".*", "$1");
            String event = "event: " + name + "\ndata: " + data + "\n\n";
            say(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
        }
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger requests = new AtomicInteger();
    private final Script script;

    StubProvider(Script script) throws IOException {
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    int requests() {
        return requests.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            int length = 0;
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(
                            line.substring("content-length:".length()).trim());
                }
            }
            for (int read = 0; read < length; read++) {
                if (in.read() < 0) {
                    return;
                }
            }
            script.play(requests.incrementAndGet(), new Line(socket.getOutputStream()));
        } catch (IOException e) {
            // the gate has hung up
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
