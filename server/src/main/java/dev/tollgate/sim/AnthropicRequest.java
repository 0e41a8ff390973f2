package dev.tollgate.sim;

import dev.tollgate.sim.Prompt.Thinking;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the body of {@code /v1/messages} and {@code /v1/messages/count_tokens}. */
final class AnthropicRequest {

    private AnthropicRequest() {}

    static Reading read(ObjectNode body) {
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            return new Reading.Unreadable("messages: at least one message is required");
        }
        String broken = brokenSignature(messages);
        if (!broken.isEmpty()) {
            return new Reading.Unreadable(broken + ": Invalid `signature` in `thinking` block");
        }
        Measure measure = measure(body);
        JsonNode wholeCache = body.path("cache_control");
        return new Reading.Understood(new Prompt(
                body,
                body.path("model").stringValue(""),
                body.path("stream").booleanValue(false),
                Conversation.lastUserText(messages),
                toolResult(messages.get(messages.size() - 1)),
                tools(body),
                thinking(body.path("thinking")),
                body.path("output_config").path("format").path("schema") instanceof ObjectNode schema ? schema : null,
                body.path("max_tokens").longValue(-1),
                1,
                measure,
                CacheRequest.marked(
                        measure,
                        wholeCache.isObject(),
                        wholeCache.path("ttl").stringValue("").equals("1h"))));
    }

    static Measure measure(ObjectNode body) {
        return Measure.of(body.path("tools"), body.path("system"), body.path("messages"));
    }

    /** The place of the first thinking block that came back other than it was signed; empty if none did. */
    private static String brokenSignature(JsonNode messages) {
        for (int i = 0; i < messages.size(); i++) {
            JsonNode content = messages.get(i).path("content");
            for (int j = 0; content.isArray() && j < content.size(); j++) {
                JsonNode block = content.get(j);
                boolean broken = block.path("type").stringValue("").equals("thinking")
                        && Signature.broken(
                                block.path("thinking").stringValue(""),
                                block.path("signature").stringValue(""));
                if (broken) {
                    return "messages." + i + ".content." + j;
                }
            }
        }
        return "";
    }

    private static @Nullable String toolResult(JsonNode lastMessage) {
        for (JsonNode block : lastMessage.path("content")) {
            if (block.path("type").stringValue("").equals("tool_result")) {
                JsonNode content = block.path("content");
                return content.isString()
                        ? content.stringValue()
                        : content.valueStream()
                                .map(part -> part.path("text").stringValue(""))
                                .collect(Collectors.joining("\n"));
            }
        }
        return null;
    }

    /** Tools with a schema are the caller's own; those without run at Anthropic. */
    private static List<Tool> tools(ObjectNode body) {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : body.path("tools")) {
            if (tool.has("input_schema")) {
                tools.add(new Tool(tool.path("name").stringValue(""), tool.path("input_schema")));
            }
        }
        JsonNode choice = body.path("tool_choice");
        return Prompt.callable(
                tools,
                choice.path("type").stringValue("").equals("none"),
                choice.path("name").stringValue(""));
    }

    private static Thinking thinking(JsonNode thinking) {
        return switch (thinking.path("type").stringValue("")) {
            case "enabled", "adaptive" ->
                thinking.path("display").stringValue("").equals("omitted") ? Thinking.HIDDEN : Thinking.SHOWN;
            default -> Thinking.NONE;
        };
    }
}
