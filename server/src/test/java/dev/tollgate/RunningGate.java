package dev.tollgate;

import dev.tollgate.kernel.Json;
import dev.tollgate.telemetry.Logging;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** A whole gate in this process, and a client of it. */
final class RunningGate implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Tollgate tollgate;
    private final Path home;

    RunningGate(Path home) throws Exception {
        ServeOptions options = new ServeOptions();
        new CommandLine(options).parseArgs("--home", home.toString(), "--port", "0", "--connect-timeout", "2");
        Logging.configure(false, "warn");
        this.home = home;
        this.tollgate = Tollgate.start(options);
    }

    HttpResponse<String> admin(String method, String path, String body) throws Exception {
        return adminAs(Files.readString(home.resolve("owner-token")).strip(), method, path, body);
    }

    /** The admin API, with whatever token. */
    HttpResponse<String> adminAs(String token, String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(tollgate.url() + "/admin/v1" + path))
                        .header("authorization", "Bearer " + token)
                        .header("content-type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    JsonNode manage(String method, String path, String body) throws Exception {
        HttpResponse<String> answer = admin(method, path, body);
        if (answer.statusCode() >= 300) {
            throw new AssertionError(method + " " + path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body().isEmpty() ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(answer.body());
    }

    String createKey(String name) throws Exception {
        return manage("POST", "/keys", "{\"name\":\"" + name + "\"}").get("key").stringValue();
    }

    HttpResponse<String> post(String path, String key, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(tollgate.url() + path))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonNode explain(HttpResponse<?> answer) throws Exception {
        return manage(
                "GET",
                "/calls/" + answer.headers().firstValue("x-tollgate-request-id").orElseThrow(),
                "");
    }

    @Override
    public void close() {
        http.close();
        tollgate.close();
    }
}
