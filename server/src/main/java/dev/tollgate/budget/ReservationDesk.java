package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a call asks for money before it is sent. */
public final class ReservationDesk {
    private static final Logger LOG = LoggerFactory.getLogger(ReservationDesk.class);

    /** So long may a body take to come. Windows that begin later were begun by a clock that has been set back since. */
    private static final long MOST_LATE_MILLIS = Duration.ofMinutes(10).toMillis();

    private final InFlightJournal journal;
    private final Settlement settlement;
    private final Purses purses;

    public ReservationDesk(InFlightJournal journal, Settlement settlement, Purses purses) {
        this.journal = journal;
        this.settlement = settlement;
        this.purses = purses;
    }

    /**
     * The budgets that cover a call.
     *
     * @param places everywhere that the call may go; none for one that costs nothing
     */
    public Cover cover(CallStart start, List<Place> places) {
        return Cover.of(purses.covering(Subject.of(start, places)));
    }

    /**
     * Holds the most that the call may come to in every budget that covers it, all or none, and notes it in the journal.
     *
     * <p>All is in memory, unless a budget's slice runs dry: then the store is asked, and nothing waits for it here. The journal may
     * have to grow (one thousand calls more than ever before at once), which takes about a millisecond.
     *
     * @param cover those budgets, as {@link #cover} has found them
     * @param then is told once: before this returns, or from the store's writer, where it must not block
     */
    public void reserve(CallStart start, Cover cover, Ceiling ceiling, Consumer<ReservationResult> then) {
        // Fail closed: what is spent while nothing can be recorded is spent unseen.
        if (settlement.storeAway()) {
            then.accept(new ReservationResult.Refused(ReservationResult.Reason.STORE_AWAY));
            return;
        }
        if (cover.isEmpty()) {
            then.accept(noted(start, ceiling, Hold.NONE, null));
            return;
        }
        Budget demanding = ceiling.isPriced() ? null : cover.demandingPrices();
        if (demanding != null) {
            then.accept(new ReservationResult.Unpriced(demanding));
            return;
        }
        hold(start, ceiling, cover.purses(), then);
    }

    private void hold(CallStart start, Ceiling ceiling, List<Purse> covering, Consumer<ReservationResult> then) {
        long bound = ceiling.nanoUsd();
        List<Purse> adding = new ArrayList<>(covering.size());
        Budget ofOneCall = null;
        for (Purse purse : covering) {
            Budget budget = purse.budget();
            if (budget.window() != Window.REQUEST) {
                adding.add(purse);
            } else if (bound > budget.limitNanoUsd()) {
                then.accept(ofOneCall(budget));
                return;
            } else if (ofOneCall == null || budget.limitNanoUsd() < ofOneCall.limitNanoUsd()) {
                ofOneCall = budget;
            }
        }
        List<Hold.Part> parts = new ArrayList<>(adding.size());
        CallStart paid = of(start, payingSlices(start.atMillis(), adding, parts));
        Hold hold = new Hold(bound, parts);
        Budget least = ofOneCall;
        if (purses.take(hold)) {
            then.accept(noted(paid, ceiling, hold, least));
        } else {
            purses.draw(
                    hold,
                    outcome -> deliver(
                            outcome instanceof Draw.Outcome.Held ? noted(paid, ceiling, hold, least) : lacking(outcome),
                            then));
        }
    }

    private static ReservationResult.Exhausted ofOneCall(Budget budget) {
        return new ReservationResult.Exhausted(budget, budget.limitNanoUsd(), 0, Long.MAX_VALUE);
    }

