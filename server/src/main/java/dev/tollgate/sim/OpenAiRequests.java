package dev.tollgate.sim;

import dev.tollgate.sim.Prompt.Thinking;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the bodies of {@code /v1/chat/completions} and {@code /v1/responses}. */
final class OpenAiRequests {

    private OpenAiRequests() {}

    static Reading chat(ObjectNode body) {
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            return new Reading.Unreadable("Missing required parameter: 'messages'.");
        }
        Measure measure = Measure.of(body.path("tools"), messages);
        JsonNode last = messages.get(messages.size() - 1);
        String effort = body.path("reasoning_effort").stringValue("none");
        return new Reading.Understood(new Prompt(
                body,
                body.path("model").stringValue(""),
                body.path("stream").booleanValue(false),
                Conversation.lastUserText(messages),
                last.path("role").stringValue("").equals("tool") ? Conversation.lastText(last.path("content")) : null,
                tools(body, "function"),
                effort.equals("none") ? Thinking.NONE : Thinking.HIDDEN,
                body.path("response_format").path("json_schema").path("schema") instanceof ObjectNode schema
                        ? schema
                        : null,
                body.path("max_completion_tokens")
                        .longValue(body.path("max_tokens").longValue(-1)),
                Math.clamp(body.path("n").intValue(1), 1, 128),
                measure,
                CacheRequest.automatic(measure, asksForCache(body))));
    }

    static Reading responses(ObjectNode body) {
        JsonNode input = body.path("input");
        if (!input.isString() && !input.isArray()) {
            return new Reading.Unreadable("Missing required parameter: 'input'.");
        }
        Measure measure = Measure.of(body.path("tools"), body.path("instructions"), input);
        return new Reading.Understood(new Prompt(
                body,
                body.path("model").stringValue(""),
                body.path("stream").booleanValue(false),
                input.isString() ? input.stringValue() : Conversation.lastUserText(input),
                functionOutput(input),
                tools(body, ""),
                reasoning(body.path("reasoning")),
                body.path("text").path("format").path("schema") instanceof ObjectNode schema ? schema : null,
                body.path("max_output_tokens").longValue(-1),
                1,
                measure,
                CacheRequest.automatic(measure, asksForCache(body))));
    }

    private static boolean asksForCache(ObjectNode body) {
        return body.has("prompt_cache_key") || body.has("prompt_cache_options");
    }

    private static Thinking reasoning(JsonNode reasoning) {
        if (!reasoning.isObject() || reasoning.path("effort").stringValue("").equals("none")) {
            return Thinking.NONE;
        }
        return reasoning.path("summary").isString() ? Thinking.SHOWN : Thinking.HIDDEN;
    }

    private static @Nullable String functionOutput(JsonNode input) {
        JsonNode last = input.isArray() && !input.isEmpty() ? input.get(input.size() - 1) : input;
        return last.path("type").stringValue("").equals("function_call_output")
                ? Conversation.lastText(last.path("output"))
                : null;
    }

    /**
     * The functions offered.
     *
     * @param nested where a tool's name and parameters are: chat has them one level down, Responses have not
     */
    private static List<Tool> tools(ObjectNode body, String nested) {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : body.path("tools")) {
            if (tool.path("type").stringValue("").equals("function")) {
                JsonNode function = nested.isEmpty() ? tool : tool.path(nested);
                tools.add(new Tool(function.path("name").stringValue(""), function.path("parameters")));
            }
        }
        JsonNode choice = body.path("tool_choice");
        JsonNode chosen = nested.isEmpty() ? choice : choice.path(nested);
        return Prompt.callable(
                tools,
                choice.stringValue("").equals("none"),
                chosen.path("name").stringValue(""));
    }
}
