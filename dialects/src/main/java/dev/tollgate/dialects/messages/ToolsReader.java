package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code tools} and {@code tool_choice}. */
final class ToolsReader {
    private ToolsReader() {}

    static Request.Tools read(Fields fields, Reading reading) {
        List<Tool> tools = new ArrayList<>();
        Json.Arr array = fields.array("tools");
        if (array != null) {
            int index = 0;
            for (Json each : array) {
                Path at = fields.at("tools").element(index++);
                if (each instanceof Json.Obj object) {
                    Tool tool = tool(at, object, reading);
                    if (tool != null) {
                        tools.add(tool);
                    }
                } else {
                    reading.malformed(at, "a tool, an object, is expected.");
                }
            }
        }
        Json.Obj choice = fields.object("tool_choice");
        if (choice == null) {
            return new Request.Tools(tools, null, null);
        }
        return choice(new Fields(fields.at("tool_choice"), choice, reading), tools, reading);
    }

    private static @Nullable Tool tool(Path at, Json.Obj object, Reading reading) {
        Fields fields = new Fields(at, object, reading);
        String type = fields.string("type");
        if (type != null && !type.equals("custom")) {
            return builtIn(at, type, object, reading);
        }
        String name = fields.required("name");
        Json.Obj schema = fields.object("input_schema");
        if (schema == null) {
            reading.malformed(fields.at("input_schema"), "required, an object.");
        }
        Tool tool = new Tool.Function(
                at,
                null,
                name,
                fields.text("description"),
                schema,
                false,
                fields.saidFlag("strict"),
                CacheHints.read(fields, reading));
        for (String ours : List.of("allowed_callers", "input_examples")) {
            fields.extra(ours, Extra.Weight.HINT, "only Anthropic knows it");
        }
        for (String ours :
                List.of("defer_loading", "eager_input_streaming")) { // when the model gets and says it, not what
            fields.extra(ours, Extra.Weight.INCIDENTAL, "only Anthropic knows it");
        }
        fields.end();
        return tool;
    }

    /** The search for deferred tools is no loss to speak of: elsewhere every tool is given at once. */
    private static @Nullable Tool builtIn(Path at, String type, Json.Obj raw, Reading reading) {
        if (type.startsWith("tool_search_tool_")) {
            reading.extra(at, raw, Extra.Weight.INCIDENTAL, "only Anthropic searches for tools; all are given at once");
            return null;
        }
        return new Tool.BuiltIn(at, Protocol.MESSAGES, type, ability(type), raw);
    }

    private static Tool.BuiltIn.Ability ability(String type) {
        if (type.startsWith("web_search_")) {
            return Tool.BuiltIn.Ability.WEB_SEARCH;
        }
        if (type.startsWith("web_fetch_")) {
            return Tool.BuiltIn.Ability.WEB_FETCH;
        }
        return type.startsWith("code_execution_") ? Tool.BuiltIn.Ability.CODE_EXECUTION : Tool.BuiltIn.Ability.OTHER;
    }

    private static Request.Tools choice(Fields fields, List<Tool> tools, Reading reading) {
        String type = fields.required("type");
        ToolChoice choice = switch (type) {
            case "auto" -> new ToolChoice.Auto();
            case "any" -> new ToolChoice.Required();
            case "none" -> new ToolChoice.None();
            case "tool" -> new ToolChoice.Named(fields.required("name"));
            default -> {
                reading.malformed(fields.at("type"), "\"auto\", \"any\", \"tool\" or \"none\" is expected.");
                yield new ToolChoice.Auto();
            }
        };
        Boolean alone = fields.flag("disable_parallel_tool_use");
        fields.end();
        return new Request.Tools(
                tools,
                new Said<>(fields.at(), choice),
                alone == null ? null : fields.said("disable_parallel_tool_use", !alone));
    }
}
