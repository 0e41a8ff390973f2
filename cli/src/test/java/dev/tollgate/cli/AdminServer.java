package dev.tollgate.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A real HTTP server that answers as {@code openapi.yaml} says, each operation with its example, and writes down every
 * request and everything about it that the document does not allow.
 */
final class AdminServer implements AutoCloseable {
    static final String TOKEN = "owner-0123456789abcdef";

    /** What came in; the body as it was sent, empty where there was none. */
    record Request(
            String operation,
            String method,
            String path,
            Map<String, String> query,
            String body,
            String authorization) {}

    /** What goes out. */
    record Answer(int status, String body) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    final List<String> violations = new CopyOnWriteArrayList<>();

    /** Signs people in, at the same address. */
    final SignInServer people = new SignInServer(this::url, violations);

    private final OpenApi api = new OpenApi();
    private final Map<String, Function<Request, Answer>> answers = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final AtomicBoolean open = new AtomicBoolean(true);

    AdminServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException unavailable) {
            throw new UncheckedIOException(unavailable);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Lets an operation answer otherwise. */
    void answer(String operation, int status, String body) {
        answer(operation, request -> new Answer(status, body));
    }

    void answer(String operation, Function<Request, Answer> answer) {
        api.operation(operation);
        answers.put(operation, answer);
    }

    /** Lets a list be that long: rows with nothing but their ids, row0 and so on, a thousand of them in a page. */
    void answerInPages(String operation, String id, int rows) {
        answer(operation, request -> {
            String after = request.query().getOrDefault("after", "");
            int first = after.isEmpty() ? 0 : Integer.parseInt(after.substring("row".length())) + 1;
            List<String> page = IntStream.range(first, Math.min(first + 1_000, rows))
                    .mapToObj(i -> "{\"" + id + "\":\"row" + i + "\"}")
                    .toList();
            return new Answer(200, "{\"data\":[" + String.join(",", page) + "]}");
        });
    }

    Request only() {
        if (requests.size() != 1) {
            throw new AssertionError("one request was expected: " + requests);
        }
        return requests.getFirst();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            String path = exchange.getRequestURI().getRawPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (people.serves(path)) {
                people.handle(exchange, body);
                return;
            }
            Answer answer = answer(method, path, query(exchange), body, authorization);
            if (!body.isEmpty()
                    && !"application/json".equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
                violations.add(method + " " + path + ": no JSON content type");
            }
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (RuntimeException broken) {
            violations.add("the test's server failed: " + broken);
            throw broken;
        }
    }

    private Answer answer(String method, String path, Map<String, String> query, String body, String authorization) {
        OpenApi.Operation operation = api.find(method, path).orElse(null);
        if (operation == null) {
            violations.add(method + " " + path + " is no operation");
            return new Answer(404, "<html>not found</html>");
        }
        Request request = new Request(operation.id(), method, path, query, body, authorization);
        requests.add(request);
        List<String> problems = new ArrayList<>(api.queryProblems(operation, query));
        problems.addAll(api.bodyProblems(
                operation, body.isEmpty() ? null : plain(Json.parse(body.getBytes(StandardCharsets.UTF_8)))));
        problems.forEach(problem -> violations.add(method + " " + path + ": " + problem));
        if (!authorization.equals("Bearer " + TOKEN) && !people.administers(authorization)) {
            return new Answer(401, "{\"error\":{\"code\":\"unauthorized\",\"message\":\"m\",\"cure\":\"c\"}}");
        }
        Function<Request, Answer> own = answers.get(operation.id());
        if (own != null) {
            return own.apply(request);
        }
        Map.Entry<Integer, Optional<Object>> success = api.success(operation);
        Object example = success.getValue().orElse("");
        return new Answer(
                success.getKey(),
                example instanceof String text ? text : json(example).compact());
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new LinkedHashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                query.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    /** A YAML value as JSON. */
    static Json json(@Nullable Object value) {
        return switch (value) {
            case null -> new Json.Null();
            case Map<?, ?> fields -> {
                Json.Obj object = Json.object();
                OpenApi.object(fields).forEach((name, field) -> object.fields().put(name, json(field)));
                yield object;
            }
            case List<?> items ->
                new Json.Arr(items.stream().map(AdminServer::json).toList());
            case Boolean flag -> new Json.Bool(flag);
            case Number number -> new Json.Num(number.toString());
            default -> new Json.Text(value.toString());
        };
    }

    /** JSON as the schema check takes it. */
    private static @Nullable Object plain(Json json) {
        return switch (json) {
            case Json.Text(String text) -> text;
            case Json.Num(String digits) -> Long.valueOf(digits);
            case Json.Bool(boolean flag) -> flag;
            case Json.Null() -> null;
            case Json.Arr(List<Json> items) ->
                items.stream().map(AdminServer::plain).toList();
            case Json.Obj(Map<String, Json> fields) -> {
                Map<String, Object> object = new LinkedHashMap<>();
                fields.forEach((name, value) -> object.put(name, plain(value)));
                yield object;
            }
        };
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            server.stop(0);
        }
    }
}
