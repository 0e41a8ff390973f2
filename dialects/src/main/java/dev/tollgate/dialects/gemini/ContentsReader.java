package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.conversation.Turns;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the conversation: {@code contents} and {@code systemInstruction}. */
final class ContentsReader {
    private final Reading reading;
    private final CallLedger ledger = new CallLedger();
    private final PartReader parts;

    ContentsReader(Reading reading) {
        this.reading = reading;
        this.parts = new PartReader(reading, this::call, ledger);
    }

    List<Turn> turns(Fields request) {
        Turns turns = new Turns();
        for (Item content : Item.of(request, "contents")) {
            if (content.value() instanceof Json.Obj object) {
                Fields fields = Fields.eitherSpelling(content.at(), object, reading);
                Turn.Role role = role(fields);
                turns.add(content.at(), role, parts(fields, role));
            } else {
                reading.malformed(content.at(), "an object is expected.");
            }
        }
        return turns.toList().stream().map(ContentsReader::joined).toList();
    }

    List<Part> instructions(Fields request) {
        Json value = request.any("systemInstruction");
        Path at = request.at("systemInstruction");
        return switch (value) {
            case null -> List.of();
            case Json.Text text -> List.of(Part.Text.of(at, text));
            case Json.Obj object -> {
                Fields fields = Fields.eitherSpelling(at, object, reading);
                fields.skip("role");
                yield parts(fields, Turn.Role.SYSTEM);
            }
            default -> {
                reading.malformed(at, "an object is expected.");
                yield List.of();
            }
        };
    }

    private Turn.Role role(Fields content) {
        String role = content.string("role");
        return switch (role == null ? "user" : role) {
            case "", "user", "function" -> Turn.Role.USER;
            case "model" -> Turn.Role.ASSISTANT;
            default -> {
                reading.malformed(content.at("role"), "user or model is expected.");
                yield Turn.Role.USER;
            }
        };
    }

    private List<Part> parts(Fields content, Turn.Role role) {
        List<Part> read = new ArrayList<>();
        for (Item item : Item.of(content, "parts")) {
            Part part = parts.read(item.at(), item.value());
            if (part instanceof Part.ToolCall && role != Turn.Role.ASSISTANT) {
                reading.malformed(item.at(), "a functionCall is the model's: role model is expected.");
            } else if (part instanceof Part.ToolResult && role != Turn.Role.USER) {
                reading.malformed(item.at(), "a functionResponse is the user's: role user is expected.");
            } else if (part != null) {
                read.add(part);
            }
        }
        content.end();
        return read;
    }

    private Part.ToolCall call(
            Path at, @Nullable String id, String name, Json.Obj args, @Nullable Signature signature) {
        String known = ledger.called(id, name);
        return new Part.ToolCall(at, known, null, name, new ToolInput.Plain(args), null, signature);
    }

    /**
     * A client that keeps the chunks of a stream as they came sends a thought or a text back in pieces. Joined, up to the piece with
     * the signature, they are what was signed.
     */
    private static Turn joined(Turn turn) {
        if (turn.role() != Turn.Role.ASSISTANT) {
            return turn;
        }
        List<Part> joined = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < turn.parts().size(); i++) {
            Part part = turn.parts().get(i);
            Part next = i + 1 < turn.parts().size() ? turn.parts().get(i + 1) : null;
            if (next == null || !goOn(part, next)) {
                joined.add(from == i ? part : join(turn.parts().subList(from, i + 1)));
                from = i + 1;
            }
        }
        return new Turn(turn.at(), turn.role(), joined);
    }

    private static boolean goOn(Part part, Part next) {
        return switch (part) {
            case Part.Text text -> text.signature() == null && next instanceof Part.Text;
            case Part.Reasoning thought ->
                thought.signature() == null && next instanceof Part.Reasoning of && !of.redacted();
            default -> false;
        };
    }

    private static Part join(List<Part> pieces) {
        List<Json.Text> texts = new ArrayList<>();
        for (Part piece : pieces) {
            switch (piece) {
                case Part.Text text -> texts.add(text.text());
                case Part.Reasoning thought -> texts.addAll(thought.paragraphs());
                default -> throw new IllegalArgumentException(piece.getClass().getSimpleName());
            }
        }
        Path at = pieces.getFirst().at();
        Json.Text whole = Texts.joined(texts, "");
        return switch (pieces.getLast()) {
            case Part.Text last -> new Part.Text(at, whole, List.of(), null, last.signature());
            case Part.Reasoning last ->
                new Part.Reasoning(at, true, whole.isEmpty() ? List.of() : List.of(whole), last.signature(), false);
            default -> throw new IllegalArgumentException();
        };
    }
}
