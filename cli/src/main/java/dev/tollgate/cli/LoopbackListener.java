package dev.tollgate.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits at a loopback address for the browser to come back (RFC 8252 §7.3). Every program and web page of this machine
 * can reach it, so what does not carry our state changes nothing, and after the one answer that does no other counts.
 */
final class LoopbackListener implements AutoCloseable {
    private static final String PATH = "/callback";

    private static final String DONE =
            page("You are signed in", "You can close this page and go back to the terminal.");
    private static final String FAILED =
            page("You are not signed in", "The terminal says why. You can close this page.");
    private static final String STRANGE =
            page("Nothing was done", "This is no answer to a sign-in that is under way here.");

    /** The browser's way back, whose page is still to be shown. */
    static final class Returned {
        private final HttpExchange exchange;
        private final Map<String, String> parameters;

        private Returned(HttpExchange exchange, Map<String, String> parameters) {
            this.exchange = exchange;
            this.parameters = parameters;
        }

        Map<String, String> parameters() {
            return parameters;
        }

        /** Tells the person how it ended. */
        void show(boolean done) {
            answer(exchange, done ? 200 : 400, done ? DONE : FAILED);
        }
    }

    private final HttpServer server;
    private final String state;
    private final CompletableFuture<Returned> first = new CompletableFuture<>();

    /** Listens from now on; {@code state} is what the right answer carries. */
    LoopbackListener(String state) throws IOException {
        this.state = state;
        // The address, not a name for it, and IPv4: RFC 8252 §8.3.
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String redirectUri() {
        return "http://" + authority() + PATH;
    }

    /** The answer; empty where none came in time. */
    Optional<Returned> await(Duration most) {
        try {
            return Optional.of(first.get(most.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void handle(HttpExchange exchange) {
        boolean ours = exchange.getRequestMethod().equals("GET")
                && exchange.getRequestURI().getRawPath().equals(PATH)
                // A page elsewhere whose name was made to lead here (DNS rebinding) says its own name.
                && authority().equals(exchange.getRequestHeaders().getFirst("Host"));
        Optional<Map<String, String>> parameters =
                ours ? parameters(exchange.getRequestURI().getRawQuery()) : Optional.empty();
        boolean expected = parameters
                .filter(query -> MessageDigest.isEqual(bytes(query.getOrDefault("state", "")), bytes(state)))
                .isPresent();
        if (!expected || !first.complete(new Returned(exchange, parameters.orElseThrow()))) {
            answer(exchange, ours ? 400 : 404, STRANGE);
        }
    }

    private String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Empty where one stands there twice (RFC 6749 §3.1) or they are malformed. */
    private static Optional<Map<String, String>> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        try {
            for (String pair : String.valueOf(query).split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
                if (parameters.putIfAbsent(name, value) != null) {
                    return Optional.empty();
                }
            }
            return Optional.of(parameters);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, String page) {
        try (exchange) {
            byte[] body = bytes(page);
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            // The code stands in this page's address.
            exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException gone) {
            // Nobody looks at it any more; the terminal says the same.
        }
    }

    private static String page(String title, String text) {
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">"
                + "<title>" + title + " · Tollgate</title></head><body><h1>" + title + "</h1><p>" + text
                + "</p></body></html>";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
