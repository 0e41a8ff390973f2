package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes {@code tools} and {@code toolConfig}. */
final class ToolsWriter {
    private final Writing writing;
    private final Losses losses;
    private final Request.Tools tools;
    private final JsonBytes out;
    private final boolean functions;

    private ToolsWriter(Writing writing, JsonBytes out) {
        this.writing = writing;
        this.losses = writing.losses();
        this.tools = writing.request().tools();
        this.out = out;
        this.functions = tools.list().stream().anyMatch(tool -> !(tool instanceof Tool.BuiltIn));
    }

    static void write(Writing writing, JsonBytes out) {
        ToolsWriter tools = new ToolsWriter(writing, out);
        List<Tool.BuiltIn> builtIns = tools.builtIns();
        if (tools.functions || !builtIns.isEmpty()) {
            out.name("tools").beginArray();
            tools.functions();
            builtIns.forEach(tools::builtIn);
            out.endArray();
        }
        tools.config();
        if (tools.tools.parallel() != null && !tools.tools.parallel().value()) {
            writing.losses().request(tools.tools.parallel(), "Gemini decides how many tools it calls at once");
        }
    }

    private void functions() {
        if (functions) {
            out.beginObject().name("functionDeclarations").beginArray();
            for (Tool tool : tools.list()) {
                switch (tool) {
                    case Tool.Function function -> function(function);
                    case Tool.Custom custom -> custom(custom);
                    case Tool.BuiltIn _ -> {}
                }
            }
            out.endArray().endObject();
        }
    }

    private void function(Tool.Function function) {
        begin(function.namespace(), function.name(), function.description());
        Json.Obj parameters = function.parameters();
        if (parameters != null) {
            if (function.openApiSubset()) {
                out.field("parameters", parameters);
            } else if (jsonSchema()) {
                out.field("parametersJsonSchema", parameters);
            } else {
                out.name("parameters");
                SchemaSubset.write(parameters, out, function.at().member("parameters"), losses);
            }
        }
        out.endObject();
        writing.lost(function.cache());
    }

    /** A function that takes one text. */
    private void custom(Tool.Custom custom) {
        begin(custom.namespace(), custom.name(), custom.description());
        out.name(jsonSchema() ? "parametersJsonSchema" : "parameters").beginObject();
        out.field("type", "object").name("properties").beginObject();
        out.name(ToolInput.FREE_TEXT).beginObject().field("type", "string").endObject();
        out.endObject();
        out.name("required").beginArray().text(ToolInput.FREE_TEXT).endArray();
        out.endObject().endObject();
        losses.request(custom.format(), "Gemini has no grammars for a tool's input");
    }

    private void begin(@Nullable String namespace, String name, Json.@Nullable Text description) {
        out.beginObject().field("name", writing.names().atProvider(namespace, name));
        if (description != null) {
            out.field("description", description);
        }
    }

    private boolean jsonSchema() {
        return writing.to().takes(Destination.Takes.JSON_SCHEMA);
    }

    /** Those that can be sent. Google refuses its own tools beside functions, but for what its own clients ask. */
    private List<Tool.BuiltIn> builtIns() {
        List<Tool.BuiltIn> sent = new ArrayList<>();
        for (Tool tool : tools.list()) {
            if (tool instanceof Tool.BuiltIn builtIn) {
                boolean home = builtIn.home() == Protocol.GENERATE_CONTENT;
                if (!home && builtIn.ability() == Tool.BuiltIn.Ability.OTHER) {
                    writing.refused(builtIn.at(), "Gemini has no such tool; leave it out.");
                } else if (!home && !writing.to().takes(builtIn.ability())) {
                    losses.request(builtIn.at(), "the model has no such tool");
                } else if (!home && functions) {
                    losses.request(builtIn.at(), "Gemini does not take its own tools beside functions");
                } else {
                    sent.add(builtIn);
                }
            }
        }
        return sent;
    }

    private void builtIn(Tool.BuiltIn tool) {
        out.beginObject();
        if (tool.home() == Protocol.GENERATE_CONTENT) {
            out.field(tool.type(), tool.raw());
        } else {
            String type = switch (tool.ability()) {
                case WEB_SEARCH -> "googleSearch";
                case WEB_FETCH -> "urlContext";
                case CODE_EXECUTION -> "codeExecution";
                case OTHER -> throw new IllegalStateException("refused before");
            };
            out.name(type).beginObject().endObject();
            options(tool);
        }
        out.endObject();
    }

