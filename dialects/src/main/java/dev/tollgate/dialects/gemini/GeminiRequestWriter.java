package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.Locale;

/** Writes a {@code GenerateContentRequest}. The model, and whether the answer is a stream, are in the path. */
final class GeminiRequestWriter {
    private GeminiRequestWriter() {}

    static Outcome<byte[]> write(Request request, Destination to, ToolNames names, Losses losses) {
        Writing writing = new Writing(request, to, names, losses, new Reading());
        JsonBytes out = new JsonBytes(4096).beginObject();
        ContentsWriter contents = new ContentsWriter(writing, out);
        contents.instructions();
        contents.turns();
        ToolsWriter.write(writing, out);
        SettingsWriter.write(writing, out);
        context(writing, out);
        writing.lost(request.cache());
        out.endObject();
        return writing.problems().outcome(out.toBytes());
    }

    private static void context(Writing writing, JsonBytes out) {
        Request.Context context = writing.request().context();
        Losses losses = writing.losses();
        losses.incidental(context.user(), "Gemini has no word for the user");
        losses.incidental(context.metadata(), "the Gemini API takes no labels");
        losses.incidental(context.promptCacheKey(), "Gemini caches by itself");
        if (context.store() != null && context.store().value()) {
            losses.incidental(context.store(), "Gemini keeps no answers to be fetched");
        }
        if (context.previousResponseId() != null) {
            writing.refused(
                    context.previousResponseId().at(),
                    "the conversation lies at another provider; send its messages instead.");
        }
        if (context.cachedContent() != null) {
            out.field("cachedContent", context.cachedContent().value());
        }
        if (context.safetySettings() != null) {
            out.field("safetySettings", context.safetySettings().value());
        }
        if (context.serviceTier() != null) {
            serviceTier(context.serviceTier(), losses, out);
        }
    }

    private static void serviceTier(Said<String> tier, Losses losses, JsonBytes out) {
        switch (tier.value().toLowerCase(Locale.ROOT)) {
            case "flex", "standard", "priority" -> out.field("serviceTier", tier.value());
            case "default", "standard_only" -> out.field("serviceTier", "standard");
            case "auto", "unspecified", "service_tier_unspecified" -> {
                // What Gemini does unasked.
            }
            default -> losses.incidental(tier, "Gemini has no such tier");
        }
    }
}