    /**
     * Holds more for a call that is under way, in every budget that covers it, all or none: what an attempt may have cost that nobody
     * has answered. So the bound of the next one fits beside it. As with {@link #reserve} only a slice that runs dry asks the store.
     *
     * @param then is told once, as by {@link #reserve}; that it is reserved where the call has been settled meanwhile, too, which then
     *     holds nothing more
     */
    public void extend(Reservation reservation, long moreNanoUsd, Consumer<ReservationResult> then) {
        Budget ofOneCall = reservation.ofOneCall();
        if (ofOneCall != null && moreNanoUsd > ofOneCall.limitNanoUsd() - reservation.boundNanoUsd()) {
            then.accept(ofOneCall(ofOneCall));
            return;
        }
        Hold more = new Hold(moreNanoUsd, reservation.hold().parts());
        if (purses.take(more)) {
            then.accept(grown(reservation, more));
        } else {
            purses.draw(
                    more,
                    outcome -> then.accept(
                            outcome instanceof Draw.Outcome.Held ? grown(reservation, more) : lacking(outcome)));
        }
    }

    private ReservationResult grown(Reservation reservation, Hold more) {
        if (!reservation.grow(more.amountNanoUsd())) {
            purses.release(more);
        }
        return new ReservationResult.Reserved(reservation);
    }

    private static CallStart of(CallStart start, long atMillis) {
        return start.atMillis() == atMillis ? start : start.at(atMillis);
    }

    /**
     * Finds the slices that pay. Others may have begun a window, or a budget, since the call's head was read: the call is then as of
     * that moment in all books, so that whatever is asked of it later leads to the windows that paid.
     *
     * @param parts the slices are put here
     * @return the call's moment
     */
    private static long payingSlices(long atMillis, List<Purse> purses, List<Hold.Part> parts) {
        long at = atMillis;
        while (parts.size() < purses.size()) {
            Purse purse = purses.get(parts.size());
            Slice slice = purse.slice(at);
            long since = Math.max(slice.key().startMillis(), purse.budget().createdAtMillis());
            if (since > at && since - atMillis <= MOST_LATE_MILLIS) {
                at = since;
                parts.clear(); // the others may have a window that begins then, too
            } else {
                parts.add(new Hold.Part(purse, slice));
            }
        }
        return at;
    }

    private static ReservationResult lacking(Draw.Outcome outcome) {
        return switch (outcome) {
            case Draw.Outcome.Held held -> throw new IllegalArgumentException("nothing is lacking");
            case Draw.Outcome.Lacking(Hold.Part(Purse purse, Slice slice), long left, long spent) ->
                new ReservationResult.Exhausted(purse.budget(), left, spent, slice.endMillis());
            case Draw.Outcome.StoreAway away -> new ReservationResult.Refused(ReservationResult.Reason.STORE_AWAY);
        };
    }

    /**
     * From the store's writer, above which nobody would settle a call of which nobody has heard: what it holds is released. Whoever is
     * told before {@link #reserve} returns has the call in hand, and ends it.
     */
    private void deliver(ReservationResult result, Consumer<ReservationResult> then) {
        try {
            then.accept(result);
        } catch (RuntimeException | Error e) {
            if (result instanceof ReservationResult.Reserved(Reservation reservation) && reservation.abandon()) {
                journal.release(reservation.slot());
                purses.release(reservation.hold());
            }
            throw e;
        }
    }

    private ReservationResult noted(CallStart start, Ceiling ceiling, Hold hold, @Nullable Budget ofOneCall) {
        InFlightJournal.Claim claim;
        try {
            claim = journal.claim(start, ceiling.nanoUsd(), ceiling.isPriced(), hold);
        } catch (RuntimeException e) { // whoever waits is told, and nothing stays held
            LOG.error("The journal did not take call {}", start.requestId(), e);
            purses.release(hold);
            return new ReservationResult.Refused(ReservationResult.Reason.JOURNAL_FAULT);
        }
        return switch (claim) {
            case InFlightJournal.Claim.Granted(var slot) ->
                new ReservationResult.Reserved(new Reservation(start, ceiling.nanoUsd(), slot, hold, ofOneCall));
            case InFlightJournal.Claim.Full full -> {
                purses.release(hold);
                yield new ReservationResult.Refused(ReservationResult.Reason.TOO_MANY_IN_FLIGHT);
            }
            case InFlightJournal.Claim.Fault fault -> {
                purses.release(hold);
                yield new ReservationResult.Refused(ReservationResult.Reason.JOURNAL_FAULT);
            }
        };
    }
}
