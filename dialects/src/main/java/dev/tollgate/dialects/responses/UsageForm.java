package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/** {@code usage}: input tokens include those read from and written to the cache, output tokens include reasoning. */
final class UsageForm {
    private UsageForm() {}

    /**
     * Null where there is none.
     *
     * @param searches how often the provider searched the web, which its figures do not say
     */
    static @Nullable Usage read(Fields response, Reading reading, long searches) {
        Json.Obj object = response.object("usage");
        if (object == null) {
            return null;
        }
        Fields usage = new Fields(response.at("usage"), object, reading);
        long input = Math.max(0, usage.count("input_tokens"));
        long output = Math.max(0, usage.count("output_tokens"));
        long total = usage.count("total_tokens");
        Fields of = details(usage, "input_tokens_details", reading);
        long read = Math.clamp(of.count("cached_tokens"), 0, input);
        long written = Math.clamp(of.count("cache_write_tokens"), 0, input - read);
        of.skip("cache_write_tokens_details"); // the same tokens, by their time to live
        of.end();
        Fields outputDetails = details(usage, "output_tokens_details", reading);
        long reasoning = Math.max(0, outputDetails.count("reasoning_tokens"));
        outputDetails.end();
        usage.end();
        if (total == input + output + reasoning) {
            output += reasoning; // as some servers count
        }
        return new Usage(input - read - written, read, written, 0, output, Math.min(reasoning, output), searches);
    }

    private static Fields details(Fields usage, String name, Reading reading) {
        Json.Obj object = usage.object(name);
        return new Fields(usage.at(name), object == null ? Json.Obj.EMPTY : object, reading);
    }

    static void write(@Nullable Usage usage, JsonBytes out) {
        out.name("usage");
        if (usage == null) {
            out.nothing();
            return;
        }
        long input = usage.totalInputTokens();
        out.beginObject()
                .field("input_tokens", input)
                .name("input_tokens_details")
                .beginObject()
                .field("cached_tokens", usage.cacheReadTokens())
                .field("cache_write_tokens", usage.cacheWrite5mTokens() + usage.cacheWrite1hTokens())
                .endObject()
                .field("output_tokens", usage.outputTokens())
                .name("output_tokens_details")
                .beginObject()
                .field("reasoning_tokens", usage.reasoningTokens())
                .endObject()
                .field("total_tokens", input + usage.outputTokens())
                .endObject();
    }
}
