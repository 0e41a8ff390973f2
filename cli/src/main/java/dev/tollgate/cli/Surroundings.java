package dev.tollgate.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the process was given: its streams, variables, terminal and clock. Tests hand in their own.
 *
 * @param zone the reader's; asked for only where a time is printed, because the JDK takes 50 ms to find it
 * @param pollInterval how long {@code audit tail --follow} waits between two looks, and what {@code login --device}
 *     takes for a second of waiting; a test's is shorter than a second
 */
record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Terminal terminal,
        InstantSource clock,
        Supplier<ZoneId> zone,
        Duration pollInterval) {

    static Surroundings ofProcess() {
        Map<String, String> environment = System.getenv();
        return new Surroundings(
                System.in,
                // UTF-8 whatever the locale says: JSON is, and a table's ellipsis should survive LANG=C.
                new PrintStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
                        false,
                        StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                environment,
                new SystemTerminal(environment),
                InstantSource.system(),
                ZoneId::systemDefault,
                Duration.ofSeconds(1));
    }

    /** An environment variable that is set to something. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** Where {@code serve} keeps its data, found as it finds it: {@code TOLLGATE_HOME}, else {@code ~/.tollgate}. */
    Path home() {
        return variable("TOLLGATE_HOME")
                .map(Path::of)
                .orElseGet(() -> Path.of(variable("HOME").orElse(System.getProperty("user.home")), ".tollgate"));
    }

    /** Where a person's own settings are (XDG Base Directory Specification). */
    Path configuration() {
        return variable("XDG_CONFIG_HOME")
                .map(Path::of)
                // The specification: a relative path is to be ignored.
                .filter(Path::isAbsolute)
                .orElseGet(() -> Path.of(variable("HOME").orElse(System.getProperty("user.home")), ".config"))
                .resolve("tollgate");
    }

    /** The variables hold secrets. */
    @Override
    public String toString() {
        return "Surroundings";
    }
}
