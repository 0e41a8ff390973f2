package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.json.Json;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Gemini's {@code Schema}, a subset of OpenAPI 3.0, as the JSON Schema that every other protocol takes (<a
 * href="https://ai.google.dev/api/caching#Schema">Schema</a>). Types become lower-case, {@code nullable} a type of its own, counts
 * that protobuf's JSON writes as texts numbers; {@code propertyOrdering} goes, as the order of the properties is kept anyway.
 */
public final class OpenApiSchema extends SchemaWriter {
    private static final Set<String> COUNTS =
            Set.of("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties");
    private static final Json NULL_SCHEMA = Json.Obj.of("type", Json.Text.of("null"));

    private OpenApiSchema(Json.Obj schema) {
        super(schema);
    }

    public static Json.Obj toJsonSchema(Json.Obj schema) {
        return new OpenApiSchema(schema).written(schema);
    }

    @Override
    void member(Json.Obj schema, Json.Member member) {
        boolean nullable = schema.get("nullable") instanceof Json.Bool said && said.value();
        Json value = member.value();
        switch (member.name()) {
            case "nullable", "propertyOrdering" -> {}
            case "type" -> type(value, nullable);
            case "enum" -> values(value, nullable);
            case "anyOf" -> {
                out.name("anyOf");
                either(value, nullable ? NULL_SCHEMA : null);
            }
            case "items", "additionalProperties", "not" -> {
                out.name(member.name());
                schema(value);
            }
            case "properties", "$defs" -> {
                out.name(member.name());
                named(value);
            }
            case "defs" -> {
                out.name(value instanceof Json.Obj ? "$defs" : "defs");
                named(value);
            }
            case "example" -> out.name("examples").beginArray().value(value).endArray();
            default -> other(member);
        }
    }

    private void type(Json value, boolean nullable) {
        if (!(value instanceof Json.Text text)) {
            out.field("type", value);
            return;
        }
        String type = text.string().toLowerCase(Locale.ROOT);
        if (type.equals("type_unspecified")) {
            return;
        }
        if (nullable) {
            out.name("type").beginArray().text(type).text("null").endArray();
        } else {
            out.field("type", type);
        }
    }

    private void values(Json value, boolean nullable) {
        if (!(value instanceof Json.Arr values)) {
            out.field("enum", value);
            return;
        }
        out.name("enum").beginArray();
        values.forEach(out::value);
        if (nullable) {
            out.value(Json.Null.NULL);
        }
        out.endArray();
    }

    private void other(Json.Member member) {
        if (COUNTS.contains(member.name()) && member.value() instanceof Json.Text digits) {
            OptionalLong count = count(digits.string());
            if (count.isPresent()) {
                out.field(member.name(), count.getAsLong());
            }
            return;
        }
        out.field(member.name(), member.value());
    }

    private static OptionalLong count(String digits) {
        return digits.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }
}
