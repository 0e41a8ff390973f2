package dev.tollgate.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call once it is over.
 *
 * @param endedAtMillis when, in epoch milliseconds
 * @param status the HTTP status that the client got; 0 if it got none
 * @param served the candidate whose answer was relayed, or the last that was tried; null if nothing was sent
 * @param route the candidates in the order in which they stood to be tried, {@code provider/model}; the one that served where
 *     none are given
 * @param attempts every try in order, the last one included; the first {@link #MOST_ATTEMPTS} are kept
 * @param edits what was changed in the request, one short text each: {@code model: fast -> claude-sonnet-4-5}
 */
public record CallEnd(
        long endedAtMillis,
        Outcome outcome,
        int status,
        @Nullable Served served,
        Charge charge,
        Timings timings,
        List<String> route,
        List<Attempt> attempts,
        List<String> edits) {
    public static final int MOST_ATTEMPTS = 16;
    private static final int MOST_ROUTE = 16;
    private static final int MOST_EDITS = 64;
    private static final int EDIT_LENGTH = 200;
    /** A provider's name, a slash, a model's. */
    private static final int CANDIDATE_LENGTH = 265;

    public CallEnd {
        if (!route.isEmpty()) {
            route = route.stream()
                    .limit(MOST_ROUTE)
                    .map(candidate -> Texts.clean(candidate, CANDIDATE_LENGTH))
                    .toList();
        } else if (served != null) {
            route = List.of(served.provider() + "/" + served.model());
        }
        attempts = List.copyOf(attempts.size() > MOST_ATTEMPTS ? attempts.subList(0, MOST_ATTEMPTS) : attempts);
        edits = edits.isEmpty()
                ? List.of()
                : edits.stream()
                        .limit(MOST_EDITS)
                        .map(edit -> Texts.clean(edit, EDIT_LENGTH))
                        .toList();
    }

    /** The same after those attempts. */
    public CallEnd after(List<Attempt> tried) {
        return new CallEnd(endedAtMillis, outcome, status, served, charge, timings, route, tried, edits);
    }
}
