package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes {@code systemInstruction} and {@code contents}. */
final class ContentsWriter {
    private final Writing writing;
    private final JsonBytes out;
    private final Sayable sayable;

    ContentsWriter(Writing writing, JsonBytes out) {
        this.writing = writing;
        this.out = out;
        this.sayable = new Sayable(writing);
    }

    void instructions() {
        List<Part> parts = sayable.of(writing.request().instructions());
        if (!parts.isEmpty()) {
            out.name("systemInstruction").beginObject();
            parts(parts, false);
            out.endObject();
        }
    }

    void turns() {
        out.name("contents").beginArray();
        for (Turn turn : writing.request().turns()) {
            List<Part> parts = sayable.of(turn.parts());
            if (turn.role() == Turn.Role.SYSTEM) {
                writing.lost(turn.at().member("role"), "Gemini has no instructions within the conversation");
            }
            if (!parts.isEmpty()) {
                boolean model = turn.role() == Turn.Role.ASSISTANT;
                out.beginObject().field("role", model ? "model" : "user");
                parts(parts, model);
                out.endObject();
            }
        }
        out.endArray();
    }

    private void parts(List<Part> parts, boolean model) {
        // Levels are Gemini 3's, and so is the demand for a signature on the first call of a step.
        boolean wantsSignature = model && writing.to().takes(Destination.Takes.EFFORT);
        out.name("parts").beginArray();
        for (Part part : parts) {
            switch (part) {
                case Part.Text text -> text(text);
                case Part.Refusal(var _, Json.Text text) -> PartForms.text(out, text, false, null);
                case Part.Reasoning thought -> reasoning(thought);
                case Part.Media media -> media(media);
                case Part.ToolCall call -> {
                    call(call, wantsSignature);
                    wantsSignature = false;
                }
                case Part.ToolResult result -> new ResultWriter(writing, out).write(result);
                case Part.Opaque opaque -> out.value(opaque.raw());
                case Part.SearchResult _ -> throw new IllegalStateException("made a text before");
            }
        }
        out.endArray();
    }

    private void text(Part.Text text) {
        if (!text.citations().isEmpty()) {
            writing.losses().incidental(text.citations().getFirst().at(), "Gemini takes no citations back");
        }
        writing.lost(text.cache());
        PartForms.text(out, text.text(), false, home(text, text.signature()));
    }

    private void reasoning(Part.Reasoning thought) {
        Json.Text text = thought.paragraphs().isEmpty() ? Json.Text.EMPTY : Texts.joined(thought.paragraphs(), "\n\n");
        PartForms.text(out, text, !thought.redacted(), home(thought, thought.signature()));
    }

    private void media(Part.Media media) {
        out.beginObject();
        MediaWriter.write(writing, media, out);
        if (media.detail() != null && MediaWriter.isResolution(media.detail().value())) {
            out.name("mediaResolution").beginObject();
            out.field("level", media.detail().value()).endObject();
        }
        PartForms.signed(out, home(media, media.signature()));
    }

    private void call(Part.ToolCall call, boolean wantsSignature) {
        Json.Obj args = call.input().asObject().orElse(null);
        if (args == null) {
            writing.losses().incidental(call.at(), "the arguments are no JSON object; Gemini gets them as a text");
            args = PartForms.unreadable(call.input());
        }
        writing.lost(call.cache());
        String signature = home(call, call.signature());
        String name = writing.names().atProvider(call.namespace(), call.name());
        boolean placeholder = signature == null && wantsSignature;
        PartForms.call(out, call.id(), name, args, placeholder ? Signature.GEMINI_PLACEHOLDER : signature);
    }

    private @Nullable String home(Part part, @Nullable Signature signature) {
        if (signature == null || Signatures.isHome(signature)) {
            return signature == null ? null : signature.value();
        }
        writing.losses()
                .incidental(part.at().member("signature"), "another provider's signature means nothing to Gemini");
        return null;
    }
}
