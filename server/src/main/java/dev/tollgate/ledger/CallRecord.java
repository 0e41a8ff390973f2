package dev.tollgate.ledger;

import java.util.List;

/**
 * One row of the usage ledger.
 *
 * @param reservedNanoUsd the upper bound that was reserved for the call; 0 if it was refused before that
 */
public record CallRecord(CallStart start, CallEnd end, long reservedNanoUsd) {
    /** Whether the figures are known. */
    public enum State {
        SETTLED,
        /** Billed at the reservation, because what was used is not known. */
        UNRECONCILED;

        public String wireName() {
            return this == SETTLED ? "settled" : "unreconciled";
        }
    }

    /** The same after those attempts. */
    public CallRecord after(List<Attempt> tried) {
        return new CallRecord(start, end.after(tried), reservedNanoUsd);
    }

    public State state() {
        return end.charge() instanceof Charge.AtReservation ? State.UNRECONCILED : State.SETTLED;
    }

    /** What the call is billed, in nano-US-dollars. */
    public long costNanoUsd() {
        return switch (end.charge()) {
            case Charge.Metered metered -> metered.costNanoUsd();
            case Charge.AtReservation atReservation -> atReservation.priced() ? reservedNanoUsd : 0;
            case Charge.Cached cached -> 0;
            case Charge.Free free -> 0;
        };
    }

    /** By how much the list's price was higher than what the call is billed, in nano-US-dollars; mostly 0. */
    public long discountNanoUsd() {
        return end.charge() instanceof Charge.Metered metered ? metered.discountNanoUsd() : 0;
    }

    /** What the provider charged beyond the reservation, in nano-US-dollars; mostly 0. */
    public long overrunNanoUsd() {
        return Math.max(0, costNanoUsd() - reservedNanoUsd);
    }

    /** All zero if the usage is not known. */
    public Tokens tokens() {
        return end.charge() instanceof Charge.Metered metered ? metered.tokens() : Tokens.NONE;
    }

    public UsageSource usageSource() {
        return switch (end.charge()) {
            case Charge.Metered metered -> metered.source();
            case Charge.AtReservation atReservation -> UsageSource.RESERVATION;
            case Charge.Cached cached -> UsageSource.CACHE;
            case Charge.Free free -> UsageSource.NONE;
        };
    }

    /** False where a price would have been needed and none was known. */
    public boolean priced() {
        return switch (end.charge()) {
            case Charge.Metered metered -> metered.priced();
            case Charge.AtReservation atReservation -> atReservation.priced();
            case Charge.Cached cached -> true;
            case Charge.Free free -> true;
        };
    }
}
