package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gate's admin API, as far as the bench needs it. Every answer but a 2xx is a {@link BenchException}. */
final class AdminApi implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI base;
    private final String ownerToken;

    AdminApi(URI base, String ownerToken) {
        this.base = base;
        this.ownerToken = ownerToken;
    }

    JsonNode post(String path, Map<String, ?> body) throws InterruptedException {
        return JSON.readTree(send("POST", "/admin/v1" + path, body(body)));
    }

    JsonNode put(String path, Map<String, ?> body) throws InterruptedException {
        return JSON.readTree(send("PUT", "/admin/v1" + path, body(body)));
    }

    JsonNode get(String path) throws InterruptedException {
        return JSON.readTree(send("GET", "/admin/v1" + path, HttpRequest.BodyPublishers.noBody()));
    }

    /** The text of any other page that wants the owner's token. */
    String page(String path) throws InterruptedException {
        return send("GET", path, HttpRequest.BodyPublishers.noBody());
    }

    private static HttpRequest.BodyPublisher body(Map<String, ?> body) {
        return HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    }

    private String send(String method, String path, HttpRequest.BodyPublisher body) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("authorization", "Bearer " + ownerToken)
                .header("content-type", "application/json")
                .method(method, body)
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new BenchException("The gate answered " + response.statusCode() + " to " + method + " " + path
                        + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new BenchException("The gate did not answer " + method + " " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
