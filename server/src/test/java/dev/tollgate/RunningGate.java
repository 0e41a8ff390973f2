package dev.tollgate;

import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.kernel.Json;
import dev.tollgate.oauth.AuthorizationServer;
import dev.tollgate.telemetry.Logging;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** A whole gate in this process, and a client of it. */
final class RunningGate implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Tollgate tollgate;
    private final Path home;

    RunningGate(Path home, String... more) throws Exception {
        ServeOptions options = new ServeOptions();
        List<String> arguments =
                new ArrayList<>(List.of("--home", home.toString(), "--port", "0", "--connect-timeout", "2"));
        arguments.addAll(List.of(more));
        new CommandLine(options).parseArgs(arguments.toArray(String[]::new));
        Logging.configure(false, "warn");
        this.home = home;
        this.tollgate = Tollgate.start(options);
    }

    AuthorizationServer authorization() {
        return tollgate.authorization();
    }

    PeopleServices people() {
        return tollgate.people();
    }

    String url() {
        return tollgate.url();
    }

    /** A request without any key. */
    HttpResponse<String> open(String path, String contentType, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(tollgate.url() + path))
                        .header("content-type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
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

    /** Any request of a key's, with an empty body for none. */
    HttpResponse<String> send(String method, String path, String key, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(tollgate.url() + path))
                        .header("x-api-key", key)
                        .header("anthropic-version", "2023-06-01")
                        .header("content-type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Makes that address a provider with a credential of its own name, and a price for its model {@code m}. */
    void provider(String name, String dialect, String url) throws Exception {
        manage(
                "POST",
                "/providers",
                "{\"name\":\"" + name + "\",\"dialect\":\"" + dialect + "\",\"base_url\":\"" + url + "\"}");
        credential(name, name);
        manage("PUT", "/prices/" + name + "/m", "{\"input_usd_per_mtok\":\"3.00\",\"output_usd_per_mtok\":\"15.00\"}");
    }

    void credential(String provider, String name) throws Exception {
        manage(
                "POST",
                "/credentials",
                "{\"name\":\"" + name + "\",\"provider\":\"" + provider
                        + "\",\"kind\":\"api-key\",\"secret\":\"sk-good-" + name + "-0000000000000000000000000000\"}");
    }

    /** Of a credential, as its list says it. */
    String state(String credential) throws Exception {
        for (JsonNode each : manage("GET", "/credentials", "").get("data")) {
            if (each.get("name").stringValue().equals(credential)) {
                return each.get("state").stringValue();
            }
        }
        throw new AssertionError(credential);
    }

    double gauge(String name) throws Exception {
        String token = Files.readString(home.resolve("owner-token")).strip();
        HttpRequest scrape = HttpRequest.newBuilder(URI.create(tollgate.url() + "/metrics"))
                .header("authorization", "Bearer " + token)
                .build();
        return http.send(scrape, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name));
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

    String firstRunLink() {
        return tollgate.firstRunLink().orElseThrow();
    }

    JsonNode explain(HttpResponse<?> answer) throws Exception {
        return manage("GET", story(answer), "");
    }

    /** Of a call whose answer does not wait for its row, as a refusal's does not. */
    JsonNode explainOnceKept(HttpResponse<?> answer) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (admin("GET", story(answer), "").statusCode() == 404 && System.nanoTime() < end) {
            Thread.sleep(10); // until the row is there; the deadline is for a gate that never writes it
        }
        return explain(answer);
    }

    private static String story(HttpResponse<?> answer) {
        return "/calls/" + answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
    }

    @Override
    public void close() {
        http.close();
        tollgate.close();
    }
}
