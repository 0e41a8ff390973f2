package dev.tollgate.sim;

import dev.tollgate.sim.Prompt.Thinking;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the body of Gemini's {@code generateContent}, {@code streamGenerateContent} and {@code countTokens}. */
final class GeminiRequest {

    private GeminiRequest() {}

    static Reading read(ObjectNode body, String model) {
        JsonNode contents = body.path("contents");
        if (!contents.isArray() || contents.isEmpty()) {
            return new Reading.Unreadable("* GenerateContentRequest.contents: contents is not specified\n");
        }
        Measure measure = measure(body);
        JsonNode config = body.path("generationConfig");
        return new Reading.Understood(new Prompt(
                body,
                model,
                false,
                userText(contents),
                functionResponse(contents.get(contents.size() - 1)),
                tools(body),
                thinking(config.path("thinkingConfig")),
                schema(config),
                config.path("maxOutputTokens").longValue(-1),
                Math.clamp(config.path("candidateCount").intValue(1), 1, 8),
                measure,
                CacheRequest.automatic(measure, body.has("cachedContent"))));
    }

    static Measure measure(ObjectNode body) {
        return Measure.of(
                body.path("tools"), body.path("systemInstruction"), body.path("cachedContent"), body.path("contents"));
    }

    private static String userText(JsonNode contents) {
        for (int i = contents.size() - 1; i >= 0; i--) {
            JsonNode content = contents.get(i);
            String text = content.path("role").stringValue("user").equals("model")
                    ? ""
                    : Conversation.lastText(content.path("parts"));
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    private static @Nullable String functionResponse(JsonNode lastContent) {
        for (JsonNode part : lastContent.path("parts")) {
            JsonNode response = part.path("functionResponse").path("response");
            if (response.isObject()) {
                return Json.text(response);
            }
        }
        return null;
    }

    private static List<Tool> tools(ObjectNode body) {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : body.path("tools")) {
            for (JsonNode function : tool.path("functionDeclarations")) {
                JsonNode schema = function.path("parameters").isObject()
                        ? function.path("parameters")
                        : function.path("parametersJsonSchema");
                tools.add(new Tool(function.path("name").stringValue(""), schema));
            }
        }
        JsonNode calling = body.path("toolConfig").path("functionCallingConfig");
        return Prompt.callable(
                tools,
                calling.path("mode").stringValue("").equals("NONE"),
                calling.path("allowedFunctionNames").path(0).stringValue(""));
    }

    private static Thinking thinking(JsonNode config) {
        boolean off = !config.isObject() || config.path("thinkingBudget").intValue(-1) == 0;
        if (off) {
            return Thinking.NONE;
        }
        return config.path("includeThoughts").booleanValue(false) ? Thinking.SHOWN : Thinking.HIDDEN;
    }

    private static @Nullable ObjectNode schema(JsonNode config) {
        return config.path("responseSchema") instanceof ObjectNode schema
                ? schema
                : config.path("responseJsonSchema") instanceof ObjectNode schema ? schema : null;
    }
}
