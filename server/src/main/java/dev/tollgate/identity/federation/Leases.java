package dev.tollgate.identity.federation;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.kernel.Refusal;
import java.time.Instant;
import java.util.List;

/**
 * Claude Code setup tokens that their owners lend to jobs of their own: each to the jobs of one rule, as the environment of
 * an unmodified Claude Code, and to nobody else. They are no credentials of the gate: nothing that it relays can use them.
 * All blocking.
 */
public interface Leases {
    /**
     * A token that is kept, without its text.
     *
     * @param rule the rule's name
     * @param personId whose it is
     * @param expiresAt from when on no job gets it
     * @param today how often jobs have had it on this day, by UTC
     */
    record Kept(String rule, String personId, Instant keptAt, Instant expiresAt, long today) {}

    /** All of them, by the rules' names. */
    List<Kept> list();

    /**
     * Keeps one for the jobs of a rule; in place of the one that the same person kept for them before.
     *
     * @param setupToken in the clear; sealed at once
     * @param owner whose it is, and who keeps it
     * @throws Refusal if it is no setup token, there is no such rule, its jobs are not of one project, the owner is no
     *     person who administers the gate, or another person has kept one for the same jobs
     */
    Kept keep(String rule, String setupToken, Actor owner);

    /**
     * Forgets one. Any administrator may.
     *
     * @throws Refusal if none is kept for that rule
     */
    void forget(String rule, Actor actor);
}
