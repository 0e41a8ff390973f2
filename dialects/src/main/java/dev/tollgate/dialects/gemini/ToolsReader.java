package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code tools} and {@code toolConfig}. */
final class ToolsReader {
    /**
     * What {@code functionCallingConfig} says.
     *
     * @param validated mode VALIDATED: what the model calls is sure to fit the schema
     * @param names of the functions that may be called; empty for all
     */
    private record Calling(
            @Nullable Said<ToolChoice> choice, @Nullable Said<Boolean> validated, List<String> names) {
        static final Calling UNSAID = new Calling(null, null, List.of());

        @Nullable
        Said<Boolean> strict(String function) {
            return names.isEmpty() || names.contains(function) ? validated : null;
        }
    }

    private final Reading reading;
    private final Calling calling;
    private final List<Tool> tools = new ArrayList<>();

    private ToolsReader(Reading reading, Calling calling) {
        this.reading = reading;
        this.calling = calling;
    }

    static Request.Tools read(Fields request, Reading reading) {
        ToolsReader reader = new ToolsReader(reading, config(request, reading));
        for (Item tool : Item.of(request, "tools")) {
            if (tool.value() instanceof Json.Obj object) {
                reader.tool(tool, object);
            } else {
                reading.malformed(tool.at(), "an object is expected.");
            }
        }
        return new Request.Tools(reader.tools, reader.calling.choice(), null);
    }

    /** One tool has several functions, or is one of Google's own, or all that. */
    private void tool(Item item, Json.Obj object) {
        Fields tool = Fields.eitherSpelling(item.at(), object, reading);
        for (Item function : Item.of(tool, "functionDeclarations")) {
            if (function.value() instanceof Json.Obj declaration) {
                function(Fields.eitherSpelling(function.at(), declaration, reading));
            } else {
                reading.malformed(function.at(), "an object is expected.");
            }
        }
        for (Json.Member member : object) {
            boolean functions = member.name().equals("functionDeclarations")
                    || member.name().equals("function_declarations");
            if (!functions && !(member.value() instanceof Json.Null)) {
                tools.add(new Tool.BuiltIn(
                        item.at().member(member.name()),
                        Protocol.GENERATE_CONTENT,
                        member.name(),
                        ability(member.name()),
                        member.value()));
            }
        }
    }

    private static Tool.BuiltIn.Ability ability(String type) {
        return switch (type) {
            case "googleSearch",
                    "google_search",
                    "googleSearchRetrieval",
                    "google_search_retrieval",
                    "enterpriseWebSearch",
                    "enterprise_web_search" -> Tool.BuiltIn.Ability.WEB_SEARCH;
            case "urlContext", "url_context" -> Tool.BuiltIn.Ability.WEB_FETCH;
            case "codeExecution", "code_execution" -> Tool.BuiltIn.Ability.CODE_EXECUTION;
            default -> Tool.BuiltIn.Ability.OTHER;
        };
    }

    private void function(Fields function) {
        String name = function.required("name");
        Json.Text description = function.text("description");
        Json.Obj schema = function.object("parametersJsonSchema");
        Json.Obj subset = function.object("parameters");
        if (schema != null && subset != null) {
            reading.malformed(function.at("parameters"), "not beside parametersJsonSchema.");
        }
        for (String own : List.of("response", "responseJsonSchema", "behavior")) {
            function.extra(own, Extra.Weight.HINT, "only Gemini knows it");
        }
        function.end();
        tools.add(new Tool.Function(
                function.at(),
                null,
                name,
                description,
                schema != null ? schema : subset,
                schema == null && subset != null,
                calling.strict(name),
                null));
    }

    private static Calling config(Fields request, Reading reading) {
        Json.Obj object = request.object("toolConfig");
        if (object == null) {
            return Calling.UNSAID;
        }
        Fields config = Fields.eitherSpelling(request.at("toolConfig"), object, reading);
        Json.Obj calling = config.object("functionCallingConfig");
        Calling read = calling == null
                ? Calling.UNSAID
                : calling(Fields.eitherSpelling(config.at("functionCallingConfig"), calling, reading), reading);
        config.extra("retrievalConfig", Extra.Weight.HINT, "only Gemini knows it");
        config.extra("includeServerSideToolInvocations", Extra.Weight.HINT, "only Gemini knows it");
        config.end();
        return read;
    }

    private static Calling calling(Fields calling, Reading reading) {
        List<String> names = new ArrayList<>();
        for (Item name : Item.of(calling, "allowedFunctionNames")) {
            if (name.value() instanceof Json.Text text) {
                names.add(text.string());
            } else {
                reading.malformed(name.at(), "a string is expected.");
            }
        }
        String mode = calling.string("mode");
        ToolChoice some = names.isEmpty() ? new ToolChoice.Auto() : new ToolChoice.Allowed(names, false);
        ToolChoice choice = switch (mode == null ? "AUTO" : mode) {
            case "AUTO", "VALIDATED", "MODE_UNSPECIFIED" -> some;
            case "NONE" -> new ToolChoice.None();
            case "ANY" ->
                switch (names.size()) {
                    case 0 -> new ToolChoice.Required();
                    case 1 -> new ToolChoice.Named(names.getFirst());
                    default -> new ToolChoice.Allowed(names, true);
                };
            default -> {
                reading.malformed(calling.at("mode"), "AUTO, ANY, NONE or VALIDATED is expected.");
                yield some;
            }
        };
        calling.extra("streamFunctionCallArguments", Extra.Weight.INCIDENTAL, "only Gemini knows it");
        calling.end();
        Said<Boolean> validated = "VALIDATED".equals(mode) ? new Said<>(calling.at("mode"), true) : null;
        boolean said = mode != null || !names.isEmpty();
        return new Calling(said ? new Said<>(calling.at("mode"), choice) : null, validated, names);
    }
}
