package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.codec.CacheBreakpoints;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/**
 * {@code cachePoint}, a block of its own behind what is to be cached (<a
 * href="https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html">prompt caching</a>).
 */
final class CachePoints {
    private final CacheBreakpoints breakpoints;
    private final boolean taken;
    private final boolean longLived;
    private final Losses losses;

    /** For one request, whose hints are to be written in the order of the prompt. */
    CachePoints(Request request, Destination destination, ModelFamily family, Losses losses) {
        this.breakpoints = new CacheBreakpoints(request);
        this.taken = destination.takes(Destination.Takes.CACHE_BREAKPOINTS);
        this.longLived = family == ModelFamily.CLAUDE;
        this.losses = losses;
    }

    /** Writes the block that means the hint, where there is one. */
    void write(@Nullable CacheHint hint, JsonBytes out) {
        if (hint == null) {
            return;
        }
        if (!taken) {
            losses.incidental(hint.at(), "the model has no cache points");
            return;
        }
        if (!breakpoints.keepsNext()) {
            losses.incidental(hint.at(), "Bedrock takes four cache points; the last ones are kept");
            return;
        }
        out.beginObject().name("cachePoint").beginObject().field("type", "default");
        if (hint.ttl() == CacheHint.Ttl.ONE_HOUR) {
            if (longLived) {
                out.field("ttl", "1h");
            } else {
                losses.incidental(hint.at().member("ttl"), "the model's cache has one lifetime");
            }
        }
        out.endObject().endObject();
    }
}
