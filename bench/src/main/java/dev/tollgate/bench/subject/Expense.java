package dev.tollgate.bench.subject;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What it took this process to do something so many times, one after the other.
 *
 * @param processorNanos of all of its threads, the store's writer, compiler and collector included; in steps of 10 ms
 * @param allocatedBytes by all of its threads
 */
public record Expense(long times, long elapsedNanos, long processorNanos, long allocatedBytes) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final double NANOS_PER_MINUTE = 60e9;

    /**
     * Does it for so long.
     *
     * @param some makes a list of it, which is not measured, as often as one has been done
     */
    public static Expense during(Duration time, Supplier<List<Runnable>> some) {
        Expense sum = new Expense(0, 0, 0, 0);
        while (sum.elapsedNanos < time.toNanos()) {
            sum = sum.plus(of(some.get()));
        }
        return sum;
    }

    private static Expense of(List<Runnable> work) {
        long allocated = THREADS.getTotalThreadAllocatedBytes();
        long processor = processorNanosSoFar();
        long begun = System.nanoTime();
        work.forEach(Runnable::run);
        return new Expense(
                work.size(),
                System.nanoTime() - begun,
                processorNanosSoFar() - processor,
                THREADS.getTotalThreadAllocatedBytes() - allocated);
    }

    private static long processorNanosSoFar() {
        return ProcessorTime.ofTreeNanos(ProcessHandle.current());
    }

    private Expense plus(Expense other) {
        return new Expense(
                times + other.times,
                elapsedNanos + other.elapsedNanos,
                processorNanos + other.processorNanos,
                allocatedBytes + other.allocatedBytes);
    }

    /** How often one core does it in a minute that does nothing else, and does not wait for the disk. */
    public double perMinute() {
        return NANOS_PER_MINUTE * times / processorNanos;
    }

    /** Of one. */
    public double processorMicros() {
        return processorNanos / 1e3 / times;
    }

    /** Of one, waiting included. */
    public double elapsedMicros() {
        return elapsedNanos / 1e3 / times;
    }

    /** Of one. */
    public double allocatedEach() {
        return (double) allocatedBytes / times;
    }
}
