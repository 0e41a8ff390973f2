package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.CallIds;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the content blocks of a request. */
final class BlockWriter {
    private final Writing to;
    private final JsonBytes out;
    private final Losses losses;
    private final MediaWriter media;

    BlockWriter(Writing to) {
        this.to = to;
        this.out = to.out();
        this.losses = to.losses();
        this.media = new MediaWriter(to, this);
    }

    void content(List<? extends Part> parts) {
        out.beginArray();
        for (Part part : parts) {
            block(part);
        }
        out.endArray();
    }

    private void block(Part part) {
        switch (part) {
            case Part.Text text -> text(text);
            case Part.Media of -> media.media(of);
            case Part.SearchResult result -> searchResult(result);
            case Part.ToolCall call -> toolCall(call);
            case Part.ToolResult result -> toolResult(result);
            case Part.Reasoning thought -> thinking(thought);
            case Part.Refusal(var at, var text) -> text(Part.Text.of(at, text));
            case Part.Opaque opaque -> opaque(opaque);
        }
    }

    private void text(Part.Text text) {
        foreign(text.signature(), text);
        out.beginObject().field("type", "text").field("text", text.text());
        List<Citation> own = text.citations().stream()
                .filter(each -> each.home() == Protocol.MESSAGES)
                .toList();
        if (!own.isEmpty()) {
            out.name("citations").beginArray();
            own.forEach(each -> Citations.write(each, out));
            out.endArray();
        }
        for (Citation each : text.citations()) {
            if (each.home() != Protocol.MESSAGES) {
                losses.incidental(each.at(), "Anthropic takes back its own citations only");
            }
        }
        to.cache().write(text.cache(), out, losses);
        out.endObject();
    }

    private void searchResult(Part.SearchResult result) {
        out.beginObject().field("type", "search_result");
        out.field("source", result.source()).field("title", result.title());
        out.name("content");
        content(result.content());
        if (result.citations() != null) {
            out.name("citations")
                    .beginObject()
                    .field("enabled", result.citations().value())
                    .endObject();
        }
        to.cache().write(result.cache(), out, losses);
        out.endObject();
    }

    private void toolCall(Part.ToolCall call) {
        foreign(call.signature(), call);
        out.beginObject().field("type", "tool_use").field("id", CallIds.plain(call.id()));
        out.field("name", to.names().atProvider(call.namespace(), call.name()));
        out.field("input", input(call));
        to.cache().write(call.cache(), out, losses);
        out.endObject();
    }

    private Json.Obj input(Part.ToolCall call) {
        return call.input().asObject().orElseGet(() -> {
            losses.incidental(call.at(), "its arguments are no JSON object; they stand in one as a text");
            return Json.Obj.of(ToolInput.FREE_TEXT, call.input().asText());
        });
    }

    private void toolResult(Part.ToolResult result) {
        out.beginObject().field("type", "tool_result").field("tool_use_id", CallIds.plain(result.callId()));
        if (!result.content().stream().allMatch(BlockWriter::isBlank)) {
            out.name("content").beginArray();
            for (Part part : result.content()) {
                switch (part) {
                    case Part.Text text when isBlank(text) -> {} // Anthropic refuses it
                    case Part.Text text -> text(text);
                    case Part.Media of -> media.media(of);
                    case Part.SearchResult of -> searchResult(of);
                    case Part.Opaque of -> opaque(of);
                    case Part.ToolCall _, Part.ToolResult _, Part.Reasoning _, Part.Refusal _ ->
                        to.refusals().notExpressible(part.at(), "no such part belongs in a tool's result");
                }
            }
            out.endArray();
        }
        if (result.error() != null) {
            out.field("is_error", result.error().value());
        }
        to.cache().write(result.cache(), out, losses);
        out.endObject();
    }

    private static boolean isBlank(Part part) {
        return part instanceof Part.Text text && Texts.isBlank(text.text());
    }

    /** Only what is signed at home comes here: see {@link Conversation}. */
    private void thinking(Part.Reasoning thought) {
        String signature =
                thought.signature() == null ? "" : thought.signature().value();
        if (thought.redacted()) {
            out.beginObject()
                    .field("type", "redacted_thinking")
                    .field("data", signature)
                    .endObject();
            return;
        }
        out.beginObject().field("type", "thinking").name("thinking");
        Thoughts.text(thought.paragraphs(), out);
        out.field("signature", signature).endObject();
    }

    private void opaque(Part.Opaque opaque) {
        if (opaque.home() == Protocol.MESSAGES) {
            out.value(opaque.raw());
        } else if (opaque.weight() == Extra.Weight.ESSENTIAL) {
            to.refusals().notExpressible(opaque.at(), "only its own provider knows it");
        } else {
            losses.request(opaque.at(), "only its own provider knows it");
        }
    }

    private void foreign(@Nullable Signature signature, Part part) {
        if (signature != null) {
            losses.incidental(part.at(), "its signature is another provider's");
        }
    }
}
