package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When what leaves, and that nothing goes on behind a client that has left. */
class PacingTest {

    @SuppressWarnings("NullAway.Init")
    private Sim sim;

    @BeforeEach
    void start() {
        sim = new Sim();
    }

    @AfterEach
    void stop() {
        sim.close();
    }

    private static long millisOf(long startNanos) {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerTakesTheAskedTimeWholeAndStreamed(Dialects dialect) throws Exception {
        for (boolean stream : new boolean[] {false, true}) {
            long start = System.nanoTime();
            dialect.speak(sim, "story:300ms", "tell", stream, "");
            assertTrue(millisOf(start) >= 299, "took " + millisOf(start) + " ms");
            start = System.nanoTime();
            dialect.speak(sim, "echo", "a b c", stream, "", "x-sim-duration-ms", "200");
            assertTrue(millisOf(start) >= 199, "took " + millisOf(start) + " ms");
        }
    }

    @Test
    void aStorysEventsAreSpreadOverItsTime() throws Exception {
        try (RawClient client = new RawClient(sim, "story:800ms", true, "x-sim-events: 4")) {
            client.until("event: content_block_delta");
            long first = System.nanoTime();
            client.until("event: message_stop");
            assertTrue(millisOf(first) >= 500, "all within " + millisOf(first) + " ms of the first");
        }
    }

    @Test
    void aSlowFirstByteKeepsTheHeadBack() throws Exception {
        try (RawClient client = new RawClient(sim, "flaky:slow-first-byte", true, "x-sim-duration-ms: 300")) {
            client.until("HTTP/1.1 200");
            assertTrue(client.millis() >= 299, "head after " + client.millis() + " ms");
            client.until("event: message_stop");
        }
    }

    @Test
    void aStillStreamIsPinged() throws Exception {
        try (RawClient client = new RawClient(sim, "story:1s", true, "x-sim-events: 2", "x-sim-ping-ms: 50")) {
            List<String> lines = client.until("event: message_stop");
            long pings = lines.stream().filter("event: ping"::equals).count();
            assertTrue(pings >= 4, "pings: " + pings);
        }
    }

    @Test
    void aSilentStreamStaysOpenWithoutEvenAPing() throws Exception {
        try (RawClient client = new RawClient(sim, "flaky:silence", true, "x-sim-ping-ms: 20")) {
            client.until("event: content_block_delta");
            client.expectSilence(400);
            assertEquals(1, sim.provider().answersUnderWay());
        }
        Sim.await("the silent answer ends with its client", () -> sim.provider().answersUnderWay() == 0);
    }

    @Test
    void aSilentWholeAnswerStopsInItsMiddle() throws Exception {
        try (RawClient client = new RawClient(sim, "flaky:silence", false)) {
            client.until("content-length");
            client.expectSilence(300);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesStopsItsAnswer(boolean stream) throws Exception {
        RawClient client = new RawClient(sim, "story:60m", stream);
        if (stream) {
            client.until("event: content_block_delta");
        }
        Sim.await("the answer begins", () -> sim.provider().answersUnderWay() == 1);
        client.close();
        Sim.await("the answer stops", () -> sim.provider().answersUnderWay() == 0);
    }

    @Test
    void aFinishedAnswerLeavesNothingUnderWay() throws Exception {
        for (Dialects dialect : Dialects.values()) {
            dialect.speak(sim, "story:50ms", "tell", true, "");
            dialect.speak(sim, "story:50ms", "tell", false, "");
        }
        Sim.await("nothing under way", () -> sim.provider().answersUnderWay() == 0);
    }

    @Test
    void aClientThatBeginsToReadLateGetsEverything() throws Exception {
        int length = 16_000_000; // more than both sockets' buffers hold
        String body = Dialects.ANTHROPIC
                .body("echo", "0123456789".repeat(length / 10), true, "")
                .replace("4096", "100000000");
        try (RawClient client = new RawClient(sim, body)) {
            Sim.await("the answer begins", () -> sim.provider().answersUnderWay() == 1);
            long characters = 0;
            for (String line : client.until("event: message_stop")) {
                characters += line.contains("text_delta")
                        ? Sim.json(line.substring("data: ".length()))
                                .path("delta")
                                .path("text")
                                .stringValue("")
                                .length()
                        : 0;
            }
            assertEquals(length, characters);
        }
    }

    @Test
    void closingTheProviderEndsAnswersUnderWay() throws Exception {
        try (RawClient client = new RawClient(sim, "story:60m", true)) {
            client.until("event: content_block_delta");
            sim.provider().close().toCompletionStage().toCompletableFuture().get();
            client.expectEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "connect-reset"})
    void aResetIsATcpResetAndNotAnOrderlyEnd(String fault) throws Exception {
        try (RawClient client = new RawClient(sim, "flaky:" + fault, true)) {
            SocketException reset = assertThrows(SocketException.class, () -> client.until("event: message_stop"));
            assertTrue(String.valueOf(reset.getMessage()).contains("reset"), reset.toString());
        }
    }

    /** A client that reads no further than it wants, and can leave. */
    private static final class RawClient implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader lines;
        private final long start = System.nanoTime();

        RawClient(Sim sim, String model, boolean stream, String... headers) throws IOException {
            this(sim, Dialects.ANTHROPIC.body(model, "one two three four", stream, ""), headers);
        }

        RawClient(Sim sim, String body, String... headers) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), sim.provider().port());
            socket.setSoTimeout(30_000);
            lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder request = new StringBuilder("POST /v1/messages HTTP/1.1\r\nhost: sim\r\n");
            for (String header : headers) {
                request.append(header).append("\r\n");
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            request.append("content-length: ").append(bytes.length).append("\r\n\r\n");
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes);
        }

        long millis() {
            return millisOf(start);
        }

        /** Reads up to the line that begins so. */
        List<String> until(String begin) throws IOException {
            List<String> read = new ArrayList<>();
            while (true) {
                String line = lines.readLine();
                if (line == null) {
                    throw new IOException("ended before " + begin);
                }
                read.add(line);
                if (line.startsWith(begin)) {
                    return read;
                }
            }
        }

        /** What was sent may still be read; then nothing must come. */
        void expectSilence(int millis) throws IOException {
            socket.setSoTimeout(millis);
            assertThrows(java.net.SocketTimeoutException.class, () -> until("never"));
        }

        void expectEnd() throws IOException {
            assertThrows(IOException.class, () -> until("never"));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
