package dev.tollgate.sim;

import java.util.Locale;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A plausible value for a JSON Schema: what a model would call a tool with. Understands the subset of JSON Schema 2020-12
 * (and of OpenAPI's, with Gemini's upper-case types) that tools are described in: types, properties, items, enum, const,
 * default, examples, formats, bounds, local {@code $ref}, {@code anyOf}/{@code oneOf}/{@code allOf}.
 */
final class SchemaSample {

    /** Deeper, a schema that refers to itself gets only what it requires; twice as deep, nothing more. */
    private static final int DEEP = 6;

    private static final long WIDEST_RANGE = 100;
    private static final int MOST_ITEMS = 100;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode root;
    private final SplittableRandom random;

    private SchemaSample(JsonNode root, long seed) {
        this.root = root;
        this.random = new SplittableRandom(seed);
    }

    /** An object for a schema of an object; empty for any other schema. */
    static ObjectNode object(JsonNode schema, long seed) {
        JsonNode sample = schema.isObject() ? new SchemaSample(schema, seed).sample("", schema, 0) : NODES.objectNode();
        return sample instanceof ObjectNode object ? object : NODES.objectNode();
    }

    private JsonNode sample(String name, JsonNode schema, int depth) {
        if (depth > 2 * DEEP || !schema.isObject()) {
            return NODES.nullNode();
        }
        for (String fixed : new String[] {"const", "default", "example"}) {
            if (schema.has(fixed)) {
                return schema.get(fixed);
            }
        }
        for (String choices : new String[] {"enum", "examples"}) {
            JsonNode values = schema.path(choices);
            if (values.isArray() && !values.isEmpty()) {
                return values.get(random.nextInt(values.size()));
            }
        }
        String reference = schema.path("$ref").stringValue("");
        if (reference.startsWith("#")) {
            return sample(name, root.at(reference.substring(1)), depth + 1);
        }
        for (String union : new String[] {"anyOf", "oneOf"}) {
            for (JsonNode option : schema.path(union)) {
                if (!type(option).equals("null")) {
                    return sample(name, option, depth + 1);
                }
            }
        }
        if (schema.path("allOf").isArray()) {
            return allOf(name, schema, depth);
        }
        return switch (type(schema)) {
            case "object" -> properties(schema, depth);
            case "array" -> items(name, schema, depth);
            case "string" -> NODES.stringNode(string(name, schema));
            case "integer" -> NODES.numberNode(integer(schema));
            case "number" -> NODES.numberNode(integer(schema) + (isWhole(schema) ? 0.0 : 0.5));
            case "boolean" -> NODES.booleanNode(random.nextBoolean());
            default -> NODES.nullNode();
        };
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        for (JsonNode option : type) {
            if (!option.stringValue("").equalsIgnoreCase("null")) {
                return option.stringValue("").toLowerCase(Locale.ROOT);
            }
        }
        if (type.isString()) {
            return type.stringValue().toLowerCase(Locale.ROOT);
        }
        return schema.has("properties") ? "object" : schema.has("items") ? "array" : "string";
    }

    private JsonNode allOf(String name, JsonNode schema, int depth) {
        ObjectNode merged = NODES.objectNode();
        JsonNode last = NODES.nullNode();
        for (JsonNode part : schema.path("allOf")) {
            last = sample(name, part, depth + 1);
            if (last instanceof ObjectNode object) {
                merged.setAll(object);
            }
        }
        if (schema.has("properties")) {
            merged.setAll(properties(schema, depth));
        }
        return merged.isEmpty() ? last : merged;
    }

    private ObjectNode properties(JsonNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        for (var property : schema.path("properties").properties()) {
            if (depth < DEEP || requires(schema, property.getKey())) {
                object.set(property.getKey(), sample(property.getKey(), property.getValue(), depth + 1));
            }
        }
        return object;
    }

    private static boolean requires(JsonNode schema, String property) {
        return schema.path("required")
                .valueStream()
                .anyMatch(name -> name.stringValue("").equals(property));
    }

    private ArrayNode items(String name, JsonNode schema, int depth) {
        long least = schema.path("minItems").asLong(0);
        long wanted = depth < DEEP ? Math.max(1, least) : least;
        long most = Math.min(MOST_ITEMS, schema.path("maxItems").asLong(MOST_ITEMS));
        ArrayNode items = NODES.arrayNode();
        for (long i = 0; i < Math.min(wanted, most); i++) {
            items.add(sample(name, schema.path("items"), depth + 1));
        }
        return items;
    }

    private long integer(JsonNode schema) {
        long least = bound(schema, "minimum", "exclusiveMinimum", 1, 1);
        long most = bound(schema, "maximum", "exclusiveMaximum", -1, Math.addExact(least, WIDEST_RANGE));
        if (!schema.has("minimum") && !schema.has("exclusiveMinimum") && most < least) {
            least = most - WIDEST_RANGE;
        }
        long range = Math.clamp(most - least, 0, WIDEST_RANGE);
        long value = least + random.nextLong(range + 1);
        long step = Math.max(1, schema.path("multipleOf").asLong(1));
        long down = value - Math.floorMod(value, step);
        return down < least ? down + step : down;
    }

    private static long bound(JsonNode schema, String inclusive, String exclusive, int inwards, long otherwise) {
        if (schema.path(inclusive).isNumber()) {
            double bound = schema.path(inclusive).doubleValue();
            return (long) (inwards > 0 ? Math.ceil(bound) : Math.floor(bound));
        }
        if (schema.path(exclusive).isNumber()) {
            double bound = schema.path(exclusive).doubleValue();
            return (long) (inwards > 0 ? Math.floor(bound) : Math.ceil(bound)) + inwards;
        }
        return otherwise;
    }

    /** A number with bounds or a step is drawn whole, so that it keeps them. */
    private static boolean isWhole(JsonNode schema) {
        return schema.has("multipleOf") || schema.has("maximum") || schema.has("exclusiveMaximum");
    }

    private String string(String name, JsonNode schema) {
        String formatted = switch (schema.path("format").stringValue("")) {
            case "date" -> "2026-05-17";
            case "time" -> "09:30:00Z";
            case "date-time" -> "2026-05-17T09:30:00Z";
            case "email" -> "ada@example.com";
            case "uri", "url" -> "https://example.com/";
            case "uuid" -> "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
            case "ipv4" -> "192.0.2.1";
            default -> byName(name.toLowerCase(Locale.ROOT));
        };
        long most = schema.path("maxLength").asLong(Integer.MAX_VALUE);
        long least = Math.min(schema.path("minLength").asLong(0), 10_000);
        String padded = formatted + "x".repeat((int) Math.max(0, least - formatted.length()));
        return Chunks.first(padded, Math.max(0, most));
    }

    private String byName(String name) {
        if (name.contains("city") || name.contains("location") || name.contains("place")) {
            return new String[] {"Lisbon", "Oslo", "Kyoto", "Montevideo"}[random.nextInt(4)];
        }
        if (name.contains("path") || name.contains("file")) {
            return "README.md";
        }
        if (name.contains("command") || name.contains("cmd")) {
            return "ls";
        }
        if (name.contains("query") || name.contains("search") || name.contains("question")) {
            return "weather tomorrow";
        }
        if (name.contains("url") || name.contains("link")) {
            return "https://example.com/";
        }
        if (name.contains("date")) {
            return "2026-05-17";
        }
        if (name.contains("name")) {
            return "Ada";
        }
        return name.isEmpty() ? "sample" : name + " sample";
    }
}
