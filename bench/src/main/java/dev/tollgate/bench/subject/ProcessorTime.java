package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** User and system time of processes, from {@code /proc/PID/stat} (proc(5)). */
final class ProcessorTime {
    /** USER_HZ, the kernel's unit towards user space: 100 on every architecture that a JDK 25 runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private ProcessorTime() {}

    /** Of this process and all that descend from it and are alive, as nginx's workers. Nanoseconds, in steps of 10 ms. */
    static long ofTreeNanos(ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants())
                        .mapToLong(process -> ticks(process.pid()))
                        .sum()
                * NANOS_PER_TICK;
    }

    private static long ticks(long pid) {
        try {
            return ticks(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
        } catch (NoSuchFileException _) {
            return 0; // ended since it was listed
        } catch (IOException e) {
            throw new BenchException("Processor time cannot be read from /proc; measuring it needs Linux.", e);
        }
    }

    /** Fields 14 (utime) and 15 (stime). The name in field 2 may hold blanks and brackets, so counting begins after the last one. */
    static long ticks(String stat) {
        String[] fromState = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fromState[14 - 3]) + Long.parseLong(fromState[15 - 3]);
    }
}
