package dev.tollgate.audit;

/**
 * A place where the trail is not what was written.
 *
 * @param seq the row that is meant; 0 for the head as a whole
 * @param problem what is wrong with it, in a sentence that a person understands
 */
public record AuditFault(long seq, String problem) {}
