package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.ledger.Attempt;
import dev.tollgate.routing.Hop;
import java.util.ArrayList;
import java.util.List;

/** What was tried and changed on behalf of one call, for {@code explain}. One event loop only. */
final class Trail {
    private final List<Attempt> attempts = new ArrayList<>(1);
    private final List<Candidate> candidates;
    private final List<String> notes;
    private List<String> edits;
    private long dispatchedMicros = -1;

    Trail(Permitted permitted) {
        this.candidates = permitted.candidates();
        this.notes = permitted.notes();
        this.edits = notes;
    }

    /** The candidates in their order, {@code provider/model}. */
    List<String> route() {
        return candidates.stream().map(Candidate::qualifiedName).toList();
    }

    void dispatched(long micros) {
        dispatchedMicros = micros;
    }

    void attempted(Hop hop, long endMicros, int status, String result) {
        attempts.add(new Attempt(
                hop.candidate().provider().name(),
                hop.candidate().model(),
                hop.credentialName(),
                dispatchedMicros,
                endMicros - dispatchedMicros,
                status,
                result));
    }

    /** The last attempt got no answer, and may have cost so much. */
    void lost(long nanoUsd) {
        attempts.set(attempts.size() - 1, attempts.getLast().asLost(nanoUsd, 0));
    }

    /** @param nanoUsd how much of the call's cost is for attempts that were lost: the first of them first */
    void billed(long nanoUsd) {
        long left = nanoUsd;
        for (int i = 0; left > 0 && i < attempts.size(); i++) {
            long lost = attempts.get(i).lostNanoUsd();
            long billed = Math.min(lost, left);
            attempts.set(i, attempts.get(i).asLost(lost, billed));
            left -= billed;
        }
    }

    void edited(List<String> changes) {
        if (notes.isEmpty()) {
            edits = changes;
            return;
        }
        edits = new ArrayList<>(notes);
        edits.addAll(changes);
    }

    /** Something that was done to the answer. */
    void noted(String text) {
        edits = new ArrayList<>(edits);
        edits.add(text);
    }

    List<Attempt> attempts() {
        return attempts;
    }

    List<String> edits() {
        return edits;
    }

    /** When the last attempt began, in microseconds after the head; -1 if none did. */
    long dispatchedMicros() {
        return dispatchedMicros;
    }
}
