package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code cache_control}, of which a request may hold four (<a
 * href="https://platform.claude.com/docs/en/build-with-claude/prompt-caching">prompt caching</a>). The last ones are kept: each
 * covers the longest prefix.
 */
final class CacheHints {
    private static final int MOST = 4;
    private static final String NAME = "cache_control";

    private int tooMany;

    /** For one request, whose hints are to be written in the order of the prompt: tools, system, messages. */
    CacheHints(Request request) {
        int found = request.cache() == null ? 0 : 1;
        for (Tool tool : request.tools().list()) {
            found += tool instanceof Tool.Function of && of.cache() != null ? 1 : 0;
        }
        found += count(request.instructions());
        for (Turn turn : request.turns()) {
            found += count(turn.parts());
        }
        tooMany = Math.max(0, found - MOST);
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
        if (tooMany > 0) {
            tooMany--;
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

    private static int count(List<? extends Part> parts) {
        int found = 0;
        for (Part part : parts) {
            found += switch (part) {
                case Part.Text text -> of(text.cache());
                case Part.Media media ->
                    of(media.cache()) + (media.source() instanceof Part.Source.Parts(var inner) ? count(inner) : 0);
                case Part.SearchResult result -> of(result.cache()) + count(result.content());
                case Part.ToolCall call -> of(call.cache());
                case Part.ToolResult result -> of(result.cache()) + count(result.content());
                case Part.Reasoning _, Part.Refusal _, Part.Opaque _ -> 0;
            };
        }
        return found;
    }

    private static int of(@Nullable CacheHint hint) {
        return hint == null ? 0 : 1;
    }
}
