package dev.tollgate.sim;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The simulated provider, running, with a real HTTP client before it. */
final class Sim implements AutoCloseable {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SimulatedProvider provider;

    Sim() {
        try {
            provider = SimulatedProvider.start(vertx, 0)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    SimulatedProvider provider() {
        return provider;
    }

    URI uri(String path) {
        return URI.create(provider.baseUrl() + path);
    }

    /** @param headers names and values by turns */
    Answered post(String path, String body, String... headers) throws IOException, InterruptedException {
        return new Answered(client.send(
                request(path, headers)
                        .POST(BodyPublishers.ofString(body))
                        .header("content-type", "application/json")
                        .build(),
                BodyHandlers.ofString()));
    }

    Answered get(String path, String... headers) throws IOException, InterruptedException {
        return new Answered(client.send(request(path, headers).GET().build(), BodyHandlers.ofString()));
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return client.send(request.build(), handler);
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** Waits for what another thread is about to bring about; fails when it does not come. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("never: " + what);
            }
            Thread.sleep(5);
        }
    }

    static JsonNode json(String text) {
        return MAPPER.readTree(text);
    }

    /** Writes {@code 'json'} without backslashes. */
    static String quotes(String json) {
        return json.replace('\'', '"');
    }

    @Override
    public void close() {
        try {
            provider.close().toCompletionStage().toCompletableFuture().get();
            vertx.close().toCompletionStage().toCompletableFuture().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        client.close();
    }

    /** An event of a stream. */
    record Received(String name, String data) {
        JsonNode json() {
            return Sim.json(data);
        }
    }

    /** An answer, whole. */
    record Answered(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        String body() {
            return response.body();
        }

        JsonNode json() {
            return Sim.json(response.body());
        }

        String header(String name) {
            return response.headers().firstValue(name.toLowerCase(Locale.ROOT)).orElse("");
        }

        /** The events, read as WHATWG's "server-sent events" says, for line ends LF and CRLF. */
        List<Received> events() {
            List<Received> events = new ArrayList<>();
            String name = "";
            StringBuilder data = new StringBuilder();
            for (String line : response.body().replace("\r\n", "\n").lines().toList()) {
                if (line.isEmpty()) {
                    events.add(new Received(name, data.toString()));
                    name = "";
                    data.setLength(0);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data.append(line.substring(6));
                } else {
                    throw new AssertionError("no line of an event: " + line);
                }
            }
            return events;
        }

        List<String> eventNames() {
            return events().stream().map(Received::name).toList();
        }
    }
}
