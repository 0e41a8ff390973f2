package dev.tollgate.gateway;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.Reservation;
import dev.tollgate.budget.ReservationResult;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.gateway.Stages.Replied;
import dev.tollgate.gateway.Stages.Reserved;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.routing.Hop;
import dev.tollgate.upstream.Answer;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/**
 * Attempts that a provider has perhaps got whole, and not answered: it may be at work, and bill it. Only a cap must be safe from that.
 * So where budgets cover the call it is charged, and held beside the bound of the next attempt before that is sent. One event loop only.
 */
final class LostAttempts {
    private final Services services;
    private final Context context;
    private final Reserved reserved;
    private final CallEnding ending;
    /** The last one, if it may have cost something, while nothing is held for another beside it. */
    private @Nullable Lost last;

    /** @param costNanoUsd that it may have cost, in nano-US-dollars */
    private record Lost(Replied replied, long costNanoUsd) {}

    LostAttempts(Services services, Context context, Reserved reserved, CallEnding ending) {
        this.services = services;
        this.context = context;
        this.reserved = reserved;
        this.ending = ending;
    }

    /** The attempt that has just ended; false where no cap must be safe from it. */
    boolean add(Replied replied) {
        Reservation reservation = reserved.reservation();
        if (reservation.isCovered()) {
            Charge charge = charge(replied.hop(), replied.trail());
            long cost = ending.lost(reserved, replied.hop(), replied.trail(), charge);
            last = cost == 0 ? null : new Lost(replied, cost);
        }
        return reservation.isCovered();
    }

    /** What a provider may bill for an attempt that it has got and not answered: the trail's last one. */
    Charge charge(Hop hop, Trail trail) {
        return reserved.inbound().operation().generates()
                ? Charges.unanswered(
                        reserved,
                        hop.candidate(),
                        ending.bodyBytes(),
                        reserved.inbound().elapsedMicros() - trail.dispatchedMicros())
                : new Charge.Free();
    }

    /** Whether nothing is held yet for another attempt. */
    boolean isOwing() {
        return last != null;
    }

    /**
     * Goes on with another attempt once its bound is held beside what the last one may have cost. Where a budget lacks that, the call
     * ends.
     */
    void hold(Runnable onward) {
        Lost lost = last;
        last = null;
        if (lost == null) {
            onward.run();
            return;
        }
        Thread loop = Thread.currentThread();
        services.desk().extend(reserved.reservation(), lost.costNanoUsd(), result -> {
            if (Thread.currentThread().equals(loop)) {
                judge(result, lost, onward);
            } else {
                context.runOnContext(hopped -> ending.guarded(() -> judge(result, lost, onward)));
            }
        });
    }

    private void judge(ReservationResult result, Lost lost, Runnable onward) {
        if (ending.isSettled()) {
            return; // the client has left meanwhile
        }
        switch (result) {
            case ReservationResult.Reserved more -> onward.run();
            case ReservationResult.Exhausted exhausted ->
                end(lost, Texts.tooLittleToSendAgain(exhausted, lost.costNanoUsd()));
            case ReservationResult.Refused(var reason) -> end(lost, reason.message());
            case ReservationResult.Unpriced(Budget budget) ->
                throw new IllegalStateException("the call of " + budget.id() + " had a price");
        }
    }

    /** What was lost is charged with the call. */
    private void end(Lost lost, String why) {
        Replied replied = lost.replied();
        boolean silent = replied.answer() instanceof Answer.Unreachable(var reason, var cause)
                && reason == Answer.Reason.TIMEOUT;
        boolean refused = replied.answer() instanceof Answer.Refused;
        ErrorKind kind = silent ? ErrorKind.TIMEOUT : ErrorKind.BAD_GATEWAY;
        Outcome outcome = silent ? Outcome.TIMEOUT : refused ? Outcome.UPSTREAM_ERROR : Outcome.UNREACHABLE;
        String message = "The provider " + replied.hop().candidate().provider().name() + " did not answer ("
                + replied.trail().attempts().getLast().result() + "), and may bill that all the same. " + why;
        ending.settle(
                replied,
                outcome,
                kind.status(),
                new Charge.Free(),
                durable -> Refuser.refuse(
                        reserved.inbound().http(),
                        reserved.inbound().operation().dialect(),
                        reserved.inbound().requestId(),
                        kind,
                        message));
    }
}
