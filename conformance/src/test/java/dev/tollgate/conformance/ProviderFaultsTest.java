package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Providers and clients that break off at the worst moment: what is billed, what is delivered, what is given back. */
class ProviderFaultsTest {
    private static final String ANSWER = """
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],\
            "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":3}}""";

    @TempDir
    static Path home;

    private static GateProcess gate;
    private static String key = "";
    private static int next;

    @BeforeAll
    static void start() throws Exception {
        gate = GateProcess.start(
                home, "--first-byte-timeout", "20", "--silence-timeout", "2", "--connect-timeout", "2");
        key = gate.createKey("faults");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    /** Makes the stub a provider with a credential and a price. */
    private static String provider(StubProvider stub) throws Exception {
        String name = "stub" + next++;
        gate.manage(
                "POST",
                "/providers",
                "{\"name\":\"" + name + "\",\"dialect\":\"anthropic\",\"base_url\":\"" + stub.url() + "\"}");
        gate.manage(
                "POST",
                "/credentials",
                "{\"name\":\"" + name + "\",\"provider\":\"" + name
                        + "\",\"kind\":\"api-key\",\"secret\":\"sk-good-00000000000000000000000000000000\"}");
        gate.manage(
                "PUT", "/prices/" + name + "/m", "{\"input_usd_per_mtok\":\"3.00\",\"output_usd_per_mtok\":\"15.00\"}");
        return name;
    }

    private static String body(String provider, boolean stream) {
        return "{\"model\":\"" + provider + "/m\",\"max_tokens\":64,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    }

    private static HttpResponse<String> call(String provider, boolean stream) throws Exception {
        return gate.post("/v1/messages", key, body(provider, stream));
    }

    private static JsonNode explain(HttpResponse<?> answer) throws Exception {
        return gate.manage(
                "GET",
                "/calls/" + answer.headers().firstValue("x-tollgate-request-id").orElseThrow(),
                "");
    }

    /** A call whose client says good-bye by closing its connection. */
    private static Socket leaving(String provider, boolean stream) throws IOException {
        String body = body(provider, stream);
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(gate.url()).getPort());
        socket.getOutputStream()
                .write(("POST /v1/messages HTTP/1.1\r\nhost: gate\r\nx-api-key: " + key
                                + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length() + "\r\n\r\n"
                                + body)
                        .getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    /** The one call that this provider's model has had. */
    private static JsonNode settled(String provider) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline) {
            for (JsonNode row : gate.manage("GET", "/usage?by=model", "").get("data")) {
                if (row.get("id").stringValue().equals(provider + "/m")) {
                    return row;
                }
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("The call to " + provider + " was not settled in time.");
    }

    private static double gauge(String name) throws Exception {
        String page = gate.get("/metrics", "authorization", "Bearer " + gate.ownerToken())
                .body();
        return page.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(page));
    }

    private static void awaitZero(String name) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (gauge(name) != 0) {
            assertTrue(System.nanoTime() < deadline, name + " is " + gauge(name));
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static void start(StubProvider.Line line) throws IOException {
        line.events();
        line.event(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                        + "\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}");
    }

    private static void end(StubProvider.Line line) throws IOException {
        line.event(
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}");
        line.event("{\"type\":\"message_stop\"}");
    }

    @Test
    void anAnswerThatWasWholeIsDeliveredThoughTheProviderHangsUp() throws Exception {
        try (StubProvider stub = new StubProvider((request, line) -> {
            start(line);
            end(line); // and no last chunk
        })) {
            HttpResponse<String> answer = call(provider(stub), true);
            assertTrue(answer.body().contains("message_stop"), answer.body());
            JsonNode story = explain(answer);
            assertEquals("settled", story.get("outcome").stringValue());
            assertEquals(9, story.get("usage").get("output_tokens").asLong());
        }
    }

    @Test
    void aStreamWithSparseEventsOutlivesManySilencePeriods() throws Exception {
        try (StubProvider stub = new StubProvider((request, line) -> {
            start(line);
            for (int i = 0; i < 8; i++) {
                TimeUnit.MILLISECONDS.sleep(1_300);
                line.event("{\"type\":\"ping\"}");
            }
            end(line);
            line.say("0\r\n\r\n");
        })) {
            HttpResponse<String> answer = call(provider(stub), true);
            assertTrue(answer.body().contains("message_stop"), answer.body());
        }
    }

    @Test
    void aCompressedAnswerIsNeverRelayedUnmetered() throws Exception {
        try (StubProvider stub = new StubProvider(
                (request, line) -> line.say(
                        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\037\213\010\0"))) {
            HttpResponse<String> answer = call(provider(stub), true);
            assertEquals(502, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("accept-encoding"), answer.body());
            assertEquals("unreconciled", explain(answer).get("outcome").stringValue());
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleOfAWholeAnswerPaysWhatItsEndReports() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        try (StubProvider stub = new StubProvider((request, line) -> {
            line.say("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + ANSWER.length()
                    + "\r\n\r\n" + ANSWER.substring(0, 40));
            begun.countDown();
            left.await();
            line.say(ANSWER.substring(40));
        })) {
            String provider = provider(stub);
            try (Socket client = leaving(provider, false)) {
                assertTrue(begun.await(20, TimeUnit.SECONDS) && client.isConnected());
            }
            left.countDown();
            JsonNode row = settled(provider);
            assertEquals(7, row.get("input_tokens").asLong(), row.toString());
            assertEquals(3, row.get("output_tokens").asLong(), row.toString());
            awaitZero("tollgate_bodies_held_bytes");
            assertFalse(gate.errors().contains("settled once"), gate.errors());
        }
    }

    @Test
    void leavingDuringABackOffCostsNothing() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        try (StubProvider stub = new StubProvider((request, line) -> {
            line.say(
                    "HTTP/1.1 529 Overloaded\r\nretry-after: 6\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
            refused.countDown();
        })) {
            String provider = provider(stub);
            try (Socket client = leaving(provider, false)) {
                assertTrue(refused.await(20, TimeUnit.SECONDS) && client.isConnected());
                TimeUnit.MILLISECONDS.sleep(500); // the gate has read the refusal and waits six seconds
            }
            assertEquals("0.00", settled(provider).get("cost_usd").stringValue());
            assertEquals(1, stub.requests());
        }
    }

    @Test
    void everyServerErrorIsTriedAgain() throws Exception {
        try (StubProvider stub = new StubProvider((request, line) -> {
            if (request == 1) {
                line.whole(522, "text/html", "<html>no origin</html>");
            } else {
                line.whole(200, "application/json", ANSWER);
            }
        })) {
            HttpResponse<String> answer = call(provider(stub), false);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(2, explain(answer).get("attempts").size());
        }
    }

    /** Google's clients do not know Anthropic's 529 and would not try again after it. */
    @Test
    void aConvertedRefusalHasTheStatusOfTheCallersDialect() throws Exception {
        try (StubProvider stub = new StubProvider((request, line) -> line.whole(
                529,
                "application/json",
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"))) {
            String provider = provider(stub);
            HttpResponse<String> answer = gate.post(
                    "/v1beta/models/" + provider + "/m:generateContent",
                    key,
                    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]}");
            assertEquals(503, answer.statusCode(), answer.body());
            assertEquals(503, explain(answer).get("status").intValue());
            assertTrue(answer.body().contains("UNAVAILABLE"), answer.body());
        }
    }

    @Test
    void aBodyThatBreaksOffGivesItsRoomBackAndLeavesNoRequestOpen() throws Exception {
        URI url = URI.create(gate.url());
        for (String framing : new String[] {"content-length: 100000", "transfer-encoding: chunked"}) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
                client.getOutputStream()
                        .write(("POST /v1/messages HTTP/1.1\r\nhost: gate\r\nx-api-key: " + key
                                        + "\r\ncontent-type: application/json\r\n" + framing + "\r\n\r\n4e20\r\n"
                                        + " ".repeat(20_000) + "\r\n")
                                .getBytes(StandardCharsets.UTF_8));
                client.getOutputStream().flush();
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
                while (gauge("tollgate_bodies_held_bytes") < 20_000) {
                    assertTrue(System.nanoTime() < deadline, "the body arrives");
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            }
            awaitZero("tollgate_bodies_held_bytes");
        }
        // The scrape itself is open while it is answered.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (gauge("tollgate_requests_open") > 1) {
            assertTrue(System.nanoTime() < deadline, "those who left are not open");
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Test
    void aMaskOverTheAnswerDoesNotReachTheProvider() throws Exception {
        HttpResponse<String> answer = gate.post(
                "/v1beta/models/sim%2Fecho:generateContent?fields=candidates&oauth_token=x&%24alt=json",
                key,
                "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}",
                "x-goog-fieldmask",
                "candidates");
        assertEquals(200, answer.statusCode(), answer.body());
        String headers = answer.headers().firstValue("x-sim-received-headers").orElseThrow();
        assertFalse(headers.contains("x-goog-fieldmask"), headers);
        assertTrue(answer.body().contains("candidatesTokenCount"), answer.body());
    }
}
