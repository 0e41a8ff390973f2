package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import java.util.ArrayList;
import java.util.List;

/** Makes the parts of a turn such as Gemini knows, before any is written: a content without parts is refused there. */
final class Sayable {
    private final Writing writing;

    Sayable(Writing writing) {
        this.writing = writing;
    }

    List<Part> of(List<Part> parts) {
        List<Part> sayable = new ArrayList<>(parts.size());
        List<Part> linked = new ArrayList<>();
        for (Part part : parts) {
            add(part, sayable, linked);
        }
        sayable.addAll(linked);
        return signaturesMoved(sayable);
    }

    private void add(Part part, List<Part> sayable, List<Part> linked) {
        switch (part) {
            case Part.Text _, Part.ToolCall _, Part.Refusal _ -> sayable.add(part);
            case Part.ToolResult result -> {
                sayable.add(result);
                ResultWriter.linked(result.content()).forEach(linked::add);
            }
            case Part.SearchResult found -> {
                if (found.citations() != null && found.citations().value()) {
                    writing.losses().request(found.citations(), "Gemini does not cite search results");
                }
                writing.lost(found.cache());
                sayable.add(Texts.of(found));
            }
            case Part.Media media -> {
                if (media.source() instanceof Part.Source.Parts(List<Part> pieces)) {
                    MediaWriter.notes(writing, media);
                    pieces.forEach(piece -> add(piece, sayable, linked));
                } else {
                    sayable.add(media);
                }
            }
            case Part.Reasoning thought -> {
                if (Signatures.isHome(thought.signature())) {
                    sayable.add(thought);
                } else {
                    writing.losses().incidental(thought.at(), "Gemini takes back only thoughts that it has signed");
                }
            }
            case Part.Opaque opaque -> {
                if (opaque.home() == Protocol.GENERATE_CONTENT) {
                    sayable.add(opaque);
                } else if (opaque.weight() == Extra.Weight.ESSENTIAL) {
                    writing.refused(opaque.at(), "Gemini does not know parts of this type; leave it out.");
                } else {
                    writing.lost(opaque.at(), "Gemini does not know parts of type " + opaque.type());
                }
            }
        }
    }

    /**
     * Gemini signs calls and texts, other protocols thoughts. A client of theirs got the signature on a thought before the part that
     * it belongs to; here it goes back there.
     */
    private static List<Part> signaturesMoved(List<Part> parts) {
        for (int i = 0; i + 1 < parts.size(); i++) {
            if (parts.get(i) instanceof Part.Reasoning thought && thought.signature() != null) {
                Part next = parts.get(i + 1);
                if (unsigned(next)) {
                    parts.set(i + 1, signed(next, thought.signature()));
                    parts.set(
                            i, new Part.Reasoning(thought.at(), thought.summary(), thought.paragraphs(), null, false));
                }
            }
        }
        parts.removeIf(part -> part instanceof Part.Reasoning of
                && of.signature() == null
                && of.paragraphs().isEmpty());
        return parts;
    }

    private static boolean unsigned(Part part) {
        return switch (part) {
            case Part.ToolCall call -> !Signatures.isHome(call.signature());
            case Part.Text text -> !Signatures.isHome(text.signature());
            default -> false;
        };
    }

    private static Part signed(Part part, Signature signature) {
        return switch (part) {
            case Part.ToolCall call ->
                new Part.ToolCall(
                        call.at(), call.id(), call.namespace(), call.name(), call.input(), call.cache(), signature);
            case Part.Text text -> new Part.Text(text.at(), text.text(), text.citations(), text.cache(), signature);
            default -> part;
        };
    }
}
