package dev.tollgate.gateway;

import dev.tollgate.budget.Ceiling;
import dev.tollgate.budget.Reservation;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.identity.Caller;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.routing.Hop;
import dev.tollgate.upstream.Answer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stages of a call. Each holds the one before, so that none can be skipped:
 * {@code Inbound → Identified → Permitted → Reserved → Routed → Replied}, and then settled.
 */
final class Stages {
    private Stages() {}

    /** We know who calls. */
    record Identified(Inbound inbound, Caller caller) {}

    /**
     * The caller may use these models, and they speak the caller's dialect.
     *
     * @param start what the ledger notes of it before it is sent
     * @param body as it came
     * @param requested the model as the caller named it
     * @param alias the alias that the name is, if it is one
     * @param candidates in the order of preference
     * @param notes what was decided about the candidates, for {@code explain}
     * @param leastTokens what the prompt surely has, by candidates' qualified names, where that is more than a credential's plan may take
     * @param bounds what each candidate is told so that the call stays within what is held for it
     */
    record Permitted(
            Identified identified,
            CallStart start,
            byte[] body,
            RequestFields fields,
            String requested,
            @Nullable String alias,
            List<Candidate> candidates,
            List<String> notes,
            Map<String, Long> leastTokens,
            Bounds bounds) {
        /** Of candidates about which nothing need be said. */
        Permitted(
                Identified identified,
                byte[] body,
                RequestFields fields,
                String requested,
                @Nullable String alias,
                List<Candidate> candidates) {
            this(
                    identified,
                    CallStarts.of(identified, fields, requested, alias),
                    body,
                    fields,
                    requested,
                    alias,
                    candidates,
                    List.of(),
                    Map.of(),
                    Bounds.NONE);
        }

        /** The same call, with fewer candidates and the reasons. */
        Permitted narrowed(List<Candidate> candidates, List<String> notes) {
            return new Permitted(
                    identified, start, body, fields, requested, alias, candidates, notes, leastTokens, bounds);
        }

        /** The same call with those bounds, and the reasons. */
        Permitted bounded(Bounds bounds, List<String> notes) {
            return new Permitted(
                    identified, start, body, fields, requested, alias, candidates, notes, leastTokens, bounds);
        }

        /** The same call, of whose prompt it is known that it has at least so many tokens for each of these candidates. */
        Permitted measured(Map<String, Long> leastTokens) {
            return new Permitted(
                    identified, start, body, fields, requested, alias, candidates, notes, leastTokens, bounds);
        }

        Inbound inbound() {
            return identified.inbound();
        }
    }

    /**
     * The dearest of the candidates is covered, and the journal knows of the call.
     *
     * @param ceiling what is held, and of what it is made up
     * @param countedInput the prompt's tokens by the gate's own count, by candidates' qualified names; empty where they were not counted
     */
    record Reserved(Permitted permitted, Reservation reservation, Ceiling ceiling, Map<String, Long> countedInput) {
        Inbound inbound() {
            return permitted.inbound();
        }
    }

    /** There is at least one way to go. */
    record Routed(Reserved reserved, List<Hop> hops) {
        Inbound inbound() {
            return reserved.inbound();
        }
    }

    /** A provider has answered, or the last that was tried could not be reached. */
    record Replied(Routed routed, Hop hop, Translation translation, Answer answer, Trail trail) {
        Inbound inbound() {
            return routed.inbound();
        }
    }
}
