package dev.tollgate;

import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The folder with everything that outlives the process; locked while the process lives. */
final class Home implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private Home(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** @throws Refusal if it cannot be made or another process holds it */
    static Home open(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
            FileChannel channel =
                    FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = tryLock(channel);
            if (held == null) {
                channel.close();
                throw Refusal.conflict(
                        "Another Tollgate runs on " + path + ".",
                        "Stop it first, or start this one with another --home and --port.");
            }
            return new Home(path, channel);
        } catch (IOException e) {
            throw Refusal.invalid(
                    "The home " + path + " cannot be used: " + e.getMessage(),
                    "Choose another with --home, or mend its permissions.");
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process holds it
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
