package dev.tollgate.conformance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands before the gate and notes when it was asked, and what the gate refused. */
final class Door implements AutoCloseable {
    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding", "connection", ":status");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Passage> passages = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /**
     * One request.
     *
     * @param cameNanos by {@link System#nanoTime()}
     * @param answeredNanos just before the answer left
     */
    record Passage(long cameNanos, long answeredNanos, int status) {}

    Door(String gate) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> pass(gate, exchange));
        server.start();
    }

    private void pass(String gate, HttpExchange exchange) throws IOException {
        long came = System.nanoTime();
        try (exchange) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gate + exchange.getRequestURI()))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(
                            exchange.getRequestBody().readAllBytes()));
            for (String name : List.of("content-type", "authorization", "x-api-key", "x-goog-api-key")) {
                String value = exchange.getRequestHeaders().getFirst(name);
                if (value != null) {
                    request.header(name, value);
                }
            }
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            answer.headers().map().forEach((name, values) -> {
                if (!FRAMING.contains(name)) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            passages.add(new Passage(came, System.nanoTime(), answer.statusCode()));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** All requests so far, in the order of their answers. */
    List<Passage> passages() {
        return passages;
    }

    /** How often the gate said 429. */
    long refused() {
        return passages.stream().filter(passage -> passage.status() == 429).count();
    }

    @Override
    public void close() {
        server.stop(0);
        http.close();
    }
}
