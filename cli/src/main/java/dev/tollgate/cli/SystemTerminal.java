package dev.tollgate.cli;

import java.io.Console;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The process's own terminal. What the JDK does not tell, {@code stty} and {@code test} do (POSIX). */
final class SystemTerminal implements Terminal {
    private static final Pattern STTY_SIZE = Pattern.compile("\\d+ (\\d+)\\s*");

    private final Map<String, String> environment;

    SystemTerminal(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public int columns() {
        if (console().isEmpty()) {
            return 0;
        }
        try {
            return Integer.parseInt(environment.getOrDefault("COLUMNS", ""));
        } catch (NumberFormatException unset) {
            Matcher size = STTY_SIZE.matcher(ask("stty", "size").orElse(""));
            return size.matches() ? Integer.parseInt(size.group(1)) : 0;
        }
    }

    @Override
    public boolean isInput() {
        // A console exists only where input and output are both a terminal; input alone may be.
        return console().isPresent() || ask("test", "-t", "0").isPresent();
    }

    @Override
    public Optional<String> readHidden(String prompt) {
        // Null where the person ended the input instead.
        return console()
                .map(console -> Objects.requireNonNullElse(console.readPassword("%s", prompt), new char[0]))
                .map(String::new);
    }

    @Override
    public Optional<String> readLine(String prompt) {
        // Null where the person ended the input instead.
        return console().map(console -> Objects.requireNonNullElse(console.readLine("%s", prompt), "no"));
    }

    @SuppressWarnings("SystemConsoleNull") // True of JDK 22 to 24; in 25 it is null again where there is no terminal.
    private static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }

    /** What a small program prints that inherits our standard input; empty where it fails or there is none. */
    private static Optional<String> ask(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Redirect.INHERIT)
                    .redirectError(Redirect.DISCARD)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(answer)
                    : Optional.empty();
        } catch (IOException missing) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
