package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.OpenApiSchema;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}. */
final class ChatToolsWriter {
    private final Destination destination;
    private final ToolNames names;
    private final Losses losses;
    private final Reading refused;
    private final JsonBytes out;

    ChatToolsWriter(Destination destination, ToolNames names, Losses losses, Reading refused, JsonBytes out) {
        this.destination = destination;
        this.names = names;
        this.losses = losses;
        this.refused = refused;
        this.out = out;
    }

    void write(Request.Tools tools) {
        List<Tool> callable = tools.list().stream()
                .filter(tool -> !(tool instanceof Tool.BuiltIn))
                .toList();
        if (!callable.isEmpty()) {
            out.name("tools").beginArray();
            callable.forEach(this::tool);
            out.endArray();
        }
        boolean dropped = false;
        for (Tool tool : tools.list()) {
            dropped |= tool instanceof Tool.BuiltIn builtIn && !builtIn(builtIn);
        }
        if (tools.choice() != null) {
            choice(tools.choice(), callable, dropped);
        }
        if (tools.parallel() != null && !callable.isEmpty()) {
            out.field("parallel_tool_calls", tools.parallel().value());
        }
    }

    private void tool(Tool tool) {
        switch (tool) {
            case Tool.Function function -> function(function);
            case Tool.Custom custom -> {
                if (destination.takes(Takes.CUSTOM_TOOLS)) {
                    custom(custom);
                } else {
                    asFunction(custom);
                }
            }
            case Tool.BuiltIn _ -> {}
        }
    }

    private void function(Tool.Function function) {
        begin("function", function.namespace(), function.name(), function.description());
        if (function.parameters() != null) {
            Json.Obj parameters = function.parameters();
            out.field("parameters", function.openApiSubset() ? OpenApiSchema.toJsonSchema(parameters) : parameters);
        }
        Said<Boolean> strict = function.strict();
        if (strict != null && destination.takes(Takes.STRICT_TOOLS)) {
            out.field("strict", strict.value());
        } else if (strict != null && strict.value()) {
            losses.request(strict, "the model does not take it");
        }
        out.endObject().endObject();
        if (function.cache() != null) {
            losses.incidental(function.cache().at(), "tools are cached by themselves, or not at all");
        }
    }

    private void custom(Tool.Custom custom) {
        begin("custom", custom.namespace(), custom.name(), custom.description());
        if (custom.format() != null) {
            grammar(custom.format().value());
        }
        out.endObject().endObject();
    }

    /** Responses has the grammar's fields beside its type, Chat Completions within an object of their own. */
    private void grammar(Json format) {
        out.name("format");
        if (format instanceof Json.Obj flat && flat.get("grammar") == null && flat.get("definition") != null) {
            out.beginObject().field("type", "grammar").name("grammar").beginObject();
            for (Json.Member member : flat) {
                if (!member.name().equals("type")) {
                    out.field(member.name(), member.value());
                }
            }
            out.endObject().endObject();
        } else {
            out.value(format);
        }
    }

    private void asFunction(Tool.Custom custom) {
        begin("function", custom.namespace(), custom.name(), custom.description());
        out.name("parameters");
        ToolInput.writeFreeTextSchema(out);
        out.endObject().endObject();
        losses.request(custom.format(), "the model does not take grammars");
    }

    private void begin(String type, @Nullable String namespace, String name, Json.@Nullable Text description) {
        out.beginObject().field("type", type).name(type).beginObject();
        out.field("name", names.atProvider(namespace, name));
        if (description != null) {
            out.field("description", description);
        }
    }

    /** Whether it is written. */
    private boolean builtIn(Tool.BuiltIn tool) {
        if (tool.home() == Protocol.CHAT_COMPLETIONS && tool.type().equals(ChatToolsReader.WEB_SEARCH)) {
            out.field(ChatToolsReader.WEB_SEARCH, tool.raw());
            return true;
        }
        switch (tool.ability()) {
            case WEB_SEARCH, WEB_FETCH, CODE_EXECUTION ->
                losses.request(tool.at(), "the provider runs no such tool here");
            case OTHER ->
                refused.notExpressible(
                        tool.at(), "The provider has no tool of type " + tool.type() + ". Leave it out.");
        }
        return false;
    }

    private void choice(Said<ToolChoice> said, List<Tool> callable, boolean dropped) {
        switch (said.value()) {
            case ToolChoice.Auto _ -> word("auto", callable);
            case ToolChoice.None _ -> word("none", callable);
            case ToolChoice.Required _ -> {
                if (dropped && callable.isEmpty()) {
                    unavailable(said.at());
                }
                word("required", callable);
            }
            case ToolChoice.Named(String name) -> {
                if (dropped && tool(name, callable) == null) {
                    unavailable(said.at());
                }
                out.name("tool_choice");
                named(name, callable);
            }
            case ToolChoice.Allowed(List<String> allowed, boolean required) -> {
                if (required && dropped && allowed.stream().allMatch(name -> tool(name, callable) == null)) {
                    unavailable(said.at());
                }
                out.name("tool_choice").beginObject().field("type", "allowed_tools");
                out.name("allowed_tools").beginObject().field("mode", required ? "required" : "auto");
                out.name("tools").beginArray();
                allowed.forEach(name -> named(name, callable));
                out.endArray().endObject().endObject();
            }
        }
    }

    private void unavailable(Path at) {
        refused.notExpressible(at, "It demands a tool that the provider does not run. Name another, or leave it out.");
    }

    /** OpenAI refuses a choice where there is nothing to choose from. */
    private void word(String word, List<Tool> callable) {
        if (!callable.isEmpty()) {
            out.field("tool_choice", word);
        }
    }

    private void named(String name, List<Tool> callable) {
        Tool tool = tool(name, callable);
        String type = tool instanceof Tool.Custom && destination.takes(Takes.CUSTOM_TOOLS) ? "custom" : "function";
        String namespace = switch (tool) {
            case Tool.Function function -> function.namespace();
            case Tool.Custom custom -> custom.namespace();
            case null, default -> null;
        };
        out.beginObject().field("type", type).name(type).beginObject();
        out.field("name", names.atProvider(namespace, name)).endObject().endObject();
    }

    private static @Nullable Tool tool(String name, List<Tool> callable) {
        for (Tool tool : callable) {
            if ((tool instanceof Tool.Function function && function.name().equals(name))
                    || (tool instanceof Tool.Custom custom && custom.name().equals(name))) {
                return tool;
            }
        }
        return null;
    }
}
