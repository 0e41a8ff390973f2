package dev.tollgate.ledger;

import java.util.List;

/**
 * What a verification of the books found.
 *
 * @param debitsNanoUsd of all accounts, in nano-US-dollars; equal to the credits where the books balance
 * @param faults what is wrong, the first of each kind; empty if nothing is
 * @param complete false if there are more faults than are listed
 */
public record BooksReport(
        long calls,
        long transfers,
        long accounts,
        long debitsNanoUsd,
        long creditsNanoUsd,
        List<Fault> faults,
        boolean complete) {
    /**
     * One thing that is off.
     *
     * @param subject an account's name, a grant's id, a request id or a transfer's id
     * @param problem a sentence
     */
    public record Fault(String subject, String problem) {}

    public BooksReport {
        faults = List.copyOf(faults);
    }

    public boolean ok() {
        return faults.isEmpty();
    }
}
