package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A provider's report, fetched from a server that pages as Anthropic and OpenAI do. */
class ReportAdminTest {
    private static final String KEY = "sk-ant-admin01-canary-7319";

    @TempDir
    Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private RunningGate gate;

    private final HttpServer provider;

    /** {@code path?query key}. */
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private String answer = "";
    private int status = 200;

    ReportAdminTest() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", this::report);
    }

    @BeforeEach
    void start() throws Exception {
        provider.start();
        gate = new RunningGate(home);
        String url = "http://127.0.0.1:" + provider.getAddress().getPort();
        gate.provider("claude", "anthropic", url);
        gate.provider("gpt", "openai", url + "/base");
        gate.provider("gem", "gemini", url);
    }

    @AfterEach
    void stop() {
        gate.close();
        provider.stop(0);
    }

    private void report(HttpExchange exchange) throws IOException {
        try (exchange) {
            String key = exchange.getRequestHeaders().getFirst("x-api-key");
            String bearer = exchange.getRequestHeaders().getFirst("authorization");
            String query = exchange.getRequestURI().getRawQuery();
            asked.add(exchange.getRequestURI().getRawPath() + "?" + query + " " + (key == null ? bearer : key));
            String page = query.contains("page=")
                    ? "{\"data\":[{\"second\":true}],\"has_more\":false,\"next_page\":null}"
                    : "{\"data\":[{\"first\":true}],\"has_more\":true,\"next_page\":\"page_a=&b\"}";
            byte[] body = (answer.isEmpty() ? page : answer).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("location", "http://127.0.0.1:1/elsewhere");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private HttpResponse<String> fetch(String of, String from, String to, String key) throws Exception {
        return gate.admin(
                "POST",
                "/ledger/report",
                "{\"provider\":\"" + of + "\",\"from\":\"" + from + "\",\"to\":\"" + to + "\",\"admin_key\":\"" + key
                        + "\"}");
    }

    @Test
    void bothReportsOfAnthropicAreReadToTheirLastPage() throws Exception {
        HttpResponse<String> fetched = fetch("claude", "2026-11-21", "2026-11-22", KEY);
        assertEquals(200, fetched.statusCode(), fetched.body());
        String days =
                "?starting_at=2026-11-21T00:00:00Z&ending_at=2026-11-23T00:00:00Z&bucket_width=1d&limit=31&group_by%5B%5D=";
        assertEquals(
                List.of(
                        "/v1/organizations/usage_report/messages" + days + "model " + KEY,
                        "/v1/organizations/usage_report/messages" + days + "model&page=page_a%3D%26b " + KEY,
                        "/v1/organizations/cost_report" + days + "description " + KEY,
                        "/v1/organizations/cost_report" + days + "description&page=page_a%3D%26b " + KEY),
                asked);
        JsonNode pages = Json.MAPPER.readTree(fetched.body()).get("pages");
        assertEquals(4, pages.size());
        assertTrue(pages.get(1).get("data").get(0).get("second").booleanValue());
    }

    @Test
    void openAisAreAskedBelowTheBaseUrlWithABearer() throws Exception {
        assertEquals(200, fetch("gpt", "2026-11-22", "2026-11-22", KEY).statusCode());
        assertEquals(
                "/base/v1/organization/usage/completions?start_time=1795305600&end_time=1795392000&bucket_width=1d&limit=31"
                        + "&group_by=model Bearer " + KEY,
                asked.getFirst());
        assertTrue(asked.getLast().startsWith("/base/v1/organization/costs?"), asked::toString);
    }

    @Test
    void theKeyIsNeitherKeptNorRepeated() throws Exception {
        fetch("claude", "2026-11-22", "2026-11-22", KEY);
        status = 401;
        answer = "{\"error\":\"" + KEY + " is wrong\"}";
        HttpResponse<String> refused = fetch("claude", "2026-11-22", "2026-11-22", KEY);
        assertEquals(403, refused.statusCode());
        assertFalse(refused.body().contains("canary"), refused.body());
        assertFalse(gate.manage("GET", "/audit?limit=1000", "").toString().contains("canary"));
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains("canary"), file.toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 404, 429, 500})
    void anyOtherAnswerIsSaidAndNotFollowed(int other) throws Exception {
        status = other;
        answer = "{}";
        HttpResponse<String> refused = fetch("claude", "2026-11-22", "2026-11-22", KEY);
        assertEquals(503, refused.statusCode());
        assertTrue(refused.body().contains(Integer.toString(other)), refused.body());
        assertEquals(1, asked.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>",
                "{}",
                "[]",
                "{\"data\":{}}",
                "{\"data\":[],\"has_more\":true}",
                "{\"data\":[],\"has_more\":true,\"next_page\":\"again\"}"
            })
    void whatIsNoReportOrHasNoEndIsRefused(String said) throws Exception {
        answer = said;
        HttpResponse<String> refused = fetch("claude", "2026-11-22", "2026-11-22", KEY);
        assertEquals(503, refused.statusCode(), refused.body());
        assertTrue(asked.size() <= 100, () -> asked.size() + " requests");
    }

    @Test
    void aQuestionThatMakesNoSenseIsRefusedBeforeAnythingIsSent() throws Exception {
        String day = "2026-11-22";
        for (String name : List.of("sim", "gem")) {
            assertEquals(400, fetch(name, day, day, KEY).statusCode(), name);
        }
        HttpResponse<String> unknown = fetch("antropic", day, day, KEY);
        assertEquals(404, unknown.statusCode());
        assertTrue(unknown.body().contains("anthropic"), unknown.body());
        for (String key : List.of(
                "",
                "short",
                "a b c d e f g h",
                "\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000",
                "line\\r\\nx-evil: yes",
                "schlüssel-schlüssel",
                "a".repeat(600))) {
            assertEquals(400, fetch("claude", day, day, key).statusCode(), key);
        }
        assertEquals(400, fetch("claude", "2026-11-23", day, KEY).statusCode());
        assertEquals(400, fetch("claude", "2026-01-01", day, KEY).statusCode());
        assertEquals(400, fetch("claude", "x", day, KEY).statusCode());
        assertEquals(401, gate.adminAs("x", "POST", "/ledger/report", "{}").statusCode());
        assertEquals(List.of(), asked);
    }
}
