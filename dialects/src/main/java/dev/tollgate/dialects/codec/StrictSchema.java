package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.json.Json;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schemas that OpenAI takes with {@code strict: true} (<a
 * href="https://platform.openai.com/docs/guides/structured-outputs#supported-schemas">supported schemas</a>): every object is closed
 * and requires all of its properties, and nothing but {@code anyOf} combines schemas. To any other it answers 400, where Anthropic
 * and Gemini hold a model to schemas with optional properties, too.
 */
public final class StrictSchema {
    /** Why a schema of another form goes without. */
    public static final String OTHER_FORM =
            "OpenAI holds to schemas only whose objects are closed and require each property: sent as a wish";

    private static final Set<String> REFUSED = Set.of(
            "allOf",
            "oneOf",
            "not",
            "if",
            "then",
            "else",
            "dependentRequired",
            "dependentSchemas",
            "patternProperties",
            "propertyNames",
            "unevaluatedProperties",
            "unevaluatedItems",
            "minProperties",
            "maxProperties",
            "contains",
            "minContains",
            "maxContains",
            "uniqueItems",
            "prefixItems",
            "minLength",
            "maxLength",
            "default");

    private StrictSchema() {}

    /** The schema in that form, its objects {@linkplain ClosedSchema closed}; null where it cannot be said so. */
    public static Json.@Nullable Obj of(Json.@Nullable Obj schema) {
        Json.Obj closed = schema == null ? null : ClosedSchema.of(schema);
        return closed != null && isOfObjects(closed) && closed.get("anyOf") == null && fitsWithin(closed)
                ? closed
                : null;
    }

    private static boolean fitsWithin(Json value) {
        if (!(value instanceof Json.Obj schema)
                || schema.members().stream().anyMatch(member -> REFUSED.contains(member.name()))
                || (isOfObjects(schema) && !isClosed(schema))) {
            return false;
        }
        return SchemaWriter.within(schema).allMatch(StrictSchema::fitsWithin);
    }

    private static boolean isOfObjects(Json.Obj schema) {
        Json type = schema.get("type");
        return isObject(type)
                || (type instanceof Json.Arr either && either.items().stream().anyMatch(StrictSchema::isObject))
                || schema.get("properties") != null;
    }

    private static boolean isObject(@Nullable Json type) {
        return type instanceof Json.Text word && word.string().equals("object");
    }

    private static boolean isClosed(Json.Obj schema) {
        boolean closed = schema.get("additionalProperties") instanceof Json.Bool open && !open.value();
        if (!(schema.get("properties") instanceof Json.Obj properties)) {
            return closed;
        }
        List<Json> required = schema.get("required") instanceof Json.Arr names ? names.items() : List.of();
        return closed
                && properties.members().stream().allMatch(property -> required.contains(Json.Text.of(property.name())));
    }
}
