package dev.tollgate.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what another thread is about to bring about. */
public final class Await {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    private Await() {}

    /** Until it is so; fails if it is not within a minute and a half. Nothing is concluded from the pauses between. */
    public static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, "it has not come about in a minute and a half");
            Thread.sleep(10);
        }
    }
}
