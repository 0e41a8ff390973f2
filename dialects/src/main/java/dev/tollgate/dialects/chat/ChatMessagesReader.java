package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra.Weight;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.conversation.Turns;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code messages}: the leading system and developer ones are instructions, the others the conversation's turns. */
final class ChatMessagesReader {
    private final Reading reading;
    private final ChatPartsReader parts;
    private final List<Part> instructions = new ArrayList<>();
    private final Turns turns = new Turns();
    private boolean begun;

    ChatMessagesReader(Reading reading) {
        this.reading = reading;
        this.parts = new ChatPartsReader(reading);
    }

    List<Part> instructions() {
        return instructions;
    }

    List<Turn> turns() {
        return turns.toList();
    }

    void read(Fields body) {
        Json.Arr messages = body.array("messages");
        if (messages == null || messages.items().isEmpty()) {
            reading.malformed(body.at("messages"), "required, an array of at least one message.");
            return;
        }
        int i = 0;
        for (Json message : messages) {
            Path at = body.at("messages").element(i++);
            if (message instanceof Json.Obj object) {
                message(new Fields(at, object, reading));
            } else {
                reading.malformed(at, "an object is expected.");
            }
        }
    }

    private void message(Fields message) {
        String role = message.required("role");
        switch (role) {
            case "system", "developer" -> system(message);
            case "user" -> turn(message, Turn.Role.USER, required(message));
            case "assistant" -> assistant(message);
            case "tool" -> turn(message, Turn.Role.USER, List.of(toolResult(message)));
            case "function" ->
                message.extra("role", Weight.ESSENTIAL, "superseded by the role tool: use that, with tools");
            case "" -> {}
            default -> reading.malformed(message.at("role"), "system, developer, user, assistant or tool is expected.");
        }
        if (!role.equals("tool")) {
            message.extra("name", Weight.HINT, ChatRequestReader.OPENAI_ONLY);
        }
        message.end();
    }

    private void system(Fields message) {
        List<Part> content = required(message);
        for (Part part : content) {
            if (!(part instanceof Part.Text)) {
                reading.malformed(part.at(), "text is expected: instructions hold nothing else.");
            }
        }
        if (begun) {
            turns.add(message.at(), Turn.Role.SYSTEM, content);
        } else {
            instructions.addAll(content);
        }
    }

    private void turn(Fields message, Turn.Role role, List<Part> content) {
        begun = true;
        turns.add(message.at(), role, content);
    }

    private List<Part> required(Fields message) {
        List<Part> content = parts.content(message);
        if (content == null) {
            reading.malformed(message.at("content"), "required, a string or an array of parts.");
            return List.of();
        }
        return content;
    }

    private void assistant(Fields message) {
        begun = true;
        List<Part> said = new ArrayList<>();
        parts.reasoning(message).ifPresent(said::add);
        List<Part> content = parts.content(message);
        if (content != null) {
            content.stream().filter(ChatMessagesReader::saysSomething).forEach(said::add);
        }
        Json.Text refusal = message.text("refusal");
        if (refusal != null) {
            said.add(new Part.Refusal(message.at("refusal"), refusal));
        }
        toolCalls(message, said);
        message.extra("audio", Weight.ESSENTIAL, "the audio of an earlier answer lies at OpenAI");
        message.extra("function_call", Weight.ESSENTIAL, "superseded by tool_calls: use these");
        // Clients send answers back as they were; what was cited there is known to the model by its text.
        Json annotations = message.any("annotations");
        if (annotations instanceof Json.Arr list && !list.items().isEmpty()) {
            reading.extra(message.at("annotations"), list, Weight.INCIDENTAL, "citations of an earlier answer");
        }
        if (!said.isEmpty()) {
            turns.add(message.at(), Turn.Role.ASSISTANT, said);
        } else if (content == null) {
            reading.malformed(message.at("content"), "required, where there are no tool_calls.");
        }
    }

    private static boolean saysSomething(Part part) {
        return !(part instanceof Part.Text text && text.text().isEmpty());
    }

    private void toolCalls(Fields message, List<Part> said) {
        Json.Arr calls = message.array("tool_calls");
        if (calls == null) {
            return;
        }
        int i = 0;
        for (Json item : calls) {
            Path at = message.at("tool_calls").element(i++);
            Part.ToolCall call = item instanceof Json.Obj object ? toolCall(at, object) : null;
            if (call != null) {
                said.add(call);
            } else {
                reading.malformed(at, "a tool call is expected.");
            }
        }
    }

    private Part.@Nullable ToolCall toolCall(Path at, Json.Obj object) {
        Fields call = new Fields(at, object, reading);
        String id = call.required("id");
        String type = call.string("type");
        boolean free = "custom".equals(type);
        if (!free && type != null && !type.equals("function")) {
            reading.malformed(call.at("type"), "function or custom is expected.");
        }
        call.skip("index"); // of the stream's delta, where a client has kept it
        Json.Obj inner = call.object(free ? "custom" : "function");
        if (inner == null) {
            reading.malformed(call.at(free ? "custom" : "function"), "required, an object.");
            return null;
        }
        Fields called = new Fields(call.at(free ? "custom" : "function"), inner, reading);
        String name = called.required("name");
        Json.Text text = called.text(free ? "input" : "arguments");
        Json.Text given = text == null ? Json.Text.EMPTY : text;
        ToolInput input = free ? new ToolInput.Free(given) : new ToolInput.Encoded(given);
        called.end();
        Part.ToolCall read = new Part.ToolCall(
                at,
                id,
                null,
                name,
                input,
                parts.cacheHint(call),
                thoughtSignature(call, Protocol.CHAT_COMPLETIONS, reading));
        call.end();
        return read;
    }

    /** Google's field of a call in its own Chat Completions, which also carries other protocols' signatures to clients and back. */
    static @Nullable Signature thoughtSignature(Fields call, Protocol slot, Reading reading) {
        Json.Obj extra = call.object("extra_content");
        if (extra == null) {
            return null;
        }
        Fields content = new Fields(call.at("extra_content"), extra, reading);
        Json.Obj google = content.object("google");
        content.end();
        if (google == null) {
            return null;
        }
        Fields fields = new Fields(content.at("google"), google, reading);
        String value = fields.string("thought_signature");
        fields.end();
        return value == null ? null : Signature.open(slot, null, value);
    }

    private Part toolResult(Fields message) {
        String callId = message.required("tool_call_id");
        List<Part> content = new ArrayList<>();
        for (Part part : required(message)) {
            if (part instanceof Part.Text || part instanceof Part.Media) {
                content.add(part);
            } else {
                reading.malformed(part.at(), "text is expected: a tool's result holds nothing else.");
            }
        }
        String name = message.string("name");
        return new Part.ToolResult(message.at(), callId, name, content, null, null, parts.cacheHint(message));
    }
}
