package dev.tollgate.access;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Resolution;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.ModelGlob;
import dev.tollgate.identity.Right;
import java.util.List;

/** The rule by which a key's globs permit models. Stateless. */
public final class AccessDecider {
    /**
     * Without the right to call models nothing is permitted. A key without globs may use everything. Otherwise a name is permitted
     * if a glob matches it as it was typed, or if every candidate behind it is permitted: by {@code provider/model}, or by the bare
     * model where the bare name leads to this very candidate. So {@code gpt-5} permits {@code openai/gpt-5}, and not a model of that
     * name elsewhere.
     *
     * @param requested the model's name as the caller typed it
     */
    public Decision decide(Caller caller, Resolution resolution, String requested) {
        if (!caller.may(Right.MODELS)) {
            return new Decision.Denied(Decision.Reason.MODEL_NOT_PERMITTED, List.of());
        }
        List<String> globs = caller.modelGlobs();
        return switch (resolution) {
            case Resolution.Unknown unknown -> new Decision.Denied(Decision.Reason.MODEL_UNKNOWN, globs);
            case Resolution.Resolved resolved -> {
                if (globs.isEmpty() || anyMatches(globs, requested) || permitsEvery(globs, resolved.candidates())) {
                    yield new Decision.Permitted(resolved.candidates());
                }
                yield new Decision.Denied(
                        resolved.known() ? Decision.Reason.MODEL_NOT_PERMITTED : Decision.Reason.MODEL_UNKNOWN, globs);
            }
        };
    }

    private static boolean permitsEvery(List<String> globs, List<Candidate> candidates) {
        for (Candidate candidate : candidates) {
            if (!permits(globs, candidate)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a glob matches the candidate as it is, whatever the caller called it. */
    public static boolean permits(List<String> globs, Candidate candidate) {
        return anyMatches(globs, candidate.qualifiedName())
                || (candidate.bareNameLeadsHere() && anyMatches(globs, candidate.model()));
    }

    /** Whether a glob matches the name. */
    public static boolean anyMatches(List<String> globs, String name) {
        for (String glob : globs) {
            if (ModelGlob.matches(glob, name)) {
                return true;
            }
        }
        return false;
    }
}
