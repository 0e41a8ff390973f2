package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.stats.LatencyHistogram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How long this disk takes to make 4 KiB durable: what no durable settlement here can go below. */
public final class DiskSync {
    private static final int SYNCS = 500;
    private static final int BYTES = 4096;

    private DiskSync() {}

    /** Writes and syncs in this folder, one after the other. */
    public static LatencyHistogram measure(Path folder) {
        var times = new LatencyHistogram();
        Path file = folder.resolve("sync-probe");
        try {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (int i = 0; i < SYNCS; i++) {
                    long start = System.nanoTime();
                    channel.write(ByteBuffer.allocate(BYTES));
                    channel.force(false);
                    times.record(System.nanoTime() - start);
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new BenchException("The disk's sync cannot be measured in " + folder + ": " + e.getMessage(), e);
        }
        return times;
    }
}
