package dev.tollgate.kernel;

import java.time.Instant;

/**
 * Something that a person should know and can act on, such as a quarantined credential.
 *
 * @param kind a dotted name, such as {@code credential.quarantined}
 * @param subject what it is about, by name
 * @param message one sentence; no secret
 * @param cure what to do
 * @param urgent whether it is to be told at once though others of its kind can wait. It decides how it is delivered and is not kept
 *     with it
 */
public record Notice(Instant at, String kind, String subject, String message, String cure, boolean urgent) {
    /** One that is as urgent as its kind. */
    public Notice(Instant at, String kind, String subject, String message, String cure) {
        this(at, kind, subject, message, cure, false);
    }
}
