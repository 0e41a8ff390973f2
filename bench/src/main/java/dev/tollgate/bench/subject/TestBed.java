package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.mock.MockSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A temporary folder and the processes that run in it. Closing it ends them, the last started first, and deletes the folder; so
 * does Ctrl-C.
 */
public final class TestBed implements AutoCloseable {
    private final Path folder;
    private final Deque<ChildProcess> children = new ArrayDeque<>();
    private final Thread hook = new Thread(this::clear, "bench-end");

    private TestBed(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * A new bed in a new folder.
     *
     * @param within the folder's parent, which decides on what disk settlements become durable; null: the system's temporary folder
     */
    public static TestBed in(@Nullable Path within) {
        try {
            return new TestBed(
                    within == null
                            ? Files.createTempDirectory("tollgate-bench-")
                            : Files.createTempDirectory(Files.createDirectories(within), "tollgate-bench-"));
        } catch (IOException e) {
            throw new BenchException("No temporary folder can be made: " + e.getMessage(), e);
        }
    }

    public Path folder() {
        return folder;
    }

    /** Starts a process that ends with this bed. */
    synchronized ChildProcess spawn(String name, List<String> command) {
        ChildProcess child = ChildProcess.start(name, command, folder);
        children.push(child);
        return child;
    }

    /** Ends one process before its time. */
    synchronized void end(ChildProcess child) {
        child.close();
        children.remove(child);
    }

    /**
     * Starts the mock and waits until it listens.
     *
     * @param longest after this the mock ends by itself, should the bench have been killed
     */
    public DirectMock startMock(MockSpec spec, Duration longest) throws InterruptedException {
        return DirectMock.start(spec, longest, this);
    }

    public Nginx startNginx(String name, @Nullable String binary, DirectMock mock) throws InterruptedException {
        // The temporary folder is its owner's alone; nginx's workers must be able to pass.
        openToPassThrough();
        return Nginx.start(name, Nginx.find(binary), mock.port(), folder, this);
    }

    /** Starts the gate on the bed's own home, at first with nothing in it but what it makes itself, and waits until it is ready. */
    public GateUnderTest startGate(GateCommand command) throws InterruptedException {
        return startGate(command, "gate");
    }

    /** Starts a gate on a home of its own, and waits until it is ready. */
    public GateUnderTest startGate(GateCommand command, String name) throws InterruptedException {
        GateUnderTest gate = spawnGate(command, name);
        gate.awaitReady();
        return gate;
    }

    /** Starts the gate on the bed's home and returns at once. */
    public GateUnderTest spawnGate(GateCommand command) {
        return spawnGate(command, "gate");
    }

    /** Starts a gate on the home that goes with its name and returns at once. */
    public GateUnderTest spawnGate(GateCommand command, String name) {
        return GateUnderTest.spawn(name, command, folder.resolve("home-" + name), this);
    }

    private void openToPassThrough() {
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new BenchException("The temporary folder's permissions cannot be set: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        clear();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // Already shutting down: the hook has done the same.
        }
    }

    private synchronized void clear() {
        while (!children.isEmpty()) {
            children.pop().close();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("Left behind: " + folder + " (" + e.getMessage() + ")");
        }
    }
}
