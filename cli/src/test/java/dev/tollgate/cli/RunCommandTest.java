package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run}: real commands, with a key that lives as long as they do. */
class RunCommandTest extends AgainstAdminServer {
    private static final String KEY = "tg_7Kq2mZx0Ab_0000EXAMPLE00EXAMPLE00EXAMPLE000";

    @TempDir
    Path folder;

    @Test
    void theCommandGetsEveryClientsSettingsAndItsExitCodeIsPassedOn() throws IOException {
        Path seen = folder.resolve("seen");
        Cli.Result result = cli.run("run", "--", "sh", "-c", "env > " + seen + "; exit 7");
        assertEquals(7, result.exitCode(), result.err());
        List<String> environment = Files.readAllLines(seen);
        for (String line : List.of(
                "ANTHROPIC_BASE_URL=" + server.url(),
                "ANTHROPIC_AUTH_TOKEN=" + KEY,
                "OPENAI_BASE_URL=" + server.url() + "/v1",
                "OPENAI_API_KEY=" + KEY,
                "GOOGLE_GEMINI_BASE_URL=" + server.url(),
                "GEMINI_API_KEY=" + KEY,
                "TOLLGATE_KEY=" + KEY)) {
            assertTrue(environment.contains(line), line);
        }
        assertFalse(result.all().contains(KEY), result.all());
    }

    @Test
    void theKeyExpiresInADayAndIsRevokedByItsIdAtTheEnd() {
        assertEquals(0, cli.run("run", "--", "true").exitCode());
        assertEquals(List.of("createKey", "revokeKey"), operations());
        assertTrue(
                server.requests
                        .getFirst()
                        .body()
                        .matches("\\{\"name\":\"run-[0-9a-z]+\",\"expires_in_seconds\":86400}"),
                server.requests.getFirst().body());
        assertEquals("/admin/v1/keys/7Kq2mZx0Ab", server.requests.getLast().path());
    }

    @Test
    void nameModelsAndExpiryAreTheCallersToChoose() {
        cli.run("run", "--name", "nightly", "--models", "fast", "--expires", "30m", "--", "true");
        assertEquals(
                "{\"name\":\"nightly\",\"models\":[\"fast\"],\"expires_in_seconds\":1800}",
                server.requests.getFirst().body());
    }

    @Test
    void optionsAfterTheCommandAreItsOwn() throws IOException {
        Path seen = folder.resolve("seen");
        Path script = script("show", "printf '%s\\n' \"$@\" > " + seen);
        assertEquals(
                0,
                cli.run("run", script.toString(), "--json", "--name", "x", "@file", "--")
                        .exitCode());
        assertEquals(List.of("--json", "--name", "x", "@file", "--"), Files.readAllLines(seen));
    }

    @Test
    void codexGetsItsModelProviderAsOptions() throws IOException {
        Path seen = folder.resolve("seen");
        Path codex = script("codex", "printf '%s\\n' \"$@\" > " + seen);
        assertEquals(0, cli.run("run", "--", codex.toString(), "exec", "hello").exitCode());
        List<String> arguments = Files.readAllLines(seen);
        assertEquals("model_provider=\"tollgate\"", arguments.get(1));
        assertTrue(arguments.get(3).contains("base_url=\"" + server.url() + "/v1\""), arguments.toString());
        assertEquals(List.of("exec", "hello"), arguments.subList(4, 6));
        assertFalse(arguments.toString().contains(KEY));
    }

    @Test
    void aCommandThatCannotBeStartedIs127AndItsKeyIsRevoked() {
        Cli.Result result = cli.run("run", "--", "/nowhere/at-all", "--flag");
        assertEquals(127, result.exitCode());
        assertTrue(result.err().startsWith("Error: /nowhere/at-all cannot be started"), result.err());
        assertEquals(List.of("createKey", "revokeKey"), operations());
    }

    @Test
    void withoutAKeyNothingIsRun() {
        server.answer("createKey", 503, "{\"error\":{\"code\":\"unavailable\",\"message\":\"away\",\"cure\":\"\"}}");
        Path trace = folder.resolve("trace");
        assertEquals(1, cli.run("run", "--", "touch", trace.toString()).exitCode());
        assertFalse(Files.exists(trace));
        assertEquals(2, cli.run("run").exitCode());
        assertEquals(2, cli.run("run", "--").exitCode());
    }

    @Test
    void aKeyThatCannotBeRevokedIsNamed() {
        server.answer("revokeKey", 503, "{\"error\":{\"code\":\"unavailable\",\"message\":\"away\",\"cure\":\"\"}}");
        Cli.Result result = cli.run("run", "--", "sh", "-c", "exit 3");
        assertEquals(3, result.exitCode());
        assertTrue(result.err().startsWith("Warning: the key 7Kq2mZx0Ab could not be revoked (away)"), result.err());
    }

    /** As under nohup, or in the background of a script (Linux tells it in {@code /proc}). */
    private static boolean isIgnored(String signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        int number = Map.of("HUP", 1, "INT", 2, "TERM", 15).getOrDefault(signal, 0);
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> ((Long.parseUnsignedLong(line.substring(7).strip(), 16) >>> (number - 1)) & 1) == 1);
    }

    /** In a JVM of its own, as signals are the process's. */
    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void aSignalEndsTheCommandAndRevokesItsKey(String signal) throws Exception {
        assumeFalse(isIgnored(signal), "whoever started the tests had " + signal + " ignored, and so has every child");
        Path started = folder.resolve("started");
        Process process = launch(
                "sh",
                "-c",
                "trap 'exit 41' TERM; echo $$ $ANTHROPIC_API_KEY/$TOLLGATE_TOKEN > " + started
                        + "; while :; do sleep 0.05; done");
        try {
            await(started);
            assertTrue(
                    Files.readString(started).strip().endsWith(" /"),
                    "what would go around the gate, and the owner's token, are kept from the command");
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(41, process.exitValue());
            assertEquals(List.of("createKey", "revokeKey"), operations());
        } finally {
            end(process, started);
        }
    }

    @Test
    void askedTwiceACommandThatWillNotEndIsKilled() throws Exception {
        Path started = folder.resolve("started");
        Path asked = folder.resolve("asked");
        Process process = launch(
                "sh",
                "-c",
                "trap 'echo x > " + asked + "' TERM; echo $$ > " + started + "; while :; do sleep 0.05; done");
        try {
            await(started);
            process.destroy();
            await(asked);
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(128 + 9, process.exitValue());
            assertEquals(List.of("createKey", "revokeKey"), operations());
        } finally {
            end(process, started);
        }
    }

    /** Also the command, which a failure of ours may have left behind. */
    private static void end(Process process, Path started) throws IOException {
        process.destroyForcibly();
        if (Files.exists(started)) {
            String pid = Files.readString(started).split(" ", -1)[0].strip();
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private Process launch(String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tollgate.cli.TollgateCli",
                "run",
                "--"));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().put("ANTHROPIC_API_KEY", "sk-ant-api03-other");
        builder.environment().putAll(cli.environment);
        return builder.start();
    }

    private void await(Path file) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(file) || Files.size(file) == 0) {
            assertTrue(System.nanoTime() < deadline, () -> "never came: " + file + "\n" + output());
            Thread.sleep(20);
        }
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"), StandardCharsets.UTF_8);
        } catch (IOException none) {
            return "";
        }
    }

    private Path script(String name, String body) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return script;
    }

    private List<String> operations() {
        return server.requests.stream().map(AdminServer.Request::operation).toList();
    }
}
