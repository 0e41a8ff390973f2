package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/**
 * Writes the content blocks of a streamed message, one after the other. The start of a text or a call waits for what follows it, so
 * that a signature, which Anthropic's texts and calls have not, can go before it in a block of its own.
 */
final class BlockEventWriter {
    private enum Kind {
        TEXT,
        CALL,
        THINKING,
        REDACTED,
        WHOLE
    }

    private final Losses losses;
    /** Of the block on the wire. Blocks are more than parts where signatures have their own. */
    private int index;

    private Kind kind = Kind.TEXT;
    /** Whether the block's start is on the wire. */
    private boolean open;

    private Opening.@Nullable ToolCall call;
    private boolean freeBegun;
    private int paragraph;
    private @Nullable Signature late;

    BlockEventWriter(Losses losses) {
        this.losses = losses;
    }

    void start(Opening opening, JsonBytes out) {
        open = false;
        call = null;
        freeBegun = false;
        paragraph = 0;
        late = null;
        switch (opening) {
            case Opening.Text _ -> kind = Kind.TEXT;
            case Opening.Refusal _ -> {
                kind = Kind.TEXT;
                flush(out);
            }
            case Opening.ToolCall of -> {
                kind = Kind.CALL;
                call = of;
            }
            case Opening.Reasoning(var _, boolean redacted) -> {
                kind = redacted ? Kind.REDACTED : Kind.THINKING;
                flush(out);
            }
            case Opening.Whole(Part part) -> {
                kind = Kind.WHOLE;
                whole(part, out);
            }
        }
    }

    void text(Json.Text text, JsonBytes out) {
        flush(out);
        beginDelta("text_delta", out).field("text", text);
        endDelta(out);
    }

    void thinking(int paragraph, Json.Text text, JsonBytes out) {
        beginDelta("thinking_delta", out).name("thinking").beginText();
        if (paragraph != this.paragraph) {
            this.paragraph = paragraph;
            out.append(Thoughts.BREAK);
        }
        out.append(text).endText();
        endDelta(out);
    }

    /** A fragment of a call's input. Free text becomes the only member of an object, whose JSON stands in a text of its own. */
    void input(Json.Text fragment, JsonBytes out) {
        flush(out);
        beginDelta("input_json_delta", out);
        if (call != null && call.free()) {
            out.name("partial_json").beginText();
            if (!freeBegun) {
                out.append("{\"" + ToolInput.FREE_TEXT + "\":\"");
                freeBegun = true;
            }
            out.appendEncoded(fragment).endText();
        } else {
            out.field("partial_json", fragment);
        }
        endDelta(out);
    }

    void signature(Signature signature, JsonBytes out) {
        switch (kind) {
            case THINKING -> {
                beginDelta("signature_delta", out).field("signature", MessagesWholeWriter.slot(signature));
                endDelta(out);
            }
            case REDACTED -> {
                beginStart("redacted_thinking", out).field("data", MessagesWholeWriter.slot(signature));
                endStart(out);
            }
            case TEXT, CALL -> {
                if (open) {
                    late = signature;
                } else {
                    borrowed(signature, BorrowedSignatures.Owner.NEXT, out);
                }
            }
            case WHOLE -> {}
        }
    }

    void citation(Citation citation, JsonBytes out) {
        flush(out);
        if (Citations.sayable(citation)) {
            beginDelta("citations_delta", out).name("citation");
            Citations.write(citation, out);
            endDelta(out);
        }
        MessagesWholeWriter.lost(citation, losses);
    }

    void end(JsonBytes out) {
        flush(out);
        if (call != null && call.free() && freeBegun) {
            beginDelta("input_json_delta", out).field("partial_json", "\"}");
            endDelta(out);
        }
        stop(out);
        if (late != null) {
            borrowed(late, BorrowedSignatures.Owner.PREVIOUS, out);
        }
    }

    /** Writes the start, if it has waited. */
    private void flush(JsonBytes out) {
        if (open) {
            return;
        }
        switch (kind) {
            case TEXT -> {
                beginStart("text", out).field("text", Json.Text.EMPTY);
                endStart(out);
            }
            case THINKING -> {
                beginStart("thinking", out).field("thinking", Json.Text.EMPTY).field("signature", Json.Text.EMPTY);
                endStart(out);
            }
            case CALL -> {
                if (call != null) {
                    beginStart("tool_use", out).field("id", call.id()).field("name", call.name());
                    out.field("input", Json.Obj.EMPTY);
                    endStart(out);
                }
            }
            case REDACTED, WHOLE -> {} // their content is their start
        }
    }

    private void whole(Part part, JsonBytes out) {
        if (part instanceof Part.Opaque opaque && opaque.home() == Protocol.MESSAGES) {
            beginEvent("content_block_start", out).field("content_block", opaque.raw());
            out.endObject().endEvent();
            open = true;
        } else {
            losses.answer(part.at(), "Anthropic's models answer in text and calls only");
        }
    }

    private void borrowed(Signature signature, BorrowedSignatures.Owner owner, JsonBytes out) {
        beginStart("thinking", out).field("thinking", Json.Text.EMPTY).field("signature", Json.Text.EMPTY);
        endStart(out);
        beginDelta("signature_delta", out).field("signature", BorrowedSignatures.envelope(signature, owner));
        endDelta(out);
        stop(out);
    }

    private void stop(JsonBytes out) {
        if (open) {
            beginEvent("content_block_stop", out).endObject().endEvent();
            index++;
            open = false;
        }
    }

    private JsonBytes beginEvent(String type, JsonBytes out) {
        return out.beginEvent(type).beginObject().field("type", type).field("index", index);
    }

    private JsonBytes beginStart(String type, JsonBytes out) {
        open = true;
        return beginEvent("content_block_start", out)
                .name("content_block")
                .beginObject()
                .field("type", type);
    }

    private static void endStart(JsonBytes out) {
        out.endObject().endObject().endEvent();
    }

    private JsonBytes beginDelta(String type, JsonBytes out) {
        return beginEvent("content_block_delta", out)
                .name("delta")
                .beginObject()
                .field("type", type);
    }

    private static void endDelta(JsonBytes out) {
        out.endObject().endObject().endEvent();
    }
}