    private void options(Tool.BuiltIn tool) {
        if (tool.raw() instanceof Json.Obj raw) {
            for (Json.Member option : raw) {
                if (!option.name().equals("type") && !option.name().equals("name")) {
                    losses.request(tool.at().member(option.name()), "Gemini's tool has no such option");
                }
            }
        }
    }

    private void config() {
        Said<Boolean> strict = strict();
        Said<ToolChoice> choice = tools.choice();
        if (!functions && choice != null) {
            withoutFunctions(choice);
        }
        if (!functions || (choice == null && strict == null)) {
            return;
        }
        out.name("toolConfig").beginObject().name("functionCallingConfig").beginObject();
        String free = strict == null ? "AUTO" : "VALIDATED";
        switch (choice == null ? new ToolChoice.Auto() : choice.value()) {
            case ToolChoice.Auto _ -> out.field("mode", free);
            case ToolChoice.None _ -> out.field("mode", "NONE");
            case ToolChoice.Required _ -> out.field("mode", "ANY");
            case ToolChoice.Named(String name) -> allowed("ANY", List.of(name));
            // AUTO takes no names.
            case ToolChoice.Allowed(List<String> names, boolean required) ->
                allowed(required ? "ANY" : "VALIDATED", names);
        }
        out.endObject().endObject();
    }

    /** Google refuses a mode where there is no function; the two that demand nothing can go. */
    private void withoutFunctions(Said<ToolChoice> choice) {
        switch (choice.value()) {
            case ToolChoice.Auto _ -> {}
            case ToolChoice.None _ -> {
                if (!tools.list().isEmpty()) {
                    losses.request(choice, "Gemini's own tools cannot be held back; leave them out");
                }
            }
            case ToolChoice.Required _, ToolChoice.Named _, ToolChoice.Allowed _ ->
                writing.refused(choice.at(), "Gemini can be made to call functions only.");
        }
    }

    /** Calls are sure to fit their schemas for all functions or for none; and always, where one must be called. */
    private @Nullable Said<Boolean> strict() {
        Said<Boolean> first = null;
        boolean all = true;
        for (Tool tool : tools.list()) {
            if (tool instanceof Tool.Function function) {
                Said<Boolean> strict = function.strict();
                boolean asked = strict != null && strict.value() && among(function.name());
                all &= asked || !among(function.name());
                first = first == null && asked ? strict : first;
            }
        }
        boolean must = tools.choice() != null
                && switch (tools.choice().value()) {
                    case ToolChoice.Auto _, ToolChoice.None _ -> false;
                    case ToolChoice.Required _, ToolChoice.Named _, ToolChoice.Allowed _ -> true;
                };
        if (first == null || must || (all && writing.to().takes(Destination.Takes.STRICT_TOOLS))) {
            return first;
        }
        losses.request(
                first, all ? "the model has no strict tools" : "Gemini's tools are strict all together or not at all");
        return null;
    }

    /** Whether the choice leaves the function to the model. */
    private boolean among(String name) {
        return !(tools.choice() != null && tools.choice().value() instanceof ToolChoice.Allowed(var names, boolean _))
                || names.contains(name);
    }

    private void allowed(String mode, List<String> names) {
        out.field("mode", mode).name("allowedFunctionNames").beginArray();
        for (String name : names) {
            out.text(atProvider(name));
        }
        out.endArray();
    }

    private String atProvider(String name) {
        for (Tool tool : tools.list()) {
            switch (tool) {
                case Tool.Function function
                when function.name().equals(name) -> {
                    return writing.names().atProvider(function.namespace(), name);
                }
                case Tool.Custom custom
                when custom.name().equals(name) -> {
                    return writing.names().atProvider(custom.namespace(), name);
                }
                default -> {}
            }
        }
        Path at = tools.choice() == null ? Path.ROOT : tools.choice().at();
        writing.refused(at, "names no function; Gemini can be made to call functions only.");
        return name;
    }
}
