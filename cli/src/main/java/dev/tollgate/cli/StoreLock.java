package dev.tollgate.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps other processes of this user from a sign-in while one changes it. The kernel holds it by descriptor and lets go
 * when the process ends, killed or not, so none is ever stale. The file stays: removing it would let two hold "it".
 */
final class StoreLock implements AutoCloseable {
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);

    private final FileChannel channel;

    private StoreLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for it; empty where it was not to be had within {@code most}. */
    static Optional<StoreLock> take(Path file, Duration most) throws IOException {
        FileChannel channel = PrivateFiles.open(file);
        long deadline = System.nanoTime() + most.toNanos();
        try {
            while (!held(channel)) {
                if (System.nanoTime() - deadline > 0) {
                    channel.close();
                    return Optional.empty();
                }
                Thread.sleep(BETWEEN_TRIES);
            }
            return Optional.of(new StoreLock(channel));
        } catch (InterruptedException interrupted) {
            channel.close();
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static boolean held(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException ofThisProcess) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
