package dev.tollgate.bench.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExpenseTest {
    private static final int MEGABYTE = 1_000_000;

    @Test
    void figuresAreOfOne() {
        var four = new Expense(4, 20_000_000, 40_000_000, 100);
        assertEquals(6_000, four.perMinute(), "of the processor's time, whatever else was waited for");
        assertEquals(10_000, four.processorMicros());
        assertEquals(5_000, four.elapsedMicros());
        assertEquals(25, four.allocatedEach());
    }

    @Test
    void itIsDoneUntilTheTimeIsOver() {
        var done = new AtomicInteger();
        Expense expense = Expense.during(Duration.ofMillis(5), () -> Collections.nCopies(3, done::incrementAndGet));
        assertEquals(done.get(), expense.times());
        assertEquals(0, expense.times() % 3);
        assertTrue(expense.elapsedNanos() >= 5_000_000);
    }

    @Test
    void whatIsMadeReadyBeforehandIsNotCounted() {
        List<byte[]> kept = new ArrayList<>();
        Expense expense = Expense.during(Duration.ofNanos(1), () -> {
            for (int i = 0; i < 50; i++) {
                kept.add(new byte[MEGABYTE]);
            }
            return List.of(() -> kept.add(new byte[MEGABYTE]));
        });
        assertEquals(51, kept.size());
        assertTrue(expense.allocatedEach() >= MEGABYTE && expense.allocatedEach() < 10 * MEGABYTE, expense.toString());
    }
}
