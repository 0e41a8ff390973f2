package dev.tollgate.sim;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** This room's one JSON mapper, and the quoting by which stream events are written without a tree. */
final class Json {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final JsonStringEncoder QUOTES = JsonStringEncoder.getInstance();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** The object in {@code body}; empty when it is not JSON, or is JSON of another kind. */
    static Optional<ObjectNode> parseObject(byte[] body) {
        try {
            return MAPPER.readTree(body) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    static String text(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /** Appends {@code text} as a JSON string, quotes included. */
    static void quote(String text, StringBuilder out) {
        out.append('"');
        QUOTES.quoteAsString(text, out);
        out.append('"');
    }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        quote(text, out);
        return out.toString();
    }
}
