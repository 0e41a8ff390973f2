package dev.tollgate.kernel;

import io.github.bucket4j.TimeMeter;
import java.util.function.LongSupplier;

/** Time for buckets, as a test tells it. */
public record TestTime(LongSupplier nanos) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
        return nanos.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }
}
