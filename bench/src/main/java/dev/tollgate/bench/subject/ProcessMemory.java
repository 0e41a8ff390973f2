package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory, from {@code /proc/PID/status} (proc(5)). */
final class ProcessMemory {
    private ProcessMemory() {}

    /** VmHWM, the high-water mark. */
    static long peakResidentBytes(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            throw new BenchException("The kernel does not tell the process's memory.");
        } catch (IOException e) {
            throw new BenchException("Memory cannot be read from /proc; measuring it needs Linux.", e);
        }
    }
}
