package dev.tollgate.audit;

/**
 * Something that was done and that a person may ask about later.
 *
 * @param actor who did it: {@code owner}, {@code key:<id>}, {@code gate}
 * @param action what was done, dotted: {@code key.created}
 * @param subject what it was done to, by id or name
 * @param detail short JSON or text, empty if there is nothing to add; never a secret, never a prompt
 */
public record AuditEvent(String actor, String action, String subject, String detail) {}
