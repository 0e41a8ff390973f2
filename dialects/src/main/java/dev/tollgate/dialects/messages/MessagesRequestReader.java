package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.conversation.Turns;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the body of {@code POST /v1/messages}. {@code max_tokens} may be absent, as it is when tokens are counted; everything else
 * that Anthropic demands is demanded here.
 */
final class MessagesRequestReader implements RequestReader {
    @Override
    public Outcome<Request> read(byte[] body, int offset, int length, FromPath path) {
        return switch (Json.parse(body, offset, offset + length)) {
            case ParsedJson.Broken(String problem) -> new Outcome.Malformed<>("body: " + problem + ".");
            case ParsedJson.Whole(Json.Obj object) -> read(object);
            case ParsedJson.Whole _ -> new Outcome.Malformed<>("body: a JSON object is expected.");
        };
    }

    private static Outcome<Request> read(Json.Obj object) {
        Reading reading = new Reading();
        Fields fields = new Fields(Path.ROOT, object, reading);
        BlockReader blocks = new BlockReader(reading);
        SettingsReader settings = new SettingsReader(fields, reading);
        String model = fields.required("model");
        List<Part> instructions = new ArrayList<>();
        Json system = fields.any("system");
        if (system != null) {
            instructions.addAll(blocks.content(fields.at("system"), system, BlockReader.Place.SYSTEM));
        }
        List<Turn> turns = turns(fields, blocks, reading, instructions);
        Request request = new Request(
                model,
                instructions,
                turns,
                ToolsReader.read(fields, reading),
                settings.sampling(),
                settings.output(),
                settings.thinking(),
                settings.context(),
                CacheHints.read(fields, reading),
                fields.flag("stream", false),
                true,
                List.of());
        settings.extras();
        fields.end();
        return reading.outcome(withExtras(request, reading.extras()));
    }

    private static List<Turn> turns(Fields fields, BlockReader blocks, Reading reading, List<Part> instructions) {
        Turns turns = new Turns();
        Json.Arr messages = fields.array("messages");
        if (messages == null || messages.items().isEmpty()) {
            reading.malformed(fields.at("messages"), "required, an array of at least one message.");
            return List.of();
        }
        boolean begun = false;
        int index = 0;
        for (Json each : messages) {
            Path at = fields.at("messages").element(index++);
            if (!(each instanceof Json.Obj object)) {
                reading.malformed(at, "a message, an object, is expected.");
                continue;
            }
            Fields message = new Fields(at, object, reading);
            Turn.Role role = role(message, reading);
            List<Part> parts = blocks.content(
                    message.at("content"),
                    message.any("content"),
                    switch (role) {
                        case USER -> BlockReader.Place.USER;
                        case ASSISTANT -> BlockReader.Place.ASSISTANT;
                        case SYSTEM -> BlockReader.Place.SYSTEM;
                    });
            begun |= role != Turn.Role.SYSTEM;
            if (begun) {
                turns.add(at, role, role == Turn.Role.ASSISTANT ? BorrowedSignatures.giveBack(parts) : parts);
            } else {
                instructions.addAll(parts);
            }
            message.end();
        }
        return turns.toList();
    }

    private static Turn.Role role(Fields message, Reading reading) {
        return switch (message.string("role")) {
            case "user" -> Turn.Role.USER;
            case "assistant" -> Turn.Role.ASSISTANT;
            case "system" -> Turn.Role.SYSTEM;
            case null, default -> {
                reading.malformed(message.at("role"), "\"user\", \"assistant\" or \"system\" is expected.");
                yield Turn.Role.USER;
            }
        };
    }

    private static Request withExtras(Request of, List<Extra> extras) {
        return new Request(
                of.model(),
                of.instructions(),
                of.turns(),
                of.tools(),
                of.sampling(),
                of.output(),
                of.thinking(),
                of.context(),
                of.cache(),
                of.stream(),
                of.includeUsage(),
                extras);
    }
}
