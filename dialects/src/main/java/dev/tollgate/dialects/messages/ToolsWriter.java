package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.ClosedSchema;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.OpenApiSchema;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes {@code tools} and {@code tool_choice}. */
final class ToolsWriter {
    private static final String WEB_SEARCH = "web_search";

    private final Writing to;
    private final JsonBytes out;

    ToolsWriter(Writing to) {
        this.to = to;
        this.out = to.out();
    }

    void write(Request.Tools tools) {
        List<Tool> sent = sent(tools);
        if (!sent.isEmpty()) {
            out.name("tools").beginArray();
            for (Tool tool : sent) {
                switch (tool) {
                    case Tool.Function of -> function(of);
                    case Tool.Custom of -> custom(of);
                    case Tool.BuiltIn of -> builtIn(of);
                }
            }
            out.endArray();
        }
        choice(tools, sent);
    }

    /** The tools that Anthropic can be told of and that the choice leaves. */
    private List<Tool> sent(Request.Tools tools) {
        List<Tool> sent = new ArrayList<>();
        for (Tool tool : tools.list()) {
            boolean left = tools.choice() == null
                    || !(tools.choice().value() instanceof ToolChoice.Allowed(List<String> names, var _))
                    || names.contains(name(tool));
            if (!left) {
                continue;
            }
            if (tool instanceof Tool.BuiltIn of && of.home() != Protocol.MESSAGES) {
                switch (of.ability()) {
                    case WEB_SEARCH -> {
                        if (to.destination().takes(of.ability())) {
                            sent.add(tool);
                        } else {
                            to.losses().request(of.at(), "the model does not search the web");
                        }
                    }
                    case WEB_FETCH, CODE_EXECUTION -> to.losses().request(of.at(), "another provider's tool");
                    case OTHER ->
                        to.refusals().notExpressible(of.at(), "only its own provider runs it; define it as a function");
                }
            } else {
                sent.add(tool);
            }
        }
        return sent;
    }

    private void function(Tool.Function tool) {
        out.beginObject().field("name", to.names().atProvider(tool.namespace(), tool.name()));
        if (tool.description() != null) {
            out.field("description", tool.description());
        }
        out.name("input_schema");
        Json.Obj said = tool.parameters();
        Json.Obj parameters = said != null && tool.openApiSubset() ? OpenApiSchema.toJsonSchema(said) : said;
        boolean strict = tool.strict() != null
                && tool.strict().value()
                && to.destination().takes(Destination.Takes.STRICT_TOOLS);
        schema(parameters != null && strict ? ClosedSchema.of(parameters) : parameters);
        if (tool.strict() != null) {
            if (to.destination().takes(Destination.Takes.STRICT_TOOLS)) {
                out.field("strict", tool.strict().value());
            } else if (tool.strict().value()) {
                to.losses().request(tool.strict(), "the model's tools are not strict");
            }
        }
        to.cache().write(tool.cache(), out, to.losses());
        out.endObject();
    }

    /** Anthropic demands that the schema says that it is of an object; others take it for granted. */
    private void schema(Json.@Nullable Obj schema) {
        if (schema != null && schema.get("type") != null) {
            out.value(schema);
            return;
        }
        out.beginObject().field("type", "object");
        if (schema != null) {
            schema.forEach(member -> out.field(member.name(), member.value()));
        }
        out.endObject();
    }

    private void custom(Tool.Custom tool) {
        to.losses().request(tool.format(), "Anthropic's tools take no free text: it stands in an object");
        out.beginObject().field("name", to.names().atProvider(tool.namespace(), tool.name()));
        if (tool.description() != null) {
            out.field("description", tool.description());
        }
        out.name("input_schema");
        ToolInput.writeFreeTextSchema(out);
        out.endObject();
    }

    private void builtIn(Tool.BuiltIn tool) {
        if (tool.home() == Protocol.MESSAGES) {
            out.value(tool.raw());
            return;
        }
        if (hasOptions(tool.raw())) {
            to.losses().request(tool.at(), "the options of another provider's search");
        }
        // The oldest edition: every model that searches takes it.
        out.beginObject()
                .field("type", "web_search_20250305")
                .field("name", WEB_SEARCH)
                .endObject();
    }

    /** Whether it asks for more than a search of the live web, which is what Anthropic's does. */
    private static boolean hasOptions(Json raw) {
        return raw instanceof Json.Obj object
                && object.members().stream()
                        .anyMatch(member -> !member.name().equals("type")
                                && !(member.name().equals("external_web_access") && isTrue(member.value()))
                                && !(member.value() instanceof Json.Obj inner
                                        && inner.members().isEmpty()));
    }

    private static boolean isTrue(Json value) {
        return value instanceof Json.Bool flag && flag.value();
    }

    private void choice(Request.Tools tools, List<Tool> sent) {
        Said<ToolChoice> said = tools.choice();
        Said<Boolean> parallel = tools.parallel();
        if (sent.isEmpty()) {
            if (tools.demandsCall() && said != null) {
                to.refusals().notExpressible(said.at(), "a tool is demanded and none is left that Anthropic has");
            }
            return;
        }
        ToolChoice choice = said == null ? new ToolChoice.Auto() : said.value();
        boolean alone = parallel != null && !parallel.value();
        if (said == null && !alone) {
            return;
        }
        out.name("tool_choice").beginObject();
        switch (choice) {
            case ToolChoice.Auto _ -> out.field("type", "auto");
            case ToolChoice.None _ -> out.field("type", "none");
            case ToolChoice.Required _ -> out.field("type", "any");
            case ToolChoice.Allowed(var _, boolean required) -> out.field("type", required ? "any" : "auto");
            case ToolChoice.Named(String name) -> {
                Optional<Tool> named =
                        sent.stream().filter(tool -> name.equals(name(tool))).findFirst();
                if (named.isEmpty() && said != null) {
                    to.refusals().notExpressible(said.at(), "it names a tool that Anthropic is not told of");
                }
                named.ifPresent(tool -> out.field("type", "tool").field("name", atProvider(tool)));
            }
        }
        if (parallel != null && !(choice instanceof ToolChoice.None)) {
            out.field("disable_parallel_tool_use", alone);
        }
        out.endObject();
    }

    private String atProvider(Tool tool) {
        return switch (tool) {
            case Tool.Function of -> to.names().atProvider(of.namespace(), of.name());
            case Tool.Custom of -> to.names().atProvider(of.namespace(), of.name());
            case Tool.BuiltIn of -> of.home() == Protocol.MESSAGES ? name(of) : WEB_SEARCH;
        };
    }

    /** What a choice calls the tool. */
    private static String name(Tool tool) {
        return switch (tool) {
            case Tool.Function of -> of.name();
            case Tool.Custom of -> of.name();
            case Tool.BuiltIn of ->
                of.raw() instanceof Json.Obj raw && raw.get("name") instanceof Json.Text name
                        ? name.string()
                        : of.type();
        };
    }
}
