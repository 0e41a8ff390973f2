package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** User codes that are guessed (RFC 8628 section 5.1): by one person, or by many people of one network. */
class CodeAttemptsTest {
    private final CodeAttempts attempts = new CodeAttempts();

    @Test
    void aPersonGuessesTenTimesFromWhereverItIs() {
        int made = 0;
        for (int i = 0; i < 50; i++) {
            made += attempts.count("per_eve", "192.0.2." + i) == null ? 0 : 1;
        }
        assertEquals(10, made);
        assertNotNull(attempts.count("per_ann", "192.0.2.1"));
    }

    @Test
    void aNetworkGuessesSixtyTimesWhoeverItIs() {
        int made = 0;
        for (int i = 0; i < 200; i++) {
            made += attempts.count("per_" + i, "2001:db8:0:1::" + i) == null ? 0 : 1;
        }
        assertTrue(made >= 60 && made < 70, "a little comes back in the meantime: " + made);
        assertNotNull(attempts.count("per_ann", "2001:db8:9::1"), "others go on");
    }

    @Test
    void aRightCodeIsNoGuess() {
        for (int i = 0; i < 100; i++) {
            CodeAttempts.Attempt attempt = attempts.count("per_ann", "192.0.2.1");
            assertNotNull(attempt);
            attempt.right();
        }
        for (int i = 0; i < 10; i++) {
            assertNotNull(attempts.count("per_ann", "192.0.2.1"));
        }
        assertNull(attempts.count("per_ann", "192.0.2.1"));
    }
}
