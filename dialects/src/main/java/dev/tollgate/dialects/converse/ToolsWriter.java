package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.codec.ClosedSchema;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.OpenApiSchema;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code toolConfig}. Bedrock has no word for "no call", and takes calls of the conversation's past only where tools are
 * defined (<a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html">ToolConfiguration</a>).
 */
final class ToolsWriter {
    private static final String NO_CHOICE = "Bedrock cannot forbid calls where the conversation has some";

    private final Writing to;
    private final JsonBytes out;
    private final List<Part.ToolCall> past;

    ToolsWriter(Writing to, Conversation conversation) {
        this.to = to;
        this.out = to.out();
        this.past = conversation.calls();
    }

    void write(Request.Tools tools) {
        Said<ToolChoice> choice = tools.choice();
        boolean forbidden = choice != null && choice.value() instanceof ToolChoice.None;
        List<Tool> sent = sent(tools);
        if (forbidden && past.isEmpty()) {
            if (!sent.isEmpty()) {
                to.losses().incidental(choice, "Bedrock has no word for it: the tools are left out");
            }
            return;
        }
        if (sent.isEmpty() && choice != null && tools.demandsCall()) {
            to.refusals()
                    .notExpressible(choice.at(), "a tool is demanded and none is left that Bedrock can be told of");
        }
        if (sent.isEmpty() && past.isEmpty()) {
            return;
        }
        out.name("toolConfig").beginObject().name("tools").beginArray();
        for (Tool tool : sent) {
            switch (tool) {
                case Tool.Function of -> function(of);
                case Tool.Custom of -> custom(of);
                case Tool.BuiltIn _ -> {} // none is sent
            }
        }
        if (sent.isEmpty()) {
            ofThePast();
        }
        out.endArray();
        if (forbidden) {
            to.losses().request(choice, NO_CHOICE);
        } else if (choice != null && !sent.isEmpty()) {
            choice(choice, sent);
        }
        out.endObject();
        if (tools.parallel() != null && !tools.parallel().value()) {
            to.losses().request(tools.parallel(), "Bedrock has no word for it");
        }
    }

    /** The tools that Bedrock can be told of and that the choice leaves. */
    private List<Tool> sent(Request.Tools tools) {
        List<Tool> sent = new ArrayList<>();
        for (Tool tool : tools.list()) {
            boolean left = tools.choice() == null
                    || !(tools.choice().value() instanceof ToolChoice.Allowed(List<String> names, var _))
                    || names.contains(name(tool));
            if (!left) {
                continue;
            }
            if (tool instanceof Tool.BuiltIn of) {
                switch (of.ability()) {
                    case WEB_SEARCH, WEB_FETCH, CODE_EXECUTION ->
                        to.losses().request(of.at(), "another provider's tool");
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
        begin(tool.namespace(), tool.name(), tool.description());
        Json.Obj said = tool.parameters();
        Json.Obj parameters = said != null && tool.openApiSubset() ? OpenApiSchema.toJsonSchema(said) : said;
        boolean takesStrict = to.destination().takes(Destination.Takes.STRICT_TOOLS);
        boolean strict = tool.strict() != null && tool.strict().value();
        schema(parameters != null && strict && takesStrict ? ClosedSchema.of(parameters) : parameters);
        if (strict && takesStrict) {
            out.field("strict", true);
        } else if (strict) {
            to.losses().request(tool.strict(), "the model's tools are not strict");
        }
        out.endObject().endObject();
        to.cache().write(tool.cache(), out);
    }

    private void custom(Tool.Custom tool) {
        to.losses().request(tool.format(), "Bedrock's tools take no free text: it stands in an object");
        begin(tool.namespace(), tool.name(), tool.description());
        out.name("inputSchema").beginObject().name("json");
        ToolInput.writeFreeTextSchema(out);
        out.endObject().endObject().endObject();
    }

    /** What the conversation has called and the request no longer defines. */
    private void ofThePast() {
        to.losses()
                .request(
                        past.getFirst().at(),
                        "Bedrock wants the tools of past calls defined: they are, without their schemas");
        Set<String> names = new LinkedHashSet<>();
        past.forEach(call -> names.add(to.names().atProvider(call.namespace(), call.name())));
        for (String name : names) {
            out.beginObject().name("toolSpec").beginObject().field("name", name);
            schema(null);
            out.endObject().endObject();
        }
    }

    private void begin(@Nullable String namespace, String name, Json.@Nullable Text description) {
        out.beginObject().name("toolSpec").beginObject();
        out.field("name", to.names().atProvider(namespace, name));
        if (description != null && !Conversation.isBlank(description)) {
            out.field("description", description);
        }
    }

    private void schema(Json.@Nullable Obj schema) {
        out.name("inputSchema").beginObject().name("json");
        if (schema != null && schema.get("type") != null) {
            out.value(schema);
        } else {
            out.beginObject().field("type", "object");
            if (schema != null) {
                schema.forEach(member -> out.field(member.name(), member.value()));
            }
            out.endObject();
        }
        out.endObject();
    }

    /** "auto" goes unsaid: it is the default, and not every model takes the word. */
    private void choice(Said<ToolChoice> said, List<Tool> sent) {
        switch (said.value()) {
            case ToolChoice.Auto _, ToolChoice.None _ -> {}
            case ToolChoice.Required _ -> any();
            case ToolChoice.Allowed(var _, boolean required) -> {
                if (required) {
                    any();
                }
            }
            case ToolChoice.Named(String name) -> {
                Optional<Tool> named =
                        sent.stream().filter(tool -> name.equals(name(tool))).findFirst();
                if (named.isEmpty()) {
                    to.refusals().notExpressible(said.at(), "it names a tool that Bedrock is not told of");
                }
                named.ifPresent(tool -> out.name("toolChoice")
                        .beginObject()
                        .name("tool")
                        .beginObject()
                        .field("name", atProvider(tool))
                        .endObject()
                        .endObject());
            }
        }
    }

    private void any() {
        out.name("toolChoice").beginObject().field("any", Json.Obj.EMPTY).endObject();
    }

    private String atProvider(Tool tool) {
        return switch (tool) {
            case Tool.Function of -> to.names().atProvider(of.namespace(), of.name());
            case Tool.Custom of -> to.names().atProvider(of.namespace(), of.name());
            case Tool.BuiltIn of -> of.type();
        };
    }

    /** What a choice calls the tool. */
    private static String name(Tool tool) {
        return switch (tool) {
            case Tool.Function of -> of.name();
            case Tool.Custom of -> of.name();
            case Tool.BuiltIn of -> of.type();
        };
    }
}
