package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Where a call asks for money before it is sent. */
public final class ReservationDesk {
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
            then.accept(noted(start, ceiling, Hold.NONE));
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
        Hold hold = new Hold(ceiling.nanoUsd());
        List<Hold.Part> dry = new ArrayList<>(0);
        for (Purse purse : covering) {
            if (purse.budget().window() == Window.REQUEST) {
                long limit = purse.budget().limitNanoUsd();
                if (hold.amountNanoUsd() > limit) {
                    purses.release(hold);
                    then.accept(new ReservationResult.Exhausted(purse.budget(), limit, 0, Long.MAX_VALUE));
                    return;
                }
                continue;
            }
            Slice slice = purse.slice(start.atMillis());
            Hold.Part part = new Hold.Part(purse, slice);
            if (slice.take(hold.amountNanoUsd())) {
                hold.add(part);
            } else {
                dry.add(part);
            }
        }
        if (dry.isEmpty()) {
            then.accept(noted(start, ceiling, hold));
        } else {
            purses.draw(hold, dry, outcome -> then.accept(drawn(outcome, start, ceiling, hold)));
        }
    }

    private ReservationResult drawn(Purses.Outcome outcome, CallStart start, Ceiling ceiling, Hold hold) {
        return switch (outcome) {
            case Purses.Outcome.Held held -> noted(start, ceiling, hold);
            case Purses.Outcome.Lacking(Purse purse, Slice slice, long left, long spent) ->
                new ReservationResult.Exhausted(purse.budget(), left, spent, slice.endMillis());
            case Purses.Outcome.StoreAway away -> new ReservationResult.Refused(ReservationResult.Reason.STORE_AWAY);
        };
    }

    private ReservationResult noted(CallStart start, Ceiling ceiling, Hold hold) {
        long bound = ceiling.nanoUsd();
        boolean priced = ceiling.isPriced();
        return switch (journal.claim(start, bound, priced)) {
            case InFlightJournal.Claim.Granted(var slot) ->
                new ReservationResult.Reserved(new Reservation(start, bound, priced, slot, hold));
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
