package dev.tollgate.bench.report;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.stats.LatencyHistogram;
import dev.tollgate.bench.subject.DiskSync;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Under what a run was made; stands above every report.
 *
 * @param command the bench's own
 * @param gate how the gate was started, or what stood in its place
 * @param loadAverage of the last minute before the run: what else the machine was doing
 * @param disk file system of the gate's home, with what syncing 4 KiB to it takes
 */
public record Conditions(
        Machine machine,
        String command,
        String gate,
        double loadAverage,
        String disk,
        double diskSyncP50Millis,
        double diskSyncP99Millis,
        Instant startedAt) {
    private static final double BUSY = 0.5;

    /**
     * Looks at the machine and its disk, which takes a moment.
     *
     * @param home a folder where the gate's home will be
     */
    public static Conditions now(String command, String gate, Path home) {
        LatencyHistogram sync = DiskSync.measure(home);
        return new Conditions(
                Machine.here(),
                command,
                gate,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                fileSystem(home),
                sync.quantileNanos(0.5) / 1e6,
                sync.quantileNanos(0.99) / 1e6,
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private static String fileSystem(Path folder) {
        try {
            return Files.getFileStore(folder).type();
        } catch (IOException e) {
            throw new BenchException("The file system of " + folder + " is unknown: " + e.getMessage(), e);
        }
    }

    public String text() {
        return """
                machine  %s
                disk     %s, sync of 4 KiB p50 %.2f ms, p99 %.2f ms%s
                command  %s
                gate     %s
                started  %s, load average %.2f%s
                """.formatted(
                        machine,
                        disk,
                        diskSyncP50Millis,
                        diskSyncP99Millis,
                        disk.equals("tmpfs") ? "; NOT DURABLE: name a folder on a disk with --work" : "",
                        command,
                        gate,
                        startedAt,
                        loadAverage,
                        loadAverage > BUSY ? "; NOT IDLE: the figures are disturbed" : "");
    }
}
