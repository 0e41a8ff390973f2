package dev.tollgate.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CircuitsTest {
    private static Candidate candidate(String model) {
        Provider provider =
                new Provider("p", Set.of(Dialect.OPENAI), URI.create("https://p.example"), AuthStyle.NONE, false);
        return new Candidate(provider, model, null, true);
    }

    private static void fail(Circuits circuits, Candidate candidate, int times) {
        for (int i = 0; i < times; i++) {
            circuits.failed(candidate, new IllegalStateException("status 500"));
        }
    }

    private static void awaitClosed(Circuits circuits, Candidate candidate) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (circuits.isOpen(candidate)) {
            assertTrue(System.nanoTime() < deadline, "a candidate that rested is tried again");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void candidateThatFailsOftenIsPassedOverAndTriedAgainAfterItsRest() throws Exception {
        Circuits circuits = new Circuits(Duration.ofMillis(50));
        Candidate candidate = candidate("m");
        fail(circuits, candidate, 4);
        assertFalse(circuits.isOpen(candidate), "four failures say little");
        fail(circuits, candidate, 1);
        assertTrue(circuits.isOpen(candidate));
        awaitClosed(circuits, candidate);
        circuits.failed(candidate, new IllegalStateException("status 500"));
        assertTrue(circuits.isOpen(candidate), "the one that tried it failed");
        awaitClosed(circuits, candidate);
        circuits.answered(candidate);
        fail(circuits, candidate, 2);
        assertFalse(circuits.isOpen(candidate), "it answered, and counts anew");
    }

    @Test
    void candidatesThatNeverFailedLeaveNoTrace() {
        Circuits circuits = new Circuits(Circuits.REST);
        for (int i = 0; i < 5_000; i++) {
            assertFalse(circuits.isOpen(candidate("made-up-" + i)));
            circuits.answered(candidate("made-up-" + i));
        }
        assertEquals(0, circuits.known());
    }

    @Test
    void theNumberOfCircuitsIsBounded() {
        Circuits circuits = new Circuits(Circuits.REST);
        for (int i = 0; i < 5_000; i++) {
            circuits.failed(candidate("made-up-" + i), new IllegalStateException("status 500"));
        }
        assertTrue(circuits.known() <= 1_024, "known: " + circuits.known());
    }
}
