package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How many files and sockets a process may have open, which bounds the streams that can be held. */
public final class FileLimit {
    /**
     * Run by a shell that then becomes the program (same process id): who may raise the hard limit does, others take all that
     * they have.
     */
    static final List<String> RAISED =
            List.of("/bin/sh", "-c", "ulimit -n 200000 2>/dev/null || ulimit -n \"$(ulimit -Hn)\"; exec \"$@\"", "sh");

    /** Files of a process that are no streams: jars, the store, idle connections. */
    private static final int OTHER_FILES = 150;

    private FileLimit() {}

    /**
     * Fails, with the cure, when so many streams cannot be held: the loader and the mock have a socket for each, a gate two.
     *
     * @param gate whether there is one between
     */
    public static void requireStreams(int streams, boolean gate) {
        int perStream = gate ? 2 : 1;
        long here = (own() - OTHER_FILES);
        long there = (ofChildren() - OTHER_FILES) / perStream;
        if (streams > here || streams > there) {
            throw new BenchException("This machine allows " + Math.min(here, there)
                    + " streams, since a process may open "
                    + Math.min(own(), ofChildren()) + " files. Give --streams "
                    + Math.min(here, there) + ", or raise the hard limit (ulimit -n 200000, as root) and try again.");
        }
    }

    /** A JVM takes all that its hard limit gives when it starts. */
    private static long own() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .mapToLong(line -> number(
                            line.substring("Max open files".length()).strip().split("\\s+", -1)[0]))
                    .findFirst()
                    .orElse(Integer.MAX_VALUE);
        } catch (IOException e) {
            throw new BenchException("The limit of open files cannot be read from /proc; this needs Linux.", e);
        }
    }

    private static long ofChildren() {
        try {
            Process shell = new ProcessBuilder(Stream.concat(RAISED.stream(), Stream.of("/bin/sh", "-c", "ulimit -n"))
                            .toList())
                    .start();
            return number(new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            throw new BenchException("The limit of open files cannot be asked for: " + e.getMessage(), e);
        }
    }

    private static long number(String text) {
        return text.equals("unlimited") ? Integer.MAX_VALUE : Long.parseLong(text);
    }
}
