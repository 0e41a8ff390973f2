package dev.tollgate.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A provider that keeps what it was asked and answers everything alike. */
final class RecordingProvider implements AutoCloseable {
    /**
     * One request.
     *
     * @param beta its {@code anthropic-beta}, empty where it has none
     */
    record Asked(String path, String beta, String body) {}

    private final HttpServer server;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final int status;
    private final String answer;

    RecordingProvider(int status, String answer) throws IOException {
        this.status = status;
        this.answer = answer;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /** Makes it a provider of the gate, with a credential. */
    void join(GateProcess gate, String name, String dialect) throws Exception {
        gate.manage(
                "POST",
                "/providers",
                "{\"name\":\"" + name + "\",\"dialect\":\"" + dialect + "\",\"base_url\":\"http://127.0.0.1:"
                        + server.getAddress().getPort() + "\"}");
        gate.manage(
                "POST",
                "/credentials",
                "{\"name\":\"" + name + "\",\"provider\":\"" + name
                        + "\",\"kind\":\"api-key\",\"secret\":\"sk-good-00000000000000000000000000000000\"}");
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    void forget() {
        asked.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            List<String> betas = exchange.getRequestHeaders().getOrDefault("anthropic-beta", List.of());
            asked.add(new Asked(exchange.getRequestURI().getPath(), String.join(",", betas), body));
            byte[] bytes = answer.getBytes(UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
