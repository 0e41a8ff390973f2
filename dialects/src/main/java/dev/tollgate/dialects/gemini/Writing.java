package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Request;
import org.jspecify.annotations.Nullable;

/** One request on its way to the provider, and what goes wrong with it. */
record Writing(Request request, Destination to, ToolNames names, Losses losses, Reading problems) {
    void lost(Path at, String why) {
        losses.request(at, why);
    }

    void lost(@Nullable CacheHint cache) {
        if (cache != null) {
            losses.incidental(cache.at(), "Gemini caches by itself");
        }
    }

    void refused(Path at, String why) {
        problems.notExpressible(at, why);
    }
}
