package dev.tollgate.bench.subject;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A process that looks like the gate from outside, as far as the bench touches it, and insists on being set up as the contract says. It lets the
 * bench's own machinery be tested without the gate; its figures mean nothing.
 */
public final class StandInGate {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String OWNER_TOKEN = "owner-of-the-stand-in";
    private static final String KEY = "tg_0123456789_01234567890123456789012345678901";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> providers = new HashMap<>();
    private final AtomicLong calls = new AtomicLong();
    private boolean credential;
    private boolean price;
    private boolean key;
    private int budgets;

    private StandInGate(Path home) throws IOException {
        Files.createDirectories(home);
        Path token = home.resolve("owner-token");
        key = Files.exists(token); // a home that was used before has its key
        Files.writeString(token, OWNER_TOKEN + "\n");
    }

    public static void main(String[] words) throws IOException {
        var options = Arrays.asList(words);
        int port = Integer.parseInt(options.get(options.indexOf("--port") + 1));
        var gate = new StandInGate(Path.of(options.get(options.indexOf("--home") + 1)));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", gate::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            if (call.equals("GET /readyz")) {
                answer(exchange, 200, "{}");
            } else if (call.equals("POST /v1/chat/completions")) {
                relay(exchange);
            } else if (!("Bearer " + OWNER_TOKEN)
                    .equals(exchange.getRequestHeaders().getFirst("authorization"))) {
                answer(exchange, 401, "{}");
            } else {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                administer(exchange, call, body.isEmpty() ? JSON.createObjectNode() : JSON.readTree(body));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void administer(HttpExchange exchange, String call, JsonNode body) throws IOException {
        switch (call) {
            case "POST /admin/v1/providers" -> {
                providers.put(
                        body.path("name").asString(""), body.path("base_url").asString(""));
                answer(exchange, body.path("dialect").asString("").isEmpty() ? 400 : 201, "{}");
            }
            case "POST /admin/v1/credentials" -> {
                credential = providers.containsKey(body.path("provider").asString(""))
                        && body.path("secret").asString("").length() > 20;
                answer(exchange, credential ? 201 : 400, "{}");
            }
            case "PUT /admin/v1/prices/mock/bench-model" -> {
                price = Double.parseDouble(body.path("input_usd_per_mtok").asString("0")) > 0;
                answer(exchange, price ? 200 : 400, "{}");
            }
            case "POST /admin/v1/keys" -> {
                key = true;
                answer(exchange, 201, "{\"id\":\"0123456789\",\"key\":\"" + KEY + "\"}");
            }
            case "GET /admin/v1/usage?by=key&since=7d" ->
                answer(exchange, 200, "{\"data\":[{\"id\":\"0123456789\",\"calls\":" + calls + "}]}");
            case "POST /admin/v1/budgets" -> {
                budgets++;
                answer(exchange, body.path("window").asString("").isEmpty() ? 400 : 200, "{}");
            }
            case "GET /admin/v1/budgets" ->
                answer(
                        exchange,
                        200,
                        "{\"data\":[{\"spent_usd\":\"0.00\"}"
                                + ",{\"spent_usd\":\"0.003\"}".repeat((int) Math.min(budgets, calls.get()))
                                + "]}");
            case "GET /metrics" ->
                answer(
                        exchange,
                        200,
                        "tollgate_settlement_wait_seconds_sum " + calls.get() * 0.002
                                + "\ntollgate_settlement_wait_seconds_count " + calls + "\n");
            default -> answer(exchange, 404, "{\"error\":{\"code\":\"not_found\",\"message\":\"" + call + "\"}}");
        }
    }

    private void relay(HttpExchange exchange) throws IOException, InterruptedException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!key || !("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("authorization"))) {
            answer(exchange, 401, "{}");
        } else if (body.contains("\"model\":\"sim/echo\"")) {
            answer(exchange, 200, "{}");
        } else if (!credential || !price || !body.contains("\"model\":\"mock/bench-model\"")) {
            answer(exchange, 404, "{}");
        } else {
            HttpRequest request = HttpRequest.newBuilder(URI.create(providers.get("mock") + "/v1/chat/completions"))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            calls.incrementAndGet();
            exchange.sendResponseHeaders(response.statusCode(), 0);
            try (InputStream in = response.body();
                    OutputStream out = exchange.getResponseBody()) {
                byte[] piece = new byte[8192];
                for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                    out.write(piece, 0, read);
                    out.flush();
                }
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
