package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code usage}: {@code prompt_tokens} includes what was read from and written to the cache, {@code completion_tokens} the reasoning,
 * but for xAI's, whose {@code total_tokens} show that they stand beside it.
 */
final class ChatUsage {
    /** Parts of counts that are billed as the whole. */
    private static final List<String> MODALITIES = List.of(
            "audio_tokens", "text_tokens", "image_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens");

    private ChatUsage() {}

    static @Nullable Usage read(Path at, Json.@Nullable Obj object, Reading reading) {
        if (object == null) {
            return null;
        }
        Fields usage = new Fields(at, object, reading);
        long input = usage.count("prompt_tokens");
        long output = Math.max(0, usage.count("completion_tokens"));
        long total = usage.count("total_tokens");
        Fields prompt =
                new Fields(at.member("prompt_tokens_details"), details(usage, "prompt_tokens_details"), reading);
        long read = Math.max(0, prompt.count("cached_tokens"));
        long written = Math.max(0, prompt.count("cache_write_tokens"));
        Fields completion = new Fields(
                at.member("completion_tokens_details"), details(usage, "completion_tokens_details"), reading);
        long reasoning = Math.max(0, completion.count("reasoning_tokens"));
        MODALITIES.forEach(prompt::skip);
        MODALITIES.forEach(completion::skip);
        prompt.end();
        completion.end();
        usage.end();
        if (input < 0) {
            return null;
        }
        if (reasoning > 0 && total == input + output + reasoning) {
            output += reasoning;
        }
        return new Usage(Math.max(0, input - read - written), read, written, 0, output, reasoning, 0);
    }

    private static Json.Obj details(Fields usage, String name) {
        Json.Obj details = usage.object(name);
        return details == null ? Json.Obj.EMPTY : details;
    }

    static void write(JsonBytes out, Usage usage) {
        long input = usage.totalInputTokens();
        out.name("usage").beginObject();
        out.field("prompt_tokens", input).field("completion_tokens", usage.outputTokens());
        out.field("total_tokens", input + usage.outputTokens());
        out.name("prompt_tokens_details").beginObject().field("cached_tokens", usage.cacheReadTokens());
        out.field("cache_write_tokens", usage.cacheWrite5mTokens() + usage.cacheWrite1hTokens())
                .endObject();
        out.name("completion_tokens_details").beginObject().field("reasoning_tokens", usage.reasoningTokens());
        out.endObject().endObject();
    }
}
