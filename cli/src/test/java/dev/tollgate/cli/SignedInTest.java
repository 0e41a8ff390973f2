package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test in which a person signs in by a code, and nobody else is there: no owner token, no keyring. */
abstract class SignedInTest extends AgainstAdminServer {
    static final Instant START = Instant.parse("2026-11-25T00:00:00Z");

    @TempDir
    Path folder;

    @BeforeEach
    final void nobodyYet() {
        cli.environment.remove("TOLLGATE_TOKEN");
        cli.environment.put("TOLLGATE_HOME", folder.resolve("home").toString());
        cli.environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    }

    final Cli.Result signIn(String... options) {
        String[] line = new String[options.length + 2];
        line[0] = "login";
        line[1] = "--device";
        System.arraycopy(options, 0, line, 2, options.length);
        Cli.Result result = cli.run(line);
        assertEquals(0, result.exitCode(), result.err());
        server.people.requests.clear();
        return result;
    }

    /** So long after the start. */
    final void later(Duration passed) {
        cli.clock = InstantSource.fixed(START.plus(passed));
    }

    /** The files that sign-ins are kept in. */
    final List<Path> kept() {
        try (var files = Files.list(folder.resolve("config/tollgate"))) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        } catch (IOException none) {
            return List.of();
        }
    }
}
