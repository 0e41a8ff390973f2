package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.WholeWriter;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a message, the answer that comes at once. */
final class MessagesWholeWriter implements WholeWriter {
    private static final int ROOM = 4 << 10;

    @Override
    public byte[] write(Answer answer, Exchange exchange) {
        Losses losses = exchange.losses();
        JsonBytes out = new JsonBytes(ROOM);
        Answer.Choice choice = answer.choices().getFirst();
        if (answer.choices().size() > 1) {
            losses.answer(Path.ROOT.member("choices"), "Anthropic's clients take one answer");
        }
        if (!choice.logprobs().isEmpty()) {
            losses.answer(Path.ROOT.member("logprobs"), "Anthropic has no word for it");
        }
        String id = answer.id().isEmpty() ? exchange.mint().id("msg_") : answer.id();
        out.beginObject().field("id", id).field("type", "message").field("role", "assistant");
        out.field("model", exchange.model()).name("content").beginArray();
        boolean refused = false;
        for (Part part : choice.parts()) {
            refused |= part instanceof Part.Refusal;
            block(part, out, losses);
        }
        out.endArray();
        StopReasons.write(choice.stop(), refused, out, losses);
        UsageFigures.write(answer.usage(), answer.serviceTier(), out);
        return out.endObject().toBytes();
    }

    private static void block(Part part, JsonBytes out, Losses losses) {
        switch (part) {
            case Part.Text text -> {
                borrowed(text.signature(), out);
                text(text.text(), text.citations(), out, losses);
            }
            case Part.Refusal(var _, Json.Text text) -> text(text, List.of(), out, losses);
            case Part.Reasoning thought -> thinking(thought, out);
            case Part.ToolCall call -> {
                borrowed(call.signature(), out);
                toolCall(call, out, losses);
            }
            case Part.Opaque opaque when opaque.home() == Protocol.MESSAGES -> out.value(opaque.raw());
            case Part.Opaque opaque -> losses.answer(opaque.at(), "only its own provider knows it");
            case Part.Media _, Part.SearchResult _, Part.ToolResult _ ->
                losses.answer(part.at(), "Anthropic's models answer in text and calls only");
        }
    }

    private static void text(Json.Text text, List<Citation> citations, JsonBytes out, Losses losses) {
        out.beginObject().field("type", "text").field("text", text);
        List<Citation> said = citations.stream().filter(Citations::sayable).toList();
        if (!said.isEmpty()) {
            out.name("citations").beginArray();
            said.forEach(each -> Citations.write(each, out));
            out.endArray();
        }
        citations.forEach(each -> lost(each, losses));
        out.endObject();
    }

    /** What of a citation does not make it. */
    static void lost(Citation citation, Losses losses) {
        if (!Citations.sayable(citation)) {
            losses.answer(citation.at(), "only its own provider knows it");
        } else if (citation.start() >= 0) {
            losses.answer(citation.at(), "Anthropic's citations do not say where in the text they belong");
        }
    }

    private static void thinking(Part.Reasoning thought, JsonBytes out) {
        String signature = slot(thought.signature());
        if (thought.redacted()) {
            if (!signature.isEmpty()) {
                out.beginObject()
                        .field("type", "redacted_thinking")
                        .field("data", signature)
                        .endObject();
            }
            return;
        }
        out.beginObject().field("type", "thinking").name("thinking");
        Thoughts.text(thought.paragraphs(), out);
        out.field("signature", signature).endObject();
    }

    private static void borrowed(@Nullable Signature signature, JsonBytes out) {
        if (signature != null) {
            out.beginObject().field("type", "thinking").field("thinking", Json.Text.EMPTY);
            out.field("signature", BorrowedSignatures.envelope(signature, BorrowedSignatures.Owner.NEXT));
            out.endObject();
        }
    }

    /** What stands in a client's {@code signature}: its own bare, another provider's in an envelope. */
    static String slot(@Nullable Signature signature) {
        if (signature == null) {
            return "";
        }
        return signature.home() == Protocol.MESSAGES ? signature.value() : signature.envelope();
    }

    private static void toolCall(Part.ToolCall call, JsonBytes out, Losses losses) {
        Json.Obj input = call.input().asObject().orElseGet(() -> {
            losses.answer(call.at(), "its arguments are no JSON object; they stand in one as a text");
            return Json.Obj.of(ToolInput.FREE_TEXT, call.input().asText());
        });
        out.beginObject().field("type", "tool_use").field("id", call.id());
        out.field("name", call.name()).field("input", input).endObject();
    }
}
