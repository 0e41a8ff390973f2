package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;

/** Writes the parts of an answer, as a client of Gemini's expects them. */
final class AnswerParts {
    private AnswerParts() {}

    /** False where the part is lost. */
    static boolean write(Part part, JsonBytes out, Losses losses) {
        switch (part) {
            case Part.Text text -> PartForms.text(out, text.text(), false, Signatures.slot(text.signature()));
            case Part.Refusal(var _, Json.Text text) -> PartForms.text(out, text, false, null);
            case Part.Reasoning thought -> {
                Json.Text text =
                        thought.paragraphs().isEmpty() ? Json.Text.EMPTY : Texts.joined(thought.paragraphs(), "\n\n");
                PartForms.text(out, text, !thought.redacted(), Signatures.slot(thought.signature()));
            }
            case Part.ToolCall call -> {
                Json.Obj args = call.input().asObject().orElse(null);
                if (args == null) {
                    losses.answer(call.at(), "the arguments are no JSON object; the client gets them as a text");
                    args = PartForms.unreadable(call.input());
                }
                PartForms.call(out, call.id(), call.name(), args, Signatures.slot(call.signature()));
            }
            case Part.Media media -> {
                return media(media, out, losses);
            }
            case Part.SearchResult found -> PartForms.text(out, Texts.of(found).text(), false, null);
            case Part.ToolResult result -> {
                losses.answer(result.at(), "a model of Gemini's gives no results");
                return false;
            }
            case Part.Opaque opaque -> {
                if (opaque.home() != Protocol.GENERATE_CONTENT) {
                    losses.answer(opaque.at(), "Gemini's clients do not know parts of type " + opaque.type());
                    return false;
                }
                out.value(opaque.raw());
            }
        }
        return true;
    }

    private static boolean media(Part.Media media, JsonBytes out, Losses losses) {
        switch (media.source()) {
            case Part.Source.Base64(Json.Text data) -> {
                out.beginObject();
                PartForms.inlineData(out, MediaWriter.mediaType(media), data);
            }
            case Part.Source.Url(Json.Text url) -> {
                out.beginObject();
                PartForms.fileData(out, media.mediaType(), url);
            }
            case Part.Source.Plain(Json.Text text) -> out.beginObject().field("text", text);
            case Part.Source.FileId _, Part.Source.Parts _ -> {
                losses.answer(media.at(), "not expressible in an answer of Gemini's");
                return false;
            }
        }
        PartForms.signed(out, Signatures.slot(media.signature()));
        return true;
    }
}
