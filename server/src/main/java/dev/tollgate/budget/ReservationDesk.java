package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;

/** Where a call asks for money before it is sent. */
public final class ReservationDesk {
    private final InFlightJournal journal;
    private final Settlement settlement;

    public ReservationDesk(InFlightJournal journal, Settlement settlement) {
        this.journal = journal;
        this.settlement = settlement;
    }

    /**
     * Holds the most that the call may come to, and notes it in the journal. Never waits, unless the journal has to grow
     * (one thousand calls more than ever before at once), which takes about a millisecond.
     */
    public ReservationResult reserve(CallStart start, Ceiling ceiling) {
        // Fail closed: what is spent while nothing can be recorded is spent unseen.
        if (settlement.storeAway()) {
            return new ReservationResult.Refused(ReservationResult.Reason.STORE_AWAY);
        }
        long bound = ceiling.nanoUsd();
        boolean priced = ceiling.isPriced();
        return switch (journal.claim(start, bound, priced)) {
            case InFlightJournal.Claim.Granted(var slot) ->
                new ReservationResult.Reserved(new Reservation(start, bound, priced, slot));
            case InFlightJournal.Claim.Full full ->
                new ReservationResult.Refused(ReservationResult.Reason.TOO_MANY_IN_FLIGHT);
            case InFlightJournal.Claim.Fault fault ->
                new ReservationResult.Refused(ReservationResult.Reason.JOURNAL_FAULT);
        };
    }
}
