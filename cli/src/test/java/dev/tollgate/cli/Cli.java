package dev.tollgate.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The command line, run inside the test with surroundings of the test's making. */
final class Cli {
    /** What a run left behind. */
    record Result(int exitCode, String out, String err) {
        String all() {
            return out + err;
        }
    }

    /** A terminal, or none. */
    record FakeTerminal(int columns, boolean isInput, Optional<String> typed) implements Terminal {
        @Override
        public Optional<String> readHidden(String prompt) {
            return typed;
        }

        @Override
        public Optional<String> readLine(String prompt) {
            return typed;
        }
    }

    final Map<String, String> environment = new HashMap<>();
    byte[] input = {};
    boolean fullDisk;
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-25T00:00:00Z"));
    Terminal terminal = new FakeTerminal(0, false, Optional.empty());

    /** Takes nothing. */
    private static final class FullDisk extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            throw new IOException("no space left");
        }
    }

    Cli(AdminServer server) {
        this(Map.of());
        environment.put("TOLLGATE_URL", server.url());
        environment.put("TOLLGATE_TOKEN", AdminServer.TOKEN);
    }

    Cli(Map<String, String> environment) {
        // Not where whoever runs the tests may be signed in.
        this.environment.put("XDG_CONFIG_HOME", "/nowhere");
        this.environment.putAll(environment);
    }

    Cli input(String text) {
        input = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    Result run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings = new Surroundings(
                new ByteArrayInputStream(input),
                new PrintStream(fullDisk ? new FullDisk() : out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                terminal,
                clock,
                () -> ZoneOffset.ofHours(1),
                Duration.ofMillis(1));
        int exitCode = TollgateCli.run(surroundings, args);
        return new Result(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
