package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
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

/** {@code tools}, {@code web_search_options}, {@code tool_choice} and {@code parallel_tool_calls}. */
final class ChatToolsReader {
    static final String WEB_SEARCH = "web_search_options";

    private final Reading reading;
    private final ChatPartsReader parts;

    ChatToolsReader(Reading reading) {
        this.reading = reading;
        this.parts = new ChatPartsReader(reading);
    }

    Request.Tools read(Fields body) {
        List<Tool> list = new ArrayList<>();
        Json.Arr tools = body.array("tools");
        if (tools != null) {
            int i = 0;
            for (Json item : tools) {
                Path at = body.at("tools").element(i++);
                if (item instanceof Json.Obj object) {
                    tool(new Fields(at, object, reading), object, list);
                } else {
                    reading.malformed(at, "an object is expected.");
                }
            }
        }
        Json.Obj search = body.object(WEB_SEARCH);
        if (search != null) {
            list.add(new Tool.BuiltIn(
                    body.at(WEB_SEARCH),
                    Protocol.CHAT_COMPLETIONS,
                    WEB_SEARCH,
                    Tool.BuiltIn.Ability.WEB_SEARCH,
                    search));
        }
        return new Request.Tools(list, choice(body), body.saidFlag("parallel_tool_calls"));
    }

    private void tool(Fields tool, Json.Obj object, List<Tool> list) {
        String type = tool.required("type");
        switch (type) {
            case "function" -> {
                Fields function = inner(tool, "function");
                if (function != null) {
                    list.add(new Tool.Function(
                            tool.at(),
                            null,
                            function.required("name"),
                            function.text("description"),
                            function.object("parameters"),
                            false,
                            function.saidFlag("strict"),
                            parts.cacheHint(tool)));
                    function.end();
                }
                tool.end();
            }
            case "custom" -> {
                Fields custom = inner(tool, "custom");
                if (custom != null) {
                    list.add(new Tool.Custom(
                            tool.at(), null, custom.required("name"), custom.text("description"), grammar(custom)));
                    custom.end();
                }
                tool.end();
            }
            case "" -> {}
            default -> list.add(new Tool.BuiltIn(tool.at(), Protocol.CHAT_COMPLETIONS, type, ability(type), object));
        }
    }

    private static Tool.BuiltIn.Ability ability(String type) {
        return type.startsWith("web_search") ? Tool.BuiltIn.Ability.WEB_SEARCH : Tool.BuiltIn.Ability.OTHER;
    }

    /** Plain text is what a custom tool takes anyway. */
    private static @Nullable Said<Json> grammar(Fields custom) {
        Json.Obj format = custom.object("format");
        return format == null || Json.Text.of("text").equals(format.get("type")) ? null : custom.said("format", format);
    }

    private @Nullable Fields inner(Fields of, String name) {
        Json.Obj object = of.object(name);
        if (object == null) {
            reading.malformed(of.at(name), "required, an object.");
            return null;
        }
        return new Fields(of.at(name), object, reading);
    }

    private @Nullable Said<ToolChoice> choice(Fields body) {
        Json choice = body.any("tool_choice");
        Path at = body.at("tool_choice");
        ToolChoice read = switch (choice) {
            case null -> null;
            case Json.Text word -> word(at, word.string());
            case Json.Obj object -> object(new Fields(at, object, reading));
            default -> {
                reading.malformed(at, "a string or an object is expected.");
                yield null;
            }
        };
        return read == null ? null : new Said<>(at, read);
    }

    private @Nullable ToolChoice word(Path at, String word) {
        return switch (word) {
            case "auto" -> new ToolChoice.Auto();
            case "none" -> new ToolChoice.None();
            case "required" -> new ToolChoice.Required();
            default -> {
                reading.malformed(at, "none, auto, required or an object is expected.");
                yield null;
            }
        };
    }

    private @Nullable ToolChoice object(Fields choice) {
        String type = choice.required("type");
        ToolChoice read = switch (type) {
            case "function", "custom" -> new ToolChoice.Named(name(choice, type));
            case "allowed_tools" -> allowed(inner(choice, "allowed_tools"));
            case "" -> null;
            default -> {
                reading.malformed(choice.at("type"), "function, custom or allowed_tools is expected.");
                yield null;
            }
        };
        choice.end();
        return read;
    }

    private String name(Fields of, String type) {
        Fields inner = inner(of, type);
        if (inner == null) {
            return "";
        }
        String name = inner.required("name");
        inner.end();
        return name;
    }

    private @Nullable ToolChoice allowed(@Nullable Fields allowed) {
        if (allowed == null) {
            return null;
        }
        String mode = allowed.required("mode");
        if (!mode.equals("auto") && !mode.equals("required")) {
            reading.malformed(allowed.at("mode"), "auto or required is expected.");
        }
        List<String> names = new ArrayList<>();
        Json.Arr tools = allowed.array("tools");
        if (tools == null) {
            reading.malformed(allowed.at("tools"), "required, an array.");
            return null;
        }
        int i = 0;
        for (Json item : tools) {
            Path at = allowed.at("tools").element(i++);
            if (item instanceof Json.Obj object) {
                Fields tool = new Fields(at, object, reading);
                names.add(name(tool, "custom".equals(tool.string("type")) ? "custom" : "function"));
                tool.end();
            } else {
                reading.malformed(at, "an object is expected.");
            }
        }
        allowed.end();
        return new ToolChoice.Allowed(names, mode.equals("required"));
    }
}
