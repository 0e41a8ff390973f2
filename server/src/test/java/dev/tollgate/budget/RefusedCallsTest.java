package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefusedCallsTest {
    private static final Budget BUDGET = new Budget(
            "bud_1",
            new Scope("default", null, null, null, null, null),
            "",
            1_000,
            Window.DAY,
            ZoneId.of("UTC"),
            List.of(),
            false,
            0);

    private static RefusedCall refused(String requestId, long spent) {
        return RefusedCall.of(requestId, 7, new ReservationResult.Exhausted(BUDGET, 100, spent, 99), 300);
    }

    @Test
    void theOldestIsForgottenFirst() {
        RefusedCalls calls = new RefusedCalls(2, refused -> {});
        List.of("a", "b", "c").forEach(id -> calls.add(refused(id, 0)));
        assertEquals(Optional.empty(), calls.find("a"));
        assertEquals(Optional.of(refused("b", 0)), calls.find("b"));
        assertEquals(Optional.of(refused("c", 0)), calls.find("c"));
    }

    @Test
    void whatOthersHoldIsToldFromWhatIsSpent() {
        assertEquals(RefusedCall.Reason.HELD, refused("a", 700).reason());
        assertEquals(RefusedCall.Reason.EXHAUSTED, refused("a", 701).reason());
    }

    @Test
    void itTellsTheBudgetTheBoundAndWhenItResets() {
        RefusedCall call = refused("a", 900);
        assertEquals(
                List.of(300L, 100L, 900L, 99L),
                List.of(call.boundNanoUsd(), call.leftNanoUsd(), call.spentNanoUsd(), call.resetsAtMillis()));
        assertEquals(BUDGET, call.budget());
    }
}
