package dev.tollgate.audit;

/**
 * One row of the trail as it is stored.
 *
 * @param seq 1 for the first row, then without gaps
 * @param atMillis when, in epoch milliseconds
 * @param prevHash the hash of the row before ({@link AuditChain#GENESIS} for the first), base64url without padding
 * @param hash SHA-256 over everything else in this row, base64url without padding
 */
public record AuditRow(
        long seq,
        long atMillis,
        String actor,
        String action,
        String subject,
        String detail,
        String prevHash,
        String hash) {}
