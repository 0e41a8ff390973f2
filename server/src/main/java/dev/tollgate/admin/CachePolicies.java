package dev.tollgate.admin;

import dev.tollgate.kernel.CachePolicy;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The field {@code cache} of keys and aliases: whether answers may be given again. */
final class CachePolicies {
    private static final String FIELD = "cache";

    private CachePolicies() {}

    /** Null where the field is absent. */
    static @Nullable CachePolicy read(AdminRequest request) {
        AdminRequest cache = request.optionalObject(FIELD, Set.of("max_age_seconds", "scope"));
        if (cache == null) {
            return null;
        }
        Long seconds = cache.optionalNumber("max_age_seconds");
        return CachePolicy.of(seconds == null ? 0 : seconds, cache.optionalText("scope"));
    }

    static void show(@Nullable CachePolicy cache, ObjectNode shape) {
        if (cache == null) {
            shape.putNull(FIELD);
        } else {
            shape.putObject(FIELD)
                    .put("max_age_seconds", cache.maxAgeSeconds())
                    .put("scope", cache.scope().wireName());
        }
    }
}
