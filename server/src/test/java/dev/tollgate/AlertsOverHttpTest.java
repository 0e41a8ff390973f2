package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.kernel.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The delivery of notices by a whole gate: what is added, what arrives, and what is refused. */
@Timeout(120)
class AlertsOverHttpTest {
    /** A request as a receiver got it. */
    private record Got(String path, String id, String timestamp, String signature, String body) {}

    @TempDir
    static Path home = Path.of("");

    private static final BlockingQueue<Got> GOT = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init")
    private static HttpServer receiver;

    @SuppressWarnings("NullAway.Init")
    private static RunningGate gate;

    @BeforeAll
    static void start() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/", AlertsOverHttpTest::receive);
        receiver.start();
        gate = new RunningGate(home);
    }

    @AfterAll
    static void stop() {
        gate.close();
        receiver.stop(0);
    }

    private static void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().toString();
            if (path.startsWith("/v1/")) { // as a provider that knows no key
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            GOT.add(new Got(
                    path,
                    header(exchange, "webhook-id"),
                    header(exchange, "webhook-timestamp"),
                    header(exchange, "webhook-signature"),
                    body));
            exchange.sendResponseHeaders(204, -1);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }

    private static String url() {
        return "http://127.0.0.1:" + receiver.getAddress().getPort();
    }

    private static Got got(String path) throws InterruptedException {
        Got got = GOT.poll(30, TimeUnit.SECONDS);
        assertNotNull(got, "something arrived");
        assertEquals(path, got.path);
        return got;
    }

    private static JsonNode add(String name, String address) throws Exception {
        return gate.manage("POST", "/alerts", "{\"name\":\"" + name + "\"," + address + "}");
    }

    @Test
    void aQuarantinedCredentialIsToldToAWebhookAndToSlackAndNoSecretIsToBeFound() throws Exception {
        JsonNode hook = add("hook", "\"private\":true,\"webhook\":\"" + url() + "/hook/CANARY-PATH?t=CANARY-QUERY\"");
        add("chat", "\"private\":true,\"slack\":\"" + url() + "/services/CANARY-SLACK\",\"types\":[\"budget.*\"]");
        String secret = hook.get("signing_secret").stringValue();
        assertEquals(url() + "/…", hook.get("address").stringValue());

        JsonNode trial = gate.manage("POST", "/alerts/chat/test", "");
        assertTrue(trial.get("ok").booleanValue(), trial.toString());
        Got slack = got("/services/CANARY-SLACK");
        assertTrue(Json.MAPPER.readTree(slack.body).get("blocks").size() > 0, slack.body);

        gate.provider("dead", "anthropic", url());
        gate.manage("POST", "/credentials/dead/check", "");
        Got told = got("/hook/CANARY-PATH?t=CANARY-QUERY");
        JsonNode body = Json.MAPPER.readTree(told.body);
        assertEquals("credential.quarantined", body.get("type").stringValue());
        assertEquals("dead", body.get("data").get("subject").stringValue());
        assertTrue(body.get("data").get("cure").stringValue().contains("credential rotate dead"), told.body);
        assertTrue(body.get("data").get("gate").stringValue().startsWith("http://127.0.0.1:"), told.body);
        assertEquals("v1," + hmac(secret, told), told.signature);
        assertTrue(Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(told.timestamp)) < 60);

        String said = gate.manage("GET", "/alerts", "") + " " + gate.manage("GET", "/audit?limit=1000", "")
                + gate.manage("GET", "/notices", "") + gate.manage("GET", "/dead-letters", "");
        assertFalse(said.contains("CANARY") || said.contains(secret), said);
        try (Stream<Path> files = Files.list(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains("CANARY"), file.toString());
                assertFalse(bytes.contains(secret.substring(6)), file.toString());
            }
        }
        gate.manage("DELETE", "/alerts/hook", "");
        gate.manage("DELETE", "/alerts/chat", "");
        assertEquals(404, gate.admin("DELETE", "/alerts/hook", "").statusCode());
    }

    /** As a receiver computes it (Standard Webhooks specification, "Signature scheme"). */
    private static String hmac(String secret, Got got) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
        return Base64.getEncoder()
                .encodeToString(
                        mac.doFinal((got.id + "." + got.timestamp + "." + got.body).getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"x\"}",
                "{\"name\":\"x\",\"webhook\":\"https://h.example.org/\",\"slack\":\"https://h.example.org/\"}",
                "{\"name\":\"X y\",\"webhook\":\"https://h.example.org/\"}",
                "{\"webhook\":\"https://h.example.org/\"}",
                "{\"name\":\"x\",\"webhook\":\"http://127.0.0.1/CANARY\"}",
                "{\"name\":\"x\",\"webhook\":\"https://127.0.0.1/CANARY\"}",
                "{\"name\":\"x\",\"webhook\":\"https://localhost/CANARY\"}",
                "{\"name\":\"x\",\"slack\":\"https://169.254.169.254/CANARY\",\"private\":true}",
                "{\"name\":\"x\",\"webhook\":\"file:///CANARY\",\"private\":true}",
                "{\"name\":\"x\",\"webhook\":\"https://u:CANARY@h.example.org/\"}",
                "{\"name\":\"x\",\"webhook\":\"http://93.184.216.34/CANARY\",\"private\":true}",
                "{\"name\":\"x\",\"webhook\":\"https://h.example.org/\",\"types\":[\"no.such\"]}",
                "{\"name\":\"x\",\"webhook\":\"https://h.example.org/\",\"types\":[\"budget.*\\u0000\"]}",
                "{\"name\":\"x\",\"webhook\":\"https://h.example.org/\",\"types\":\"budget.*\"}",
                "{\"name\":\"x\",\"webhook\":\"https://h.example.org/\",\"budgets\":[\"a b\"]}",
                "{\"name\":\"x\",\"webhook\":\"https://h.example.org/\",\"budgets\":[\"bud_of_nobody\"]}",
                "{\"name\":\"x\",\"webhook\":\"https://h.example.org/\",\"digest\":\"1w\"}",
                "{\"name\":\"x\",\"webhook\":\"https://h.example.org/\",\"quiet\":\"night\"}",
                "{\"name\":\"x\",\"webhook\":\"https://h.example.org/\",\"time_zone\":\"Mars/Base\"}",
                "{\"name\":\"x\",\"mail\":[\"a@example.org\\r\\nBcc: CANARY@example.org\"]}",
                "{\"name\":\"x\",\"mail\":\"a@example.org\"}",
                "{\"name\":\"x\",\"webhook\":\"https://h.example.org/\",\"secret\":\"CANARY\"}"
            })
    void whatIsNoDestinationIsRefusedBeforeAnythingIsStored(String body) throws Exception {
        HttpResponse<String> answer = gate.admin("POST", "/alerts", body);
        assertEquals(400, answer.statusCode(), answer.body());
        assertFalse(answer.body().contains("CANARY"), answer.body());
        assertFalse(gate.manage("GET", "/alerts", "").toString().contains("\"x\""));
    }

    @Test
    void mailWithoutAServerIsRefusedWithWhatToDo() throws Exception {
        HttpResponse<String> answer = gate.admin("POST", "/alerts", "{\"name\":\"x\",\"mail\":[\"a@example.org\"]}");
        assertEquals(409, answer.statusCode());
        assertTrue(answer.body().contains("--smtp"), answer.body());
    }

    @Test
    void whatIsNotThereIsNotFoundAndNobodyElseMayAsk() throws Exception {
        for (String path : List.of("/alerts/none/test", "/alerts/none/rotate-secret", "/dead-letters/none/retry")) {
            assertEquals(404, gate.admin("POST", path, "").statusCode(), path);
        }
        assertEquals(404, gate.admin("DELETE", "/dead-letters/none", "").statusCode());
        String key = gate.createKey("nosy");
        assertEquals(401, gate.adminAs(key, "GET", "/alerts", "").statusCode());
        assertEquals(401, gate.adminAs(key, "GET", "/dead-letters", "").statusCode());
    }
}
