package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Signature;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Signatures of texts and tool calls, which Gemini has and Anthropic has not: its clients get them as thinking blocks that show
 * nothing, and send those back beside the block that they belong to.
 */
final class BorrowedSignatures {
    /** Which neighbour it belongs to; stands in the envelope where the id of an item of Responses would. */
    enum Owner {
        NEXT("next"),
        /** A stream says a text's signature when the text is out. */
        PREVIOUS("previous");

        private final String word;

        Owner(String word) {
            this.word = word;
        }
    }

    private BorrowedSignatures() {}

    static String envelope(Signature signature, Owner owner) {
        return new Signature(signature.home(), owner.word, signature.value()).envelope();
    }

    /** Takes the blocks out again and gives their signatures to the parts that they belong to. */
    static List<Part> giveBack(List<Part> parts) {
        List<Part> whole = new ArrayList<>(parts.size());
        Signature waiting = null;
        for (Part part : parts) {
            Signature next = borrowed(part, Owner.NEXT);
            Signature previous = borrowed(part, Owner.PREVIOUS);
            if (next != null) {
                waiting = next;
            } else if (previous != null && !whole.isEmpty()) {
                whole.add(signed(whole.removeLast(), previous));
            } else {
                whole.add(waiting == null ? part : signed(part, waiting));
                waiting = null;
            }
        }
        return whole;
    }

    private static @Nullable Signature borrowed(Part part, Owner owner) {
        return part instanceof Part.Reasoning(var _, var _, var paragraphs, Signature signature, boolean redacted)
                        && paragraphs.isEmpty()
                        && !redacted
                        && owner.word.equals(signature.itemId())
                ? new Signature(signature.home(), null, signature.value())
                : null;
    }

    private static Part signed(Part part, Signature signature) {
        return switch (part) {
            case Part.Text(var at, var text, var citations, var cache, var _) ->
                new Part.Text(at, text, citations, cache, signature);
            case Part.ToolCall(var at, var id, var namespace, var name, var input, var cache, var _) ->
                new Part.ToolCall(at, id, namespace, name, input, cache, signature);
            default -> part;
        };
    }
}
