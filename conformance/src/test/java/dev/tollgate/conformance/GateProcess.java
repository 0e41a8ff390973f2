package dev.tollgate.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gate as a process of its own, on a free port, with a home that outlives it. */
final class GateProcess implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern READY = Pattern.compile("Tollgate is ready at (\\S+)");
    private static final Pattern KEY = Pattern.compile("x-api-key: (tg_\\w+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final Process process;
    private final Path home;
    private final Path output;
    private final Path errors;
    private final String url;
    private final String firstKey;

    private GateProcess(Process process, Path home, Path output, Path errors, String url, String firstKey) {
        this.process = process;
        this.home = home;
        this.output = output;
        this.errors = errors;
        this.url = url;
        this.firstKey = firstKey;
    }

    /** What became of a start that need not succeed. */
    record Exit(int code, String output, String errors) {}

    static GateProcess start(Path home, String... options) throws IOException, InterruptedException {
        return start(home, Map.of(), options);
    }

    static GateProcess start(Path home, Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("gate", ".out");
        Path errors = Files.createTempFile("gate", ".err");
        Process process = launch(home, environment, output, errors, options);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            String text = Files.readString(output);
            Matcher ready = READY.matcher(text);
            Matcher key = KEY.matcher(text);
            if (ready.find() && key.find()) {
                return new GateProcess(process, home, output, errors, ready.group(1), key.group(1));
            }
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
        process.destroyForcibly();
        throw new IOException("The gate did not start: " + Files.readString(errors) + Files.readString(output));
    }

    /** Runs the gate to its end: for starts that are refused. */
    static Exit run(Path home, String... options) throws IOException, InterruptedException {
        Path output = Files.createTempFile("gate", ".out");
        Path errors = Files.createTempFile("gate", ".err");
        Process process = launch(home, Map.of(), output, errors, options);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("The gate runs, where it should have refused to");
        }
        return new Exit(process.exitValue(), Files.readString(output), Files.readString(errors));
    }

    private static Process launch(
            Path home, Map<String, String> environment, Path output, Path errors, String... options)
            throws IOException {
        Path jar =
                Path.of("../server/target/tollgate-server.jar").toAbsolutePath().normalize();
        if (!Files.exists(jar)) {
            throw new IOException(jar + " is missing: run `mvn package` for the server first");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                jar.toString(),
                "--home",
                home.toString()));
        List<String> given = List.of(options);
        if (!given.contains("--port")) {
            command.addAll(List.of("--port", "0"));
        }
        command.addAll(given);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("TOLLGATE_") || name.startsWith("OTEL_"));
        builder.environment().putAll(environment);
        return builder.redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
    }

    String url() {
        return url;
    }

    /** The key of the greeting: good for {@code sim/*}. */
    String firstKey() {
        return firstKey;
    }

    Path home() {
        return home;
    }

    long pid() {
        return process.pid();
    }

    String output() {
        return read(output);
    }

    String errors() {
        return read(errors);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String ownerToken() {
        return read(home.resolve("owner-token")).strip();
    }

    /** A request to the admin API as its owner; {@code body} is JSON, or empty for none. */
    HttpResponse<String> admin(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/admin/v1" + path))
                .header("authorization", "Bearer " + ownerToken())
                .header("content-type", "application/json")
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** The same, for what must succeed; the parsed answer. */
    JsonNode manage(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = admin(method, path, body);
        if (answer.statusCode() >= 300) {
            throw new IOException(method + " " + path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }

    /** A new key; without globs it may use everything. */
    String createKey(String name, String... globs) throws IOException, InterruptedException {
        String models = globs.length == 0 ? "" : ",\"models\":[\"" + String.join("\",\"", globs) + "\"]";
        return manage("POST", "/keys", "{\"name\":\"" + name + "\"" + models + "}")
                .get("key")
                .stringValue();
    }

    /** Where the simulated provider listens, for providers of a test's own that point there. */
    String simulatedProvider() throws IOException, InterruptedException {
        for (JsonNode provider : manage("GET", "/providers", "").get("data")) {
            if (provider.get("name").stringValue().equals("sim")) {
                return provider.get("base_url").stringValue();
            }
        }
        throw new IOException("There is no simulated provider");
    }

    HttpResponse<String> post(String path, String key, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE).GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Ends the process as a crash would: nothing of its own runs any more. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM; the exit code. */
    int stop() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("The gate did not stop: " + errors());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
