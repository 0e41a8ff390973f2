package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.CacheBreakpoints;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/** {@code cache_control}. */
final class CacheHints {
    private static final String NAME = "cache_control";

    private final CacheBreakpoints breakpoints;

    /** For one request, whose hints are to be written in the order of the prompt: tools, system, messages. */
    CacheHints(Request request) {
        breakpoints = new CacheBreakpoints(request);
    }

    static @Nullable CacheHint read(Fields of, Reading reading) {
        var object = of.object(NAME);
        if (object == null) {
            return null;
        }
        Fields fields = new Fields(of.at(NAME), object, reading);
        if (!fields.required("type").equals("ephemeral")) {
            reading.malformed(fields.at("type"), "\"ephemeral\" is expected.");
        }
        CacheHint.Ttl ttl = switch (fields.string("ttl")) {
            case null -> CacheHint.Ttl.UNSAID;
            case "5m" -> CacheHint.Ttl.FIVE_MINUTES;
            case "1h" -> CacheHint.Ttl.ONE_HOUR;
            default -> {
                reading.malformed(fields.at("ttl"), "\"5m\" or \"1h\" is expected.");
                yield CacheHint.Ttl.UNSAID;
            }
        };
        fields.extra("scope", Extra.Weight.INCIDENTAL, "only Anthropic caches for more than one conversation");
        fields.end();
        return new CacheHint(fields.at(), ttl);
    }

    void write(@Nullable CacheHint hint, JsonBytes out, Losses losses) {
        if (hint == null) {
            return;
        }
        if (!breakpoints.keepsNext()) {
            losses.incidental(hint.at(), "Anthropic takes four cache breakpoints; the last ones are kept");
            return;
        }
        out.name(NAME).beginObject().field("type", "ephemeral");
        switch (hint.ttl()) {
            case UNSAID -> {}
            case FIVE_MINUTES -> out.field("ttl", "5m");
            case ONE_HOUR -> out.field("ttl", "1h");
        }
        out.endObject();
    }
}
