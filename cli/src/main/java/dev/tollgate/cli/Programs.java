package dev.tollgate.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Small programs of the system. What they are told in arguments every user of the machine can read. */
final class Programs {
    /** How one ended, and what it printed. */
    record Result(int exitCode, String out) {
        /** It may be a secret. */
        @Override
        public String toString() {
            return "Result " + exitCode;
        }
    }

    private Programs() {}

    static boolean isMac() {
        return System.getProperty("os.name", "").startsWith("Mac");
    }

    /** On the PATH, of which relative folders are passed over: they are whatever folder one happens to be in. */
    static Optional<Path> find(String name, Surroundings surroundings) {
        return Arrays.stream(surroundings.variable("PATH").orElse("").split(":", -1))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A command line. */
    static List<String> line(Path program, String... arguments) {
        return Stream.concat(Stream.of(program.toString()), Arrays.stream(arguments))
                .toList();
    }

    /** A program that goes on by itself, without our secrets; false where it cannot be started. */
    static boolean start(List<String> command, Surroundings surroundings) {
        try {
            builder(command, surroundings)
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(Redirect.DISCARD)
                    .start();
            return true;
        } catch (IOException unstartable) {
            return false;
        }
    }

    /** Runs one to its end; empty where it cannot be started or takes longer than {@code most}. */
    static Optional<Result> run(List<String> command, String input, Duration most, Surroundings surroundings) {
        try {
            Process process = builder(command, surroundings).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException closed) {
                // It did not want its input; what it says of that is its exit code.
            }
            // What it prints is short, and fits into the pipe.
            if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Optional.of(new Result(process.exitValue(), out.strip()));
        } catch (IOException unstartable) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static ProcessBuilder builder(List<String> command, Surroundings surroundings) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(surroundings.environment());
        builder.environment().keySet().removeAll(List.of(OwnerToken.VARIABLE, ClientSettings.KEY_VARIABLE));
        return builder;
    }
}
