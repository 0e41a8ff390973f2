package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.codec.OpenApiSchema;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}. */
final class ToolWriter {
    private final Writing writing;
    private final JsonBytes out;
    private final Request.Tools tools;
    private final Set<String> custom = new HashSet<>();
    /** The provider's own tools by the name that the client has for them; null for those that are lost. */
    private final Map<String, @Nullable String> builtIns = new HashMap<>();

    private boolean any;

    ToolWriter(Writing writing, Request.Tools tools) {
        this.writing = writing;
        this.out = writing.out();
        this.tools = tools;
    }

    void write() {
        if (!tools.list().isEmpty()) {
            out.name("tools").beginArray();
            tools.list().forEach(this::tool);
            out.endArray();
        }
        Said<ToolChoice> choice = tools.choice();
        if (choice != null) {
            choice(choice.at(), choice.value());
        }
        Said<Boolean> parallel = tools.parallel();
        if (parallel != null) {
            out.field("parallel_tool_calls", parallel.value());
        }
    }

    private void tool(Tool tool) {
        switch (tool) {
            case Tool.Function function -> function(function);
            case Tool.Custom of -> {
                if (writing.takes(Takes.CUSTOM_TOOLS)) {
                    custom(of);
                } else {
                    customAsFunction(of);
                }
            }
            case Tool.BuiltIn builtIn -> builtIn(builtIn);
        }
    }

    private void function(Tool.Function function) {
        any = true;
        begin("function", function.namespace(), function.name(), function.description());
        Json.Obj parameters = function.parameters();
        if (parameters == null) {
            out.name("parameters")
                    .beginObject()
                    .field("type", "object")
                    .field("properties", Json.Obj.EMPTY)
                    .endObject();
        } else {
            out.field("parameters", function.openApiSubset() ? OpenApiSchema.toJsonSchema(parameters) : parameters);
        }
        Said<Boolean> said = function.strict();
        boolean strict = said != null && said.value();
        if (strict && !writing.takes(Takes.STRICT_TOOLS)) {
            writing.losses().request(said, "the model takes no strict tools");
            strict = false;
        }
        // Said in any case: left out it means true, which demands every optional parameter.
        out.field("strict", strict).endObject();
        if (function.cache() != null) {
            writing.losses().incidental(function.cache().at(), "a tool takes no cache breakpoint");
        }
    }

    private void custom(Tool.Custom tool) {
        any = true;
        custom.add(writing.names().atProvider(tool.namespace(), tool.name()));
        begin("custom", tool.namespace(), tool.name(), tool.description());
        if (tool.format() != null) {
            out.field("format", tool.format().value());
        }
        out.endObject();
    }

    private void customAsFunction(Tool.Custom tool) {
        any = true;
        begin("function", tool.namespace(), tool.name(), tool.description());
        out.name("parameters");
        ToolInput.writeFreeTextSchema(out);
        out.field("strict", writing.takes(Takes.STRICT_TOOLS)).endObject();
        writing.losses().request(tool.format(), "the tool becomes a function, whose input has no grammar");
    }

    private void begin(String type, @Nullable String namespace, String name, Json.@Nullable Text description) {
        out.beginObject().field("type", type).field("name", writing.names().atProvider(namespace, name));
        if (description != null) {
            out.field("description", description);
        }
    }

    private void builtIn(Tool.BuiltIn tool) {
        String name = tool.raw() instanceof Json.Obj raw && raw.get("name") instanceof Json.Text text
                ? text.string()
                : tool.type();
        if (tool.home() == Protocol.RESPONSES) {
            any = true;
            builtIns.put(name, tool.type());
            out.value(tool.raw());
            return;
        }
        boolean runs = writing.destination().takes(tool.ability());
        if (!runs
                && (tool.ability() == Tool.BuiltIn.Ability.WEB_SEARCH
                        || tool.ability() == Tool.BuiltIn.Ability.CODE_EXECUTION)) {
            builtIns.put(name, null);
            writing.lost(tool.at(), "the model has no such tool here");
            return;
        }
        switch (tool.ability()) {
            case WEB_SEARCH -> {
                any = true;
                builtIns.put(name, "web_search");
                out.beginObject().field("type", "web_search").endObject();
                settings(tool);
            }
            case CODE_EXECUTION -> {
                any = true;
                builtIns.put(name, "code_interpreter");
                out.beginObject()
                        .field("type", "code_interpreter")
                        .name("container")
                        .beginObject()
                        .field("type", "auto")
                        .endObject()
                        .endObject();
                settings(tool);
            }
            case WEB_FETCH -> {
                builtIns.put(name, null);
                writing.lost(tool.at(), "OpenAI fetches no pages by address");
            }
            case OTHER -> writing.refuse(tool.at(), "only its own provider has the tool " + tool.type() + ".");
        }
    }

    /** What the tool's own provider lets one set is lost; Gemini has it within a member named as the tool. */
    private void settings(Tool.BuiltIn tool) {
        if (!(tool.raw() instanceof Json.Obj raw)) {
            return;
        }
        for (Json.Member member : raw) {
            boolean says = !member.name().equals("type")
                    && !member.name().equals("name")
                    && !(member.value() instanceof Json.Obj object
                            && object.members().isEmpty());
            if (says) {
                writing.lost(tool.at().member(member.name()), "a setting of the other provider's tool");
            }
        }
    }

    private void choice(Path at, ToolChoice choice) {
        switch (choice) {
            case ToolChoice.Auto _ -> word("auto");
            case ToolChoice.None _ -> word("none");
            case ToolChoice.Required _ -> {
                if (!any) {
                    writing.refuse(at, "demands a call, and none of the tools can be offered.");
                }
                word("required");
            }
            case ToolChoice.Named(String name) -> {
                out.name("tool_choice");
                named(at, name);
            }
            case ToolChoice.Allowed allowed -> {
                out.name("tool_choice")
                        .beginObject()
                        .field("type", "allowed_tools")
                        .field("mode", allowed.required() ? "required" : "auto")
                        .name("tools")
                        .beginArray();
                allowed.names().forEach(name -> named(at, name));
                out.endArray().endObject();
            }
        }
    }

    private void word(String word) {
        if (any) {
            out.field("tool_choice", word);
        }
    }

    private void named(Path at, String name) {
        if (builtIns.containsKey(name)) {
            String type = builtIns.get(name);
            if (type == null) {
                writing.refuse(at, "demands a tool that OpenAI has not got.");
            }
            out.beginObject().field("type", String.valueOf(type)).endObject();
            return;
        }
        String atProvider = writing.names().atProvider(null, name);
        out.beginObject()
                .field("type", custom.contains(atProvider) ? "custom" : "function")
                .field("name", atProvider)
                .endObject();
    }
}
