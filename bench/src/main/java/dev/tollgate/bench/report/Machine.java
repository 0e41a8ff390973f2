package dev.tollgate.bench.report;

import dev.tollgate.bench.subject.JavaRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were measured on. */
public record Machine(String processor, int cores, long memoryMiB, String kernel, String jdk) {

    public static Machine here() {
        return new Machine(
                firstValue("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong("0" + firstValue("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                JavaRuntime.description());
    }

    /** The value of the first {@code name : value} line; a file or line that this machine does not have is {@code unknown}. */
    private static String firstValue(String file, String name) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException _) {
            return "unknown";
        }
    }

    @Override
    public String toString() {
        return processor + ", " + cores + " cores, " + memoryMiB + " MiB; " + kernel + "; JDK " + jdk;
    }
}
