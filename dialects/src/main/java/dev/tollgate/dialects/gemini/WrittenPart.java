package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/** The open part of a choice that is being written: what must be kept of it until it ends. */
final class WrittenPart {
    private static final int LONGEST_INPUT = 8 << 20;

    private Event.@Nullable Opening opening;
    private @Nullable String signature;
    private JsonBytes input = new JsonBytes().beginText();
    private int paragraph;
    private boolean anyParagraph;
    private long characters;
    private boolean ascii;

    void begin(Event.Opening begun) {
        opening = begun;
        signature = null;
        paragraph = 0;
        anyParagraph = false;
        characters = 0;
        ascii = true;
    }

    Event.@Nullable Opening opening() {
        return opening;
    }

    void sign(String slot) {
        signature = slot;
    }

    @Nullable
    String signature() {
        return signature;
    }

    /** Whether a blank line is due before the next piece of a thought. */
    boolean entersParagraph(int next) {
        boolean enters = anyParagraph && next != paragraph;
        paragraph = next;
        anyParagraph = true;
        return enters;
    }

    /** More of a tool's input; false where it is too long. */
    boolean input(Json.Text fragment) {
        if (input.length() + fragment.size() > LONGEST_INPUT) {
            return false;
        }
        input.append(fragment);
        return true;
    }

    /** The whole input of a call, which is forgotten. */
    Json.Obj args(Losses losses) {
        Json.Text text = Texts.whole(input);
        input = new JsonBytes().beginText();
        boolean free = opening instanceof Event.Opening.ToolCall call && call.free();
        ToolInput whole = free ? new ToolInput.Free(text) : new ToolInput.Encoded(text);
        Json.Obj args = whole.asObject().orElse(null);
        if (args == null) {
            losses.answer(Path.ROOT.member("arguments"), "no JSON object; the client gets them as a text");
            args = PartForms.unreadable(whole);
        }
        return args;
    }

    /** More of a text, in which citations are placed. */
    void count(Json.Text text) {
        characters += text.size();
        if (ascii) {
            for (byte b : text.bytes()) {
                ascii &= b > 0 && b != '\\';
            }
        }
    }

    /** Whether that place in characters is the same in bytes. */
    boolean countsBytes(int place) {
        return ascii && place >= 0 && place <= characters;
    }
}
