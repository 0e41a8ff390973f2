package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How far a provider's count of a prompt may lie above the gate's own. */
class TokenMarginsTest {
    private static final long COUNTED = 10_000;
    /** For what is framed around any prompt. */
    private static final long FRAMING = 16;

    private final TokenMargins margins = new TokenMargins();

    private static Candidate model(String name) {
        Provider provider =
                new Provider("p", Set.of(Dialect.OPENAI), URI.create("https://p.example"), AuthStyle.BEARER, false);
        return new Candidate(provider, name, null, true, 0);
    }

    private long over(String model) {
        return margins.over(model(model), COUNTED) - FRAMING;
    }

    private void learn(long reported) {
        margins.learn(model("m"), COUNTED, reported);
    }

    /** The factors are no whole numbers. */
    private static void assertNear(long expected, long seen) {
        assertTrue(Math.abs(seen - expected) <= 5, seen + " is not about " + expected);
    }

    @Test
    void ofAModelNobodyKnowsHalfAsManyMoreAreThought() {
        assertEquals(15_000, over("m"));
        assertEquals(15_000 + FRAMING, margins.over(model("m"), COUNTED));
    }

    @Test
    void whatWasSeenIsExceededByATenth() {
        learn(30_000);
        assertNear(33_000, over("m"));
        assertEquals(15_000, over("another"), "each model for itself");
    }

    @Test
    void itComesDownSlowlyToWhatIsSeen() {
        learn(10_000);
        long once = over("m");
        assertTrue(once < 15_000 && once > 14_800, "once: " + once);
        for (int i = 0; i < 500; i++) {
            learn(10_000);
        }
        assertNear(11_000, over("m"));
    }

    @Test
    void itIsNeverBelowTheGatesOwnCount() {
        for (int i = 0; i < 500; i++) {
            learn(1_000);
        }
        assertNear(10_500, over("m"));
    }

    @Test
    void aCountOfSomethingElseAndOfAShortPromptTeachNothing() {
        learn(80_000);
        margins.learn(model("m"), 99, 300);
        assertEquals(15_000, over("m"));
        margins.learn(model("m"), 100, 300);
        assertNear(33_000, over("m"));
    }
}
