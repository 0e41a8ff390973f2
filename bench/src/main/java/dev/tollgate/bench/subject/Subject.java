package dev.tollgate.bench.subject;

import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Target;

/** Something that answers model calls and whose cost can be read from outside. */
public interface Subject {
    String name();

    /** The model's name in a request to this subject. */
    String model();

    /** Where its calls go; a proxy may have another port for streams. */
    Target target(Dialect dialect, boolean stream);

    /** The process that was started; its descendants count as its own. */
    ProcessHandle process();

    /** What it times itself; nothing by default. */
    default MetricsPage timers() throws InterruptedException {
        return MetricsPage.EMPTY;
    }

    /** Processor time so far, of all its processes. */
    default long processorNanos() {
        return ProcessorTime.ofTreeNanos(process());
    }
}
