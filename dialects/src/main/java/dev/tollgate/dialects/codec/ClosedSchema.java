package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;

/**
 * A JSON Schema whose objects take no other properties where nothing is said of them. Anthropic and OpenAI hold a model to closed
 * objects only and refuse others, while Gemini's are closed by nature and OpenAI's clients often leave the word out. What fits the
 * closed schema fits the open one, too.
 */
public final class ClosedSchema {
    private static final String OTHERS = "additionalProperties";

    private final JsonBytes out;

    private ClosedSchema(JsonBytes out) {
        this.out = out;
    }

    /** The schema itself where there is nothing to close. */
    public static Json.Obj of(Json.Obj schema) {
        if (!anyOpen(schema)) {
            return schema;
        }
        JsonBytes out = new JsonBytes(schema.size() + 64);
        new ClosedSchema(out).schema(schema);
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
        out.beginObject();
        for (Json.Member member : schema) {
            out.name(member.name());
            switch (member.name()) {
                case "items" -> schema(member.value());
                case "anyOf" -> either(member.value());
                case "properties", "$defs", "definitions" -> named(member.value());
                default -> out.value(member.value());
            }
        }
        if (isOpen(schema)) {
            out.field(OTHERS, false);
        }
        out.endObject();
    }

    /** An object of no known properties is a map, which closed would hold nothing. */
    private static boolean isOpen(Json.Obj schema) {
        return schema.get("properties") instanceof Json.Obj && schema.get(OTHERS) == null;
    }

    private static boolean anyOpen(Json value) {
        return value instanceof Json.Obj schema
                && (isOpen(schema) || schema.members().stream().anyMatch(ClosedSchema::anyOpenWithin));
    }

    private static boolean anyOpenWithin(Json.Member member) {
        return switch (member.name()) {
            case "items" -> anyOpen(member.value());
            case "anyOf" ->
                member.value() instanceof Json.Arr schemas
                        && schemas.items().stream().anyMatch(ClosedSchema::anyOpen);
            case "properties", "$defs", "definitions" ->
                member.value() instanceof Json.Obj schemas
                        && schemas.members().stream().anyMatch(one -> anyOpen(one.value()));
            default -> false;
        };
    }

    private void either(Json value) {
        if (value instanceof Json.Arr schemas) {
            out.beginArray();
            schemas.forEach(this::schema);
            out.endArray();
        } else {
            out.value(value);
        }
    }

    private void named(Json value) {
        if (value instanceof Json.Obj schemas) {
            out.beginObject();
            for (Json.Member one : schemas) {
                out.name(one.name());
                schema(one.value());
            }
            out.endObject();
        } else {
            out.value(value);
        }
    }
}
