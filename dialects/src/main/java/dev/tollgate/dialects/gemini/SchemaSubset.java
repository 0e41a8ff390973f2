package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * JSON Schema in Gemini's subset of OpenAPI 3.0 (<a href="https://ai.google.dev/api/caching#Schema">Schema</a>), for models that do
 * not take {@code parametersJsonSchema}. Google refuses what it does not know, so that is left out, and listed.
 */
final class SchemaSubset {
    private static final Set<String> COPIED = Set.of(
            "format",
            "title",
            "description",
            "nullable",
            "maxItems",
            "minItems",
            "required",
            "minProperties",
            "maxProperties",
            "minLength",
            "maxLength",
            "pattern",
            "example",
            "propertyOrdering",
            "default",
            "minimum",
            "maximum");

    /** They say nothing about the values. */
    private static final Set<String> SILENT = Set.of("$schema", "$id", "$comment");

    private final JsonBytes out;
    private final Losses losses;

    private SchemaSubset(JsonBytes out, Losses losses) {
        this.out = out;
        this.losses = losses;
    }

    /**
     * Writes the schema.
     *
     * @param at where the client said it; losses are told as members of it
     */
    static void write(Json.Obj schema, JsonBytes out, Path at, Losses losses) {
        new SchemaSubset(out, losses).schema(schema, at);
    }

    private void schema(Json.Obj schema, Path at) {
        out.beginObject();
        for (Json.Member member : schema) {
            String name = member.name();
            Json value = member.value();
            switch (name) {
                case "type" -> type(value, at);
                case "enum" -> enumeration(value, at);
                case "const" -> {
                    if (value instanceof Json.Text && schema.get("enum") == null) {
                        out.name("enum").beginArray().value(value).endArray();
                    } else {
                        lost(at.member(name));
                    }
                }
                case "properties" -> properties(value, at.member(name));
                case "items" -> nested("items", value, at);
                case "anyOf", "oneOf" -> alternatives(name, value, schema, at);
                default -> {
                    if (COPIED.contains(name)) {
                        out.field(name, value);
                    } else if (!SILENT.contains(name)) {
                        lost(at.member(name));
                    }
                }
            }
        }
        out.endObject();
    }

    /** One type, in capitals; a second one can only be null. */
    private void type(Json type, Path at) {
        List<String> types = new ArrayList<>();
        boolean nullable = false;
        for (Json one : type instanceof Json.Arr several ? several.items() : List.of(type)) {
            String name = one instanceof Json.Text text ? text.string() : "";
            nullable |= name.equals("null");
            if (!name.equals("null")) {
                types.add(name);
            }
        }
        if (!types.isEmpty()) {
            out.field("type", types.getFirst().toUpperCase(Locale.ROOT));
        }
        if (nullable) {
            out.field("nullable", true);
        }
        if (types.size() > 1) {
            lost(at.member("type"));
        }
    }

    private void enumeration(Json values, Path at) {
        boolean texts = values instanceof Json.Arr;
        if (values instanceof Json.Arr array) {
            for (Json value : array) {
                texts &= value instanceof Json.Text;
            }
        }
        if (texts) {
            out.field("enum", values);
        } else {
            lost(at.member("enum"));
        }
    }

    private void properties(Json properties, Path at) {
        if (properties instanceof Json.Obj object) {
            out.name("properties").beginObject();
            for (Json.Member property : object) {
                nested(property.name(), property.value(), at);
            }
            out.endObject();
        }
    }

    private void nested(String name, Json schema, Path at) {
        if (schema instanceof Json.Obj object) {
            out.name(name);
            schema(object, at.member(name));
        } else {
            lost(at.member(name));
        }
    }

    private void alternatives(String name, Json value, Json.Obj schema, Path at) {
        boolean twice = name.equals("oneOf") && schema.get("anyOf") != null;
        if (twice || !(value instanceof Json.Arr alternatives)) {
            lost(at.member(name));
            return;
        }
        out.name("anyOf").beginArray();
        for (Item alternative : Item.of(at.member(name), alternatives)) {
            if (alternative.value() instanceof Json.Obj object) {
                schema(object, alternative.at());
            } else {
                lost(alternative.at());
            }
        }
        out.endArray();
    }

    private void lost(Path at) {
        losses.request(at, "not in Gemini's subset of JSON Schema");
    }
}
