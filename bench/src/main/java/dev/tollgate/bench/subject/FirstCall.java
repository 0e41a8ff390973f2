package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.http.ChatBodies;
import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Target;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The first call to a gate that is just starting: tried over a plain socket every other millisecond, so that trying costs nothing. */
public final class FirstCall {
    private static final String SIMULATED_MODEL = "sim/echo";
    private static final int BODY_BYTES = 200;
    private static final int TRY_AGAIN_MILLIS = 2;

    private FirstCall() {}

    /** Returns when the simulated provider has answered a call through the gate with 200. */
    public static void await(GateUnderTest gate, Duration atMost) throws InterruptedException {
        Target target = gate.target(Dialect.OPENAI, false);
        byte[] request = target.requestBytes(ChatBodies.body(SIMULATED_MODEL, BODY_BYTES, false), false);
        long deadline = System.nanoTime() + atMost.toNanos();
        String last = "no connection";
        while (System.nanoTime() < deadline) {
            try {
                String status = call(target, request);
                if (status.startsWith("HTTP/1.1 200 ")) {
                    return;
                }
                last = status;
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
            if (!gate.isAlive()) {
                throw new BenchException("The gate ended while it was starting.\n" + gate.logEnd());
            }
            Thread.sleep(TRY_AGAIN_MILLIS);
        }
        throw new BenchException(
                "The gate answered no call within " + atMost.toSeconds() + " s; last: " + last + "\n" + gate.logEnd());
    }

    /** The answer's status line, once the answer has been read whole. */
    private static String call(Target target, byte[] request) throws IOException {
        try (var socket =
                new Socket(target.address().getAddress(), target.address().getPort())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request);
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return answer.lines().findFirst().orElse("no answer");
        }
    }
}
