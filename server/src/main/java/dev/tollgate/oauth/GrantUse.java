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
     * @param spentNanoUsd in the window of its cap that runs; 0 without a cap
     * @param lastUsedAt null: never
     */
    record Use(long spentNanoUsd, @Nullable Instant lastUsedAt) {
        /** Nothing yet. */
        static final Use NEVER = new Use(0, null);
    }

    /** By the grants' ids; one of which nothing is known may be missing. Blocking. */
    Map<String, Use> of(List<AccessGrant> grants);
}
