package dev.tollgate.ledger;

/**
 * One account of the ledger.
 *
 * @param name {@code account:NAME} (whoever pays), {@code provider:NAME}, {@code app:NAME}, {@code feature:NAME}, or
 *     {@code apps} and {@code features}, which stand against the latter two
 * @param debitsNanoUsd all that was taken from it, in nano-US-dollars
 * @param creditsNanoUsd all that was given to it
 */
public record AccountBalance(String name, long debitsNanoUsd, long creditsNanoUsd) {
    /** Credits less debits: of whoever pays, minus what was spent. */
    public long balanceNanoUsd() {
        return creditsNanoUsd - debitsNanoUsd;
    }
}
