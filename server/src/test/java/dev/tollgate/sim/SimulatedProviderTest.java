package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.sim.Sim.Answered;
import io.vertx.core.Vertx;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimulatedProviderTest {

    private static final int MEBIBYTE = 1024 * 1024;

    @SuppressWarnings("NullAway.Init")
    private Sim sim;

    @BeforeAll
    void start() {
        sim = new Sim();
    }

    @AfterAll
    void stop() {
        sim.close();
    }

    @Test
    void itListensOnLoopbackOnItsOwnPort() throws Exception {
        assertTrue(sim.provider().port() > 0);
        assertEquals(
                "http://127.0.0.1:" + sim.provider().port(),
                sim.provider().baseUrl().toString());
        try (Sim another = new Sim()) {
            assertNotEquals(sim.provider().port(), another.provider().port());
        }
    }

    @Test
    void aTakenPortFailsTheStart() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            assertThrows(
                    ExecutionException.class,
                    () -> SimulatedProvider.start(vertx, sim.provider().port())
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }

    @Test
    void theBodysHashProvesThatItsBytesPassedUntouched() throws Exception {
        String body = "{ \"model\" : \"echo\",\n  \"input\":\"\\u00fc ü\" }";
        String expected = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
        assertEquals(expected, sim.post("/v1/responses", body).header("x-sim-received-body-sha256"));
        assertNotEquals(expected, sim.post("/v1/responses", body + " ").header("x-sim-received-body-sha256"));
    }

    @Test
    void headersAreToldByNameAlone() throws Exception {
        Answered answer = Dialects.CHAT.ask(sim, "echo", "hi", true, "", "X-Canary", "canary-value");
        assertTrue(
                List.of(answer.header("x-sim-received-headers").split(",", -1)).contains("x-canary"));
        assertFalse(answer.response().headers().toString().contains("canary-value"));
    }

    @Test
    void credentialsAreToldByKindAndLastFour() throws Exception {
        String path = "/v1/models?key=AIzaQueryKeyQQQQ";
        assertEquals(
                "bearer ...BBBB, x-api-key ...XXXX, x-goog-api-key ...GGGG, query-key ...QQQQ",
                sim.get(
                                path,
                                "authorization",
                                "bearer sk-bearer-BBBB",
                                "x-api-key",
                                "sk-ant-api-XXXX",
                                "x-goog-api-key",
                                "AIzaGoogleGGGG")
                        .header("x-sim-received-auth"));
        assertEquals("none", sim.get("/v1/models").header("x-sim-received-auth"));
        assertEquals("x-api-key", sim.get("/v1/models", "x-api-key", "short").header("x-sim-received-auth"));
        assertEquals(
                "authorization",
                sim.get("/v1/models", "authorization", "Basic YTpi").header("x-sim-received-auth"));
    }

    @Test
    void modelsAreListedInTheShapeOfWhoAsks() throws Exception {
        JsonNode anthropic = sim.get("/v1/models?limit=1000", "anthropic-version", "2023-06-01")
                .json();
        assertEquals("echo", anthropic.path("first_id").stringValue(""));
        assertEquals("model", anthropic.path("data").path(0).path("type").stringValue(""));
        JsonNode openAi = sim.get("/v1/models", "authorization", "Bearer sk-x").json();
        assertEquals("list", openAi.path("object").stringValue(""));
        assertEquals("model", openAi.path("data").path(0).path("object").stringValue(""));
        for (JsonNode gemini : List.of(
                sim.get("/v1beta/models").json(),
                sim.get("/v1/models", "x-goog-api-key", "AIza").json(),
                sim.get("/v1/models?key=AIza").json())) {
            assertEquals(
                    "models/echo", gemini.path("models").path(0).path("name").stringValue(""));
        }
    }

    @Test
    void oneModelIsToldOrNotFound() throws Exception {
        assertEquals(
                "story:5s", sim.get("/v1/models/story:5s").json().path("id").stringValue(""));
        assertEquals(
                "models/tools",
                sim.get("/v1beta/models/tools").json().path("name").stringValue(""));
        Answered missing = sim.get("/v1/models/gpt-0", "x-api-key", "k");
        assertEquals(404, missing.status());
        assertEquals(
                "not_found_error", missing.json().path("error").path("type").stringValue(""));
    }

    @Test
    void otherPathsAndMethodsAreRefusedInShape() throws Exception {
        assertEquals(404, sim.post("/v1/completions", "{}").status());
        assertEquals(404, sim.get("/").status());
        Answered method = sim.get("/v1/messages");
        assertEquals(405, method.status());
        assertEquals("error", method.json().path("type").stringValue(""));
        assertEquals(405, sim.post("/v1/models", "{}").status());
    }

    @Test
    void aBodyOf32MebibytesIsAnswered() throws Exception {
        String long32 = "word ".repeat(32 * MEBIBYTE / 5);
        JsonNode json =
                Dialects.RESPONSES.ask(sim, "story:0s", long32, false, "").json();
        assertTrue(json.path("usage").path("input_tokens").asLong(0) > 8 * MEBIBYTE / 5);
    }

    @Test
    void aBodyThatIsFarTooLargeIsRefusedInShape() throws Exception {
        HttpRequest.Builder request =
                sim.request("/v1/messages").POST(BodyPublishers.ofByteArray(new byte[65 * MEBIBYTE]));
        var response = sim.send(request, BodyHandlers.ofString());
        assertEquals(413, response.statusCode());
        assertTrue(response.body().contains("request_too_large"), response.body());
    }

    @Test
    void aChunkedBodyIsRead() throws Exception {
        byte[] body = Dialects.CHAT.body("echo", "chunked", false, "").getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = sim.request("/v1/chat/completions")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body)));
        assertEquals(
                "chunked",
                Dialects.CHAT
                        .whole(Sim.json(
                                sim.send(request, BodyHandlers.ofString()).body()))
                        .text());
    }
}
