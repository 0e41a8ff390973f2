package dev.tollgate.ledger;

/**
 * What an unreconciled call came to after all.
 *
 * @param call as it was billed, at its reservation
 * @param atMillis when it was resolved, in epoch milliseconds
 * @param differenceNanoUsd what it costs beyond what was billed; negative where that was too much
 * @param note empty where none was given
 */
public record Resolution(CallRecord call, long atMillis, long differenceNanoUsd, String note) {
    /** What it costs. */
    public long costNanoUsd() {
        return call.costNanoUsd() + differenceNanoUsd;
    }
}
