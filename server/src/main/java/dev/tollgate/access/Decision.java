package dev.tollgate.access;

import dev.tollgate.catalog.Candidate;
import java.util.List;

/** May the call be made. */
public sealed interface Decision {
    /**
     * It may, with each of these.
     *
     * @param candidates at least one, in order of preference
     */
    record Permitted(List<Candidate> candidates) implements Decision {
        public Permitted {
            candidates = List.copyOf(candidates);
        }
    }

    /**
     * It may not.
     *
     * @param allowed the globs of what the key may use, to be named to its holder; empty if the key may use everything
     */
    record Denied(Reason reason, List<String> allowed) implements Decision {
        public Denied {
            allowed = List.copyOf(allowed);
        }
    }

    /** Why not. */
    enum Reason {
        /** The model exists; this key may not use it. */
        MODEL_NOT_PERMITTED,
        /** Nobody knows the model, and the key does not permit sending it on unseen. */
        MODEL_UNKNOWN
    }
}
