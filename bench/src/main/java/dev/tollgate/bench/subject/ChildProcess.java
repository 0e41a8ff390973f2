package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that the bench started, knows by its id, and ends. What it prints goes to a file. */
public final class ChildProcess implements AutoCloseable {
    private static final int SHOWN_LOG_LINES = 20;
    private static final File DEV_NULL = new File("/dev/null");

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static ChildProcess start(String name, List<String> command, Path folder) {
        Path log = folder.resolve(name + ".log");
        var raised = new ArrayList<>(FileLimit.RAISED);
        raised.addAll(command);
        try {
            Process process = new ProcessBuilder(raised)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .redirectInput(ProcessBuilder.Redirect.from(DEV_NULL))
                    .start();
            return new ChildProcess(name, process, log);
        } catch (IOException e) {
            throw new BenchException("Cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** A port on 127.0.0.1 that was free a moment ago. */
    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BenchException("No free port on 127.0.0.1: " + e.getMessage(), e);
        }
    }

    /** Returns once the port takes connections. */
    void awaitListening(int port, Duration atMost) throws InterruptedException {
        await("listening on port " + port, atMost, () -> {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return true;
            } catch (IOException _) {
                return false;
            }
        });
    }

    /** Asks whether it is so far. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws InterruptedException;
    }

    /** Asks every 10 ms; fails with the end of the log when the process has ended or the time is over. */
    void await(String state, Duration atMost, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.holds()) {
            if (!process.isAlive()) {
                throw new BenchException(name + " ended with code " + process.exitValue() + " before it was " + state
                        + ".\n" + logEnd());
            }
            if (System.nanoTime() > deadline) {
                throw new BenchException(
                        name + " was not " + state + " within " + atMost.toSeconds() + " s.\n" + logEnd());
            }
            Thread.sleep(10);
        }
    }

    /** The last lines that it printed. */
    String logEnd() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(its log cannot be read: " + e.getMessage() + ")";
        }
    }

    /** Ends it: asked first, after ten seconds by force, with whatever it had started. */
    @Override
    public void close() {
        List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        tree.forEach(ProcessHandle::destroyForcibly);
    }
}
