package dev.tollgate.bench.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that reads whole requests and lets a script write whatever it likes. Every connection has a thread. */
final class ScriptedServer implements AutoCloseable {
    /** Writes the answer to one request; returning false closes the connection. */
    @FunctionalInterface
    interface Script {
        boolean answer(OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Script script;

    ScriptedServer(Script script) throws IOException {
        this.script = script;
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    Target target() {
        return new Target(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()),
                "/v1/chat/completions",
                "Bearer x");
    }

    /** An HTTP chunk. */
    static byte[] chunk(String text) {
        return (Integer.toHexString(text.length()) + "\r\n" + text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.startVirtualThread(() -> serve(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            boolean more = true;
            while (more && readRequest(in)) {
                more = script.answer(socket.getOutputStream());
                socket.getOutputStream().flush();
            }
        } catch (IOException | UncheckedIOException _) {
            // the loader went away
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean readRequest(InputStream in) throws IOException {
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring(16));
            }
        }
        return length > 0 && in.readNBytes(length).length == length;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
