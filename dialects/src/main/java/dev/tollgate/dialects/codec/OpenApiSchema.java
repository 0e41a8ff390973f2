package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gemini's {@code Schema}, a subset of OpenAPI 3.0, as the JSON Schema that every other protocol takes (<a
 * href="https://ai.google.dev/api/caching#Schema">Schema</a>). Types become lower-case, {@code nullable} a type of its own, counts
 * that protobuf's JSON writes as texts numbers; {@code propertyOrdering} goes, as the order of the properties is kept anyway.
 */
public final class OpenApiSchema {
    private static final Set<String> COUNTS =
            Set.of("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties");

    private final JsonBytes out;

    private OpenApiSchema(JsonBytes out) {
        this.out = out;
    }

    public static Json.Obj toJsonSchema(Json.Obj schema) {
        JsonBytes out = new JsonBytes(schema.size() + 64);
        new OpenApiSchema(out).schema(schema);
        byte[] document = out.toBytes();
        return Json.parse(document, 0, document.length) instanceof ParsedJson.Whole(Json.Obj written)
                ? written
                : Json.Obj.EMPTY;
    }

    private void schema(Json value) {
        if (!(value instanceof Json.Obj schema)) {
            out.value(value);
            return;
        }
        boolean nullable = schema.get("nullable") instanceof Json.Bool said && said.value();
        out.beginObject();
        for (Json.Member member : schema) {
            switch (member.name()) {
                case "nullable", "propertyOrdering" -> {}
                case "type" -> type(member.value(), nullable);
                case "enum" -> withNull("enum", member.value(), nullable ? Json.Null.NULL : null, false);
                case "anyOf" ->
                    withNull(
                            "anyOf", member.value(), nullable ? Json.Obj.of("type", Json.Text.of("null")) : null, true);
                case "items", "additionalProperties", "not" -> {
                    out.name(member.name());
                    schema(member.value());
                }
                case "properties", "defs", "$defs" -> named(member);
                case "example" ->
                    out.name("examples").beginArray().value(member.value()).endArray();
                default -> other(member);
            }
        }
        out.endObject();
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

    private void withNull(String name, Json value, @Nullable Json added, boolean schemas) {
        if (!(value instanceof Json.Arr array)) {
            out.field(name, value);
            return;
        }
        out.name(name).beginArray();
        for (Json item : array) {
            if (schemas) {
                schema(item);
            } else {
                out.value(item);
            }
        }
        if (added != null) {
            out.value(added);
        }
        out.endArray();
    }

    private void named(Json.Member member) {
        if (!(member.value() instanceof Json.Obj schemas)) {
            out.field(member.name(), member.value());
            return;
        }
        out.name(member.name().equals("defs") ? "$defs" : member.name()).beginObject();
        for (Json.Member one : schemas) {
            out.name(one.name());
            schema(one.value());
        }
        out.endObject();
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
