package dev.tollgate.kernel;

import java.time.Instant;

/**
 * Something that a person should know and can act on, such as a quarantined credential.
 *
 * @param kind a dotted name, such as {@code credential.quarantined}
 * @param subject what it is about, by name
 * @param message one sentence; no secret
 * @param cure what to do
 */
public record Notice(Instant at, String kind, String subject, String message, String cure) {}
