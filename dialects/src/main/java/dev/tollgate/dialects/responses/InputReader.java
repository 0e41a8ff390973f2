package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.conversation.Turns;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;

/** Reads a request's {@code input}: a string, or an array of items. */
final class InputReader {
    private record Said(Path at, Turn.Role role, List<Part> parts) {}

    private final Reading reading;
    private final ToolReader tools;
    private final ItemReader items;
    private final List<Part> instructions = new ArrayList<>();
    private final List<Said> said = new ArrayList<>();

    InputReader(Reading reading, ToolReader tools) {
        this.reading = reading;
        this.tools = tools;
        this.items = new ItemReader(reading, new ContentReader(reading), null);
    }

    void read(Path at, Json input) {
        switch (input) {
            case Json.Text text -> said.add(new Said(at, Turn.Role.USER, List.of(Part.Text.of(at, text))));
            case Json.Arr array -> {
                for (int i = 0; i < array.items().size(); i++) {
                    item(at.element(i), array.items().get(i));
                }
            }
            default -> reading.malformed(at, "a string or an array of items is expected.");
        }
    }

    /** What system and developer messages said before the conversation began. */
    List<Part> instructions() {
        return instructions;
    }

    List<Turn> turns() {
        Turns turns = new Turns();
        for (Said one : said) {
            turns.add(one.at(), one.role(), items.signed(one.parts()));
        }
        return turns.toList();
    }

    private void item(Path at, Json value) {
        if (!(value instanceof Json.Obj object)) {
            reading.malformed(at, "an object is expected.");
            return;
        }
        Fields item = new Fields(at, object, reading);
        String type = item.string("type");
        if (type == null) {
            type = object.get("role") == null && object.get("id") != null ? "item_reference" : "message";
        }
        switch (type) {
            case "message" -> message(item, object);
            case "item_reference" -> reference(item, object);
            case "additional_tools" -> {
                tools.read(item.at("tools"), item.array("tools"));
                item.skip("id");
                item.skip("role");
                item.end();
            }
            default -> add(at, role(type), items.read(type, item, object));
        }
    }

    private void message(Fields item, Json.Obj object) {
        String role = item.required("role");
        List<Part> parts = items.read("message", item, object);
        switch (role) {
            case "user" -> add(item.at(), Turn.Role.USER, parts);
            case "assistant" -> add(item.at(), Turn.Role.ASSISTANT, parts);
            case "system", "developer" -> {
                if (said.isEmpty()) {
                    instructions.addAll(parts);
                } else {
                    add(item.at(), Turn.Role.SYSTEM, parts);
                }
            }
            default -> reading.malformed(item.at("role"), "user, assistant, system or developer is expected.");
        }
    }

    /** Reasoning that is not in the request is lost as it is where it comes without its encrypted content. */
    private void reference(Fields item, Json.Obj object) {
        boolean reasoning = item.required("id").startsWith("rs_");
        reading.extra(
                item.at(),
                object,
                reasoning ? Extra.Weight.INCIDENTAL : Extra.Weight.ESSENTIAL,
                "the item lies at OpenAI; send its content (with store: false)");
    }

    private void add(Path at, Turn.Role role, List<Part> parts) {
        if (!parts.isEmpty()) {
            said.add(new Said(at, role, parts));
        }
    }

    private static Turn.Role role(String type) {
        boolean users = type.endsWith("_output") || type.equals("mcp_approval_response");
        return users ? Turn.Role.USER : Turn.Role.ASSISTANT;
    }
}
