package dev.tollgate.oauth;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who knows what has come of grants. */
@FunctionalInterface
public interface GrantUse {
    /** Nobody does, as in tests of tokens. */
    GrantUse NONE = grants -> Map.of();

    /**
     * What a grant has come to.
     *
     * @param capSpentNanoUsd in the window of its cap that runs, in nano-US-dollars; 0 without a cap
     * @param totalNanoUsd since it was made
     * @param lastUsedAt null: never
     */
    record Use(
            long capSpentNanoUsd,
            long totalNanoUsd,
            @Nullable Instant lastUsedAt) {
        /** Nothing yet. */
        static final Use NEVER = new Use(0, 0, null);
    }

    /** By the grants' ids; one of which nothing is known may be missing. Blocking. */
    Map<String, Use> of(List<AccessGrant> grants);
}
