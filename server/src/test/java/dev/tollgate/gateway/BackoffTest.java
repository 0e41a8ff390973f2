package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void jitterIsFullAndItsBoundDoubles() {
        long longest = 0;
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 500; i++) {
            long first = new Backoff().next(null).toMillis();
            assertTrue(first <= 200, "first wait: " + first);
            longest = Math.max(longest, first);
            shortest = Math.min(shortest, first);
        }
        assertTrue(shortest < 40 && longest > 160, shortest + " to " + longest);
    }

    @Test
    void retryAfterIsTheLeastWait() {
        for (int i = 0; i < 100; i++) {
            long millis = new Backoff().next(Duration.ofSeconds(3)).toMillis();
            assertTrue(millis >= 3_000 && millis <= 3_050, "waits: " + millis);
        }
    }

    @Test
    void waitingIsBoundedOverTheWholeCall() {
        Backoff backoff = new Backoff();
        assertTrue(backoff.affords(Duration.ofSeconds(8)));
        backoff.spend(Duration.ofSeconds(6));
        assertFalse(backoff.affords(Duration.ofSeconds(3)));
    }

    @Test
    void retryAfterThatMakesNoSenseIsNoRetryAfter() {
        for (String text :
                new String[] {"-1", "soon", "Infinity", "NaN", "999999999999", "Wed, 21 Oct 2026 07:28:00 GMT"}) {
            assertNull(Backoff.retryAfter(text), text);
        }
        assertEquals(Duration.ofMillis(1_500), Backoff.retryAfter("1.5"));
        assertEquals(Duration.ZERO, Backoff.retryAfter("0"));
    }
}
