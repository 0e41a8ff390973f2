package dev.tollgate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.upstream.SigV4;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A cloud on this machine: keeps what it was sent, and answers as a test says. */
final class CloudStub implements AutoCloseable {
    /** What is said to one request. */
    interface Script {
        void play(SigV4.Request request, HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final List<SigV4.Request> requests = new CopyOnWriteArrayList<>();

    CloudStub(Script script) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                Map<String, String> headers = new TreeMap<>();
                exchange.getRequestHeaders()
                        .forEach(
                                (name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
                SigV4.Request request = new SigV4.Request(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getRawPath(),
                        headers,
                        exchange.getRequestBody().readAllBytes());
                requests.add(request);
                script.play(request, exchange);
            }
        });
        server.start();
    }

    static void whole(HttpExchange exchange, int status, String body, String... headers) throws IOException {
        exchange.getResponseHeaders().set("content-type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
        }
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** A streamed answer, in pieces of so many bytes. */
    static void streamed(HttpExchange exchange, String type, byte[] body, int pieces) throws IOException {
        exchange.getResponseHeaders().set("content-type", type);
        exchange.getResponseHeaders().set("x-amzn-requestid", "aws-request-1");
        exchange.sendResponseHeaders(200, 0);
        for (int at = 0; at < body.length; at += pieces) {
            exchange.getResponseBody().write(body, at, Math.min(pieces, body.length - at));
            exchange.getResponseBody().flush();
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<SigV4.Request> requests() {
        return requests;
    }

    SigV4.Request last() {
        return requests.getLast();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
