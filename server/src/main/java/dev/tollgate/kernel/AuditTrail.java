package dev.tollgate.kernel;

import dev.tollgate.kernel.store.WriteSession;

/**
 * Where a room leaves proof of what it changed. The row belongs to the same transaction as the change: either both are
 * kept or neither is.
 */
@FunctionalInterface
public interface AuditTrail {
    /**
     * Leaves one row.
     *
     * @param actor who did it, such as {@code owner}
     * @param action dotted, what happened: {@code key.created}, {@code alias.set}
     * @param subject what it happened to: an id or a name
     * @param detail short text or JSON; never a secret, never a prompt
     */
    void record(WriteSession tx, String actor, String action, String subject, String detail);
}
