package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The JDK that runs the bench, which also runs what the bench starts. */
public final class JavaRuntime {
    private JavaRuntime() {}

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Vendor and version, as {@code Eclipse Adoptium 25.0.1+8-LTS}. */
    public static String description() {
        return System.getProperty("java.vendor") + " " + Runtime.version();
    }

    /** What {@code jcmd PID COMMAND} prints. */
    static String jcmd(long pid, String command) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new BenchException("jcmd " + command + " failed: " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new BenchException("jcmd cannot be run; the bench needs a whole JDK: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted while jcmd ran", e);
        }
    }
}
