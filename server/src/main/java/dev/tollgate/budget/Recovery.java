package dev.tollgate.budget;

/**
 * What the journal of calls in flight held at start.
 *
 * @param unreconciled calls that are now in the ledger at their reservation, or at nothing where they may have been billed before
 * @param alreadySettled calls whose settlement had become durable just before the end
 * @param torn calls that could not be read, or whose rows the store refuses; each is in the audit trail and on the log
 */
public record Recovery(int unreconciled, int alreadySettled, int torn) {}
