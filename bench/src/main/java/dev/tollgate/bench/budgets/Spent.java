package dev.tollgate.bench.budgets;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a round's calls took of the processor, in the thread that makes them and in the store's writer. To wait for the disk takes
 * nothing, and compiler and collector are left out. JMH sums the public fields over all rounds.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Spent {
    private static final String WRITER = "store-writer";

    /** Calls that have been settled. */
    public long calls;

    /** Nanoseconds of processor time in the thread that makes the calls. */
    public long callerNanos;

    /** The same of the store's writer. */
    public long writerNanos;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long callerBefore;
    private long writerBefore;

    /** A round begins. */
    @Setup(Level.Iteration)
    public void begin() {
        callerBefore = threads.getCurrentThreadCpuTime();
        writerBefore = writer();
    }

    /** A round is over. */
    @TearDown(Level.Iteration)
    public void end() {
        callerNanos = threads.getCurrentThreadCpuTime() - callerBefore;
        writerNanos = writer() - writerBefore;
    }

    private long writer() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().equals(WRITER))
                .mapToLong(ThreadInfo::getThreadId)
                .map(threads::getThreadCpuTime)
                .sum();
    }
}
