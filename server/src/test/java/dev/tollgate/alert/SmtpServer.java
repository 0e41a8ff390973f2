package dev.tollgate.alert;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** As much of a mail server (RFC 5321) as a test wants: takes mails, or refuses what it is told to. */
final class SmtpServer implements AutoCloseable {
    private final ServerSocket socket;
    /** Whole mails, heads included. */
    final List<String> mails = new CopyOnWriteArrayList<>();
    /** Every line that a client said. */
    final List<String> said = new CopyOnWriteArrayList<>();
    /** Commands beginning so are answered so. */
    volatile String refused = "";

    volatile String refusal = "";

    SmtpServer(InetAddress address) throws IOException {
        socket = new ServerSocket(0, 50, address);
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> talk(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void talk(Socket connection) {
        try (connection) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
            PrintStream out = new PrintStream(connection.getOutputStream(), true, StandardCharsets.UTF_8);
            out.print("220 test\r\n");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                said.add(line);
                String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
                if (!refused.isEmpty() && line.startsWith(refused)) {
                    out.print(refusal + "\r\n");
                } else if (verb.equals("EHLO")) {
                    out.print("250-test\r\n250 AUTH PLAIN LOGIN\r\n");
                } else if (verb.equals("AUTH")) {
                    out.print("235 welcome\r\n");
                } else if (verb.equals("DATA")) {
                    out.print("354 go on\r\n");
                    mails.add(data(in));
                    out.print("250 taken\r\n");
                } else if (verb.equals("QUIT")) {
                    out.print("221 bye\r\n");
                    return;
                } else {
                    out.print("250 ok\r\n");
                }
            }
        } catch (IOException e) {
            // the client has gone
        }
    }

    private static String data(BufferedReader in) throws IOException {
        StringBuilder mail = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            mail.append(line).append('\n');
        }
        return mail.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
