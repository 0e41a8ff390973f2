package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code tools} and {@code tool_choice}. */
final class ToolReader {
    private static final String BESIDES = "only OpenAI knows it";

    private final Reading reading;
    private final List<Tool> tools = new ArrayList<>();

    ToolReader(Reading reading) {
        this.reading = reading;
    }

    List<Tool> tools() {
        return tools;
    }

    void read(Path at, Json.@Nullable Arr array) {
        read(at, array, null);
    }

    private void read(Path at, Json.@Nullable Arr array, @Nullable String namespace) {
        if (array == null) {
            return;
        }
        for (int i = 0; i < array.items().size(); i++) {
            if (array.items().get(i) instanceof Json.Obj object) {
                tool(at.element(i), object, namespace);
            } else {
                reading.malformed(at.element(i), "an object is expected.");
            }
        }
    }

    private void tool(Path at, Json.Obj object, @Nullable String namespace) {
        Fields tool = new Fields(at, object, reading);
        String type = tool.required("type");
        switch (type) {
            case "function" -> tools.add(function(tool, namespace));
            case "custom" -> tools.add(custom(tool, namespace));
            case "namespace" -> {
                String name = tool.required("name");
                if (namespace != null) {
                    reading.malformed(at, "a namespace within a namespace.");
                }
                tool.extra("description", Extra.Weight.INCIDENTAL, "only OpenAI groups tools");
                read(tool.at("tools"), tool.array("tools"), name);
            }
            default -> {
                tools.add(new Tool.BuiltIn(at, Protocol.RESPONSES, type, ability(type), object));
                return;
            }
        }
        tool.extra("defer_loading", Extra.Weight.INCIDENTAL, BESIDES);
        tool.extra("allowed_callers", Extra.Weight.HINT, BESIDES);
        tool.extra("output_schema", Extra.Weight.HINT, BESIDES);
        tool.extra("async", Extra.Weight.HINT, BESIDES);
        tool.end();
    }

    private static Tool function(Fields tool, @Nullable String namespace) {
        return new Tool.Function(
                tool.at(),
                namespace,
                tool.required("name"),
                tool.text("description"),
                tool.object("parameters"),
                false,
                tool.saidFlag("strict"),
                null);
    }

    private static Tool custom(Fields tool, @Nullable String namespace) {
        return new Tool.Custom(
                tool.at(),
                namespace,
                tool.required("name"),
                tool.text("description"),
                tool.said("format", tool.any("format")));
    }

    private static Tool.BuiltIn.Ability ability(String type) {
        if (type.startsWith("web_search")) {
            return Tool.BuiltIn.Ability.WEB_SEARCH;
        }
        return type.equals("code_interpreter") ? Tool.BuiltIn.Ability.CODE_EXECUTION : Tool.BuiltIn.Ability.OTHER;
    }

    /** To be read when all tools have been. */
    @Nullable
    Said<ToolChoice> choice(Fields body) {
        Path at = body.at("tool_choice");
        ToolChoice choice = switch (body.any("tool_choice")) {
            case null -> null;
            case Json.Text word -> word(at, word.string());
            case Json.Obj object -> object(new Fields(at, object, reading), object);
            default -> malformed(at);
        };
        return choice == null ? null : new Said<>(at, choice);
    }

    private @Nullable ToolChoice word(Path at, String word) {
        return switch (word) {
            case "auto" -> new ToolChoice.Auto();
            case "none" -> new ToolChoice.None();
            case "required" -> new ToolChoice.Required();
            default -> malformed(at);
        };
    }

    private @Nullable ToolChoice malformed(Path at) {
        reading.malformed(at, "auto, none, required or an object is expected.");
        return null;
    }

    private @Nullable ToolChoice object(Fields choice, Json.Obj object) {
        String type = choice.required("type");
        ToolChoice read;
        switch (type) {
            case "function", "custom" -> read = new ToolChoice.Named(whole(choice.required("name")));
            case "allowed_tools" -> read = allowed(choice);
            default -> {
                reading.extra(
                        choice.at(), object, Extra.Weight.ESSENTIAL, "demands a tool that OpenAI runs or defines");
                return null;
            }
        }
        choice.end();
        return read;
    }

    private ToolChoice allowed(Fields choice) {
        String mode = choice.required("mode");
        List<String> names = new ArrayList<>();
        Json.Arr array = choice.array("tools");
        for (int i = 0; array != null && i < array.items().size(); i++) {
            Path at = choice.at("tools").element(i);
            if (!(array.items().get(i) instanceof Json.Obj object)) {
                reading.malformed(at, "an object is expected.");
            } else if (object.get("name") instanceof Json.Text name) {
                names.add(whole(name.string()));
            } else {
                reading.extra(at, object, Extra.Weight.HINT, "a tool that OpenAI runs or defines");
            }
        }
        return new ToolChoice.Allowed(names, mode.equals("required"));
    }

    /** A choice names a tool without its namespace: here it gets the name that the tool has outside of namespaces. */
    private String whole(String name) {
        String namespace = null;
        for (Tool tool : tools) {
            switch (tool) {
                case Tool.Function of when of.name().equals(name) -> namespace = of.namespace();
                case Tool.Custom of when of.name().equals(name) -> namespace = of.namespace();
                default -> {}
            }
        }
        return namespace == null ? name : namespace + "__" + name;
    }
}
