package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.json.Json;

/**
 * A JSON Schema whose objects take no other properties where nothing is said of them. Anthropic and OpenAI hold a model to closed
 * objects only and refuse others, while Gemini's are closed by nature and OpenAI's clients often leave the word out. What fits the
 * closed schema fits the open one, too.
 */
public final class ClosedSchema extends SchemaWriter {
    private static final String OTHERS = "additionalProperties";

    private ClosedSchema(Json.Obj schema) {
        super(schema);
    }

    /** The schema itself where there is nothing to close. */
    public static Json.Obj of(Json.Obj schema) {
        return anyOpen(schema) ? new ClosedSchema(schema).written(schema) : schema;
    }

    @Override
    void member(Json.Obj schema, Json.Member member) {
        out.name(member.name());
        switch (member.name()) {
            case "items" -> schema(member.value());
            case "anyOf" -> either(member.value(), null);
            case "properties", "$defs", "definitions" -> named(member.value());
            default -> out.value(member.value());
        }
    }

    @Override
    void end(Json.Obj schema) {
        if (isOpen(schema)) {
            out.field(OTHERS, false);
        }
    }

    /** An object of no known properties is a map, which closed would hold nothing. */
    private static boolean isOpen(Json.Obj schema) {
        return schema.get("properties") instanceof Json.Obj && schema.get(OTHERS) == null;
    }

    private static boolean anyOpen(Json value) {
        return value instanceof Json.Obj schema
                && (isOpen(schema) || within(schema).anyMatch(ClosedSchema::anyOpen));
    }
}
