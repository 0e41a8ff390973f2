package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code usageMetadata} (<a href="https://ai.google.dev/api/generate-content#UsageMetadata">UsageMetadata</a>). The prompt's count
 * has the cached tokens in it, and not those of tools; the candidates' has no thoughts in it.
 */
final class UsageFields {
    private UsageFields() {}

    /**
     * Null where the document has none.
     *
     * @param searches of the web, which Google counts elsewhere
     */
    static @Nullable Usage read(Fields document, Reading reading, long searches) {
        Json.Obj object = document.object("usageMetadata");
        if (object == null) {
            return null;
        }
        Fields usage = Fields.eitherSpelling(document.at("usageMetadata"), object, reading);
        long prompt = orZero(usage, "promptTokenCount");
        long cached = orZero(usage, "cachedContentTokenCount");
        long tools = orZero(usage, "toolUsePromptTokenCount");
        long candidates = orZero(usage, "candidatesTokenCount");
        long thoughts = orZero(usage, "thoughtsTokenCount");
        // The sum of the others.
        usage.skip("totalTokenCount");
        for (String details : List.of(
                "promptTokensDetails",
                "cacheTokensDetails",
                "candidatesTokensDetails",
                "toolUsePromptTokensDetails",
                "trafficType")) {
            usage.extra(details, Extra.Weight.HINT, "only Gemini tells it");
        }
        usage.end();
        return new Usage(Math.max(0, prompt - cached) + tools, cached, 0, 0, candidates + thoughts, thoughts, searches);
    }

    private static long orZero(Fields usage, String name) {
        return Math.max(0, usage.count(name));
    }

    static void write(Usage usage, JsonBytes out, Losses losses) {
        long prompt = usage.totalInputTokens();
        out.name("usageMetadata").beginObject();
        out.field("promptTokenCount", prompt);
        if (usage.cacheReadTokens() > 0) {
            out.field("cachedContentTokenCount", usage.cacheReadTokens());
        }
        out.field("candidatesTokenCount", Math.max(0, usage.outputTokens() - usage.reasoningTokens()));
        if (usage.reasoningTokens() > 0) {
            out.field("thoughtsTokenCount", usage.reasoningTokens());
        }
        out.field("totalTokenCount", prompt + usage.outputTokens()).endObject();
        Path at = Path.ROOT.member("usage");
        if (usage.cacheWrite5mTokens() + usage.cacheWrite1hTokens() > 0) {
            losses.answer(at.member("cache_write"), "within promptTokenCount; Gemini does not count it apart");
        }
        if (usage.webSearchRequests() > 0) {
            losses.answer(at.member("web_search_requests"), "Gemini does not count them");
        }
    }
}
