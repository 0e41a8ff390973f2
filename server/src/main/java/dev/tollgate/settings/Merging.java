package dev.tollgate.settings;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lays one document over another: objects are merged name by name, lists are joined without repeating what is there, of anything else
 * the upper one holds.
 */
final class Merging {
    private Merging() {}

    /** Changes the lower one. */
    static void lay(ObjectNode upper, ObjectNode lower) {
        for (Map.Entry<String, JsonNode> property : upper.properties()) {
            JsonNode there = lower.get(property.getKey());
            if (there instanceof ObjectNode below && property.getValue() instanceof ObjectNode above) {
                lay(above, below);
            } else if (there instanceof ArrayNode below && property.getValue() instanceof ArrayNode above) {
                join(above, below);
            } else {
                lower.set(property.getKey(), property.getValue().deepCopy());
            }
        }
    }

    private static void join(ArrayNode upper, ArrayNode lower) {
        for (JsonNode each : upper) {
            if (lower.valueStream().noneMatch(each::equals)) {
                lower.add(each.deepCopy());
            }
        }
    }
}
