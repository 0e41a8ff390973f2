package dev.tollgate.gateway;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.RefusedCall;
import dev.tollgate.budget.ReservationResult;
import dev.tollgate.budget.Window;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.kernel.store.StoreOutage;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is told where no money could be held for its request.
 *
 * @param retryAfterSeconds when it may be worth asking again; 0 where that is not known
 * @param reached the budget that is used up for now; null if none is
 */
record Unheld(ErrorKind kind, String message, long retryAfterSeconds, ReservationResult.@Nullable Exhausted reached) {
    /** Not because a budget is used up. */
    private Unheld(ErrorKind kind, String message, long retryAfterSeconds) {
        this(kind, message, retryAfterSeconds, null);
    }

    /** The same in other words. */
    Unheld saying(String words) {
        return new Unheld(kind, words, retryAfterSeconds, reached);
    }

    /**
     * The same for every kind of request; what a budget refuses is remembered for {@code budget why}.
     *
     * @param models as the caller named them
     * @param boundNanoUsd what the request might have come to
     */
    static Unheld of(Services services, String requestId, String models, ReservationResult refusal, long boundNanoUsd) {
        long now = services.clock().millis();
        return switch (refusal) {
            case ReservationResult.Exhausted exhausted -> {
                services.refusedCalls().add(RefusedCall.of(requestId, now, exhausted, boundNanoUsd));
                boolean passes = exhausted.isHeldByOthers(boundNanoUsd);
                yield new Unheld(
                        passes ? ErrorKind.RATE_LIMIT : ErrorKind.BUDGET,
                        Texts.exhausted(exhausted, boundNanoUsd),
                        passes ? 1 : Texts.secondsUntil(exhausted.resetsAtMillis(), now),
                        passes || exhausted.budget().window() == Window.REQUEST ? null : exhausted);
            }
            case ReservationResult.Unpriced(Budget budget) -> {
                services.refusedCalls().add(RefusedCall.unpriced(requestId, now, budget));
                yield new Unheld(ErrorKind.INVALID_REQUEST, Texts.unpriced(models, budget), 0);
            }
            case ReservationResult.Refused(var reason) ->
                new Unheld(ErrorKind.UNAVAILABLE, reason.message(), StoreOutage.RETRY_AFTER_SECONDS);
            case ReservationResult.Reserved reserved -> throw new IllegalArgumentException("the money is held");
        };
    }
}
