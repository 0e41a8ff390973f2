package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.codec.CallIds;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes content blocks. Each is an object with one member, its kind; a cache point is a block of its own behind it. */
final class BlockWriter {
    private static final int LONGEST_ID = 64;
    private static final String OTHERS_SIGNATURE = "its signature is another provider's";

    private final Writing to;
    private final JsonBytes out;
    private final Losses losses;
    private final MediaWriter media;

    BlockWriter(Writing to) {
        this.to = to;
        this.out = to.out();
        this.losses = to.losses();
        this.media = new MediaWriter(to);
    }

    void block(Part part) {
        CacheHint hint = switch (part) {
            case Part.Text text -> {
                text(text);
                yield text.cache();
            }
            case Part.Media of -> {
                media.media(of);
                yield of.cache();
            }
            case Part.SearchResult result -> {
                searchResult(result);
                yield result.cache();
            }
            case Part.ToolCall call -> {
                toolUse(call);
                yield call.cache();
            }
            case Part.ToolResult result -> toolResult(result);
            case Part.Reasoning thought -> {
                reasoning(thought);
                yield null;
            }
            case Part.Refusal _, Part.Opaque _ -> throw new IllegalStateException("sorted out before: " + part.at());
        };
        to.cache().write(hint, out);
    }

    private void text(Part.Text text) {
        foreign(text.signature(), text);
        if (!text.citations().isEmpty()) {
            losses.incidental(text.citations().getFirst().at(), "Bedrock takes no citations of other providers");
        }
        out.beginObject().field("text", text.text()).endObject();
    }

    private void searchResult(Part.SearchResult result) {
        if (to.family() != ModelFamily.CLAUDE) {
            losses.request(result.citations(), "the model does not cite");
            out.beginObject().name("text").beginText();
            out.append(result.title()).append("\n").append(result.source());
            result.content().forEach(text -> out.append("\n").append(text.text()));
            out.endText().endObject();
            return;
        }
        out.beginObject().name("searchResult").beginObject();
        out.field("source", result.source()).field("title", result.title());
        out.name("content").beginArray();
        result.content()
                .forEach(text -> out.beginObject().field("text", text.text()).endObject());
        out.endArray();
        if (result.citations() != null) {
            out.name("citations").beginObject();
            out.field("enabled", result.citations().value()).endObject();
        }
        out.endObject().endObject();
    }

    private void toolUse(Part.ToolCall call) {
        foreign(call.signature(), call);
        Json.Obj input = call.input().asObject().orElseGet(() -> {
            losses.incidental(call.at(), "its arguments are no JSON object; they stand in one as a text");
            return Json.Obj.of(ToolInput.FREE_TEXT, call.input().asText());
        });
        out.beginObject().name("toolUse").beginObject();
        out.field("toolUseId", id(call.id()));
        out.field("name", to.names().atProvider(call.namespace(), call.name()));
        out.field("input", input).endObject().endObject();
    }

    /** @return the hint for behind it: within a result there is no place for one */
    private @Nullable CacheHint toolResult(Part.ToolResult result) {
        boolean failed = result.error() != null && result.error().value();
        CacheHint hint = null;
        out.beginObject().name("toolResult").beginObject();
        out.field("toolUseId", id(result.callId())).name("content").beginArray();
        if (failed && !to.family().takesStatus()) {
            out.beginObject().field("text", "Error:").endObject();
        }
        if (result.structured() != null) {
            out.beginObject().field("json", result.structured()).endObject();
        } else {
            for (Part part : result.content()) {
                hint = content(part, hint);
            }
        }
        out.endArray();
        if (failed && to.family().takesStatus()) {
            out.field("status", "error");
        }
        out.endObject().endObject();
        return result.cache() == null ? hint : result.cache();
    }

    private @Nullable CacheHint content(Part part, @Nullable CacheHint before) {
        CacheHint hint = switch (part) {
            case Part.Text text -> {
                if (!Conversation.isBlank(text.text())) {
                    text(text);
                }
                yield text.cache();
            }
            case Part.Media of -> {
                media.ofResult(of);
                yield of.cache();
            }
            case Part.SearchResult of -> {
                searchResult(of);
                yield of.cache();
            }
            case Part.Opaque of -> {
                Conversation.opaque(of, to);
                yield null;
            }
            case Part.ToolCall _, Part.ToolResult _, Part.Reasoning _, Part.Refusal _ -> {
                to.refusals().notExpressible(part.at(), "no such part belongs in a tool's result");
                yield null;
            }
        };
        return hint == null ? before : hint;
    }

    /** Only what goes back comes here: see {@link Conversation}. */
    private void reasoning(Part.Reasoning thought) {
        String signature =
                thought.signature() == null ? "" : thought.signature().value();
        out.beginObject().name("reasoningContent").beginObject();
        if (thought.redacted()) {
            out.field("redactedContent", signature);
        } else {
            out.name("reasoningText").beginObject().name("text").beginText();
            List<Json.Text> paragraphs = thought.paragraphs();
            for (int i = 0; i < paragraphs.size(); i++) {
                out.append(i == 0 ? "" : "\n\n").append(paragraphs.get(i));
            }
            out.endText().field("signature", signature).endObject();
        }
        out.endObject().endObject();
    }

    private void foreign(@Nullable Signature signature, Part part) {
        if (signature != null) {
            losses.incidental(part.at(), OTHERS_SIGNATURE);
        }
    }

    private static String id(String id) {
        return CallIds.fit(CallIds.plain(id), LONGEST_ID);
    }
}
