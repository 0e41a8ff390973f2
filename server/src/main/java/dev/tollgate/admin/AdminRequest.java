package dev.tollgate.admin;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A request to the admin API, read strictly: a misspelt field is refused, never passed over. */
final class AdminRequest {
    /** Of a list that is told in pages, in one page. */
    private static final int MOST_ROWS = 1_000;

    private final Actor actor;
    private final Map<String, String> path;
    private final MultiMap query;
    private final JsonNode body;

    private AdminRequest(Actor actor, Map<String, String> path, MultiMap query, JsonNode body) {
        this.actor = actor;
        this.path = path;
        this.query = query;
        this.body = body;
    }

    /** @throws Refusal if the body is not a JSON object, or has fields other than these */
    static AdminRequest read(Actor actor, Map<String, String> path, MultiMap query, byte[] body, Set<String> fields) {
        JsonNode object;
        try {
            object = body.length == 0 ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(body);
        } catch (JacksonException e) {
            // Jackson's own message repeats what it read, which may be a secret.
            throw Refusal.invalid("The body is not JSON, or has a field twice.", "Send one JSON object.");
        }
        if (!object.isObject()) {
            throw Refusal.invalid("The body is not a JSON object.", "Send one JSON object.");
        }
        requireKnown("The body", object, fields);
        return new AdminRequest(actor, path, query, object);
    }

    private static void requireKnown(String where, JsonNode object, Set<String> fields) {
        for (String name : object.propertyNames()) {
            if (!fields.contains(name)) {
                throw Refusal.invalid(
                        where + " has a field that is not known here.",
                        fields.isEmpty() ? "Send no body." : "Known fields: " + String.join(", ", fields) + ".");
            }
        }
    }

    /** An object within the body, to be read as the body is; null where the field is absent. */
    @Nullable
    AdminRequest optionalObject(String field, Set<String> fields) {
        JsonNode value = present(field);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            throw Refusal.invalid(field + " is not an object.", "");
        }
        requireKnown(field, value, fields);
        return new AdminRequest(actor, path, query, value);
    }

    /** Who asks, and may administer. */
    Actor actor() {
        return actor;
    }

    /** The same, as the audit trail names them. */
    String actorName() {
        return actor.name();
    }

    String path(String name) {
        return path.getOrDefault(name, "");
    }

    @Nullable
    String query(String name) {
        return query.get(name);
    }

    /** The last row of the page before, by its id; empty for the first page. */
    String after() {
        String after = query("after");
        return after == null ? "" : after;
    }

    /** How many rows a page may have. */
    int pageSize() {
        String text = query("limit");
        if (text == null) {
            return MOST_ROWS;
        }
        if (text.matches("[1-9][0-9]{0,3}") && Integer.parseInt(text) <= MOST_ROWS) {
            return Integer.parseInt(text);
        }
        throw Refusal.invalid("limit is not a number between 1 and " + MOST_ROWS + ".", "");
    }

    String text(String field) {
        String value = optionalText(field);
        if (value == null || value.isEmpty()) {
            throw Refusal.invalid(field + " is missing.", "Give " + field + " as a string.");
        }
        return value;
    }

    @Nullable
    String optionalText(String field) {
        JsonNode value = present(field);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw Refusal.invalid(field + " is not a string.", "Give " + field + " as a string.");
        }
        return value.stringValue();
    }

    boolean flag(String field) {
        JsonNode value = present(field);
        if (value != null && !value.isBoolean()) {
            throw Refusal.invalid(field + " is not true or false.", "");
        }
        return value != null && value.booleanValue();
    }

    /** Null where the field is absent. */
    @Nullable
    Boolean optionalFlag(String field) {
        return present(field) == null ? null : flag(field);
    }

    /** True or false; it must be said which. */
    boolean givenFlag(String field) {
        if (present(field) == null) {
            throw Refusal.invalid(field + " is missing.", "Give " + field + " as true or false.");
        }
        return flag(field);
    }

    @Nullable
    Long optionalNumber(String field) {
        JsonNode value = present(field);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw Refusal.invalid(field + " is not a whole number.", "");
        }
        return value.longValue();
    }

    /** Whole numbers; null where the field is absent. */
    @Nullable
    List<Integer> optionalNumbers(String field) {
        JsonNode value = present(field);
        if (value == null) {
            return null;
        }
        String cure = "Give " + field + " as a list of whole numbers.";
        if (!value.isArray()) {
            throw Refusal.invalid(field + " is not a list.", cure);
        }
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.isIntegralNumber() || !element.canConvertToInt()) {
                throw Refusal.invalid(field + " holds something other than whole numbers.", cure);
            }
            numbers.add(element.intValue());
        }
        return numbers;
    }

    /** By names; empty where the field is absent. */
    Map<String, String> textsByName(String field) {
        JsonNode value = present(field);
        Map<String, String> texts = new LinkedHashMap<>();
        if (value == null) {
            return texts;
        }
        String cure = "Give " + field + " as an object that holds strings.";
        if (!value.isObject()) {
            throw Refusal.invalid(field + " is not an object.", cure);
        }
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            if (!entry.getValue().isString()) {
                throw Refusal.invalid(field + " holds something other than strings.", cure);
            }
            texts.put(entry.getKey(), entry.getValue().stringValue());
        }
        return texts;
    }

    /** Empty where the field is absent. */
    List<String> texts(String field) {
        JsonNode value = present(field);
        List<String> texts = new ArrayList<>();
        if (value == null) {
            return texts;
        }
        if (!value.isArray()) {
            throw Refusal.invalid(field + " is not a list.", "Give " + field + " as a list of strings.");
        }
        for (JsonNode element : value) {
            if (!element.isString()) {
                throw Refusal.invalid(field + " holds something other than strings.", "");
            }
            texts.add(element.stringValue());
        }
        return texts;
    }

    /** Null where the field is absent. */
    @Nullable
    List<String> optionalTexts(String field) {
        return present(field) == null ? null : texts(field);
    }

    /** Any JSON but null. */
    JsonNode node(String field) {
        JsonNode value = present(field);
        if (value == null) {
            throw Refusal.invalid(field + " is missing.", "Give " + field + ".");
        }
        return value;
    }

    /** Any JSON, as text; null where the field is absent. */
    @Nullable
    String optionalJson(String field) {
        JsonNode value = present(field);
        return value == null ? null : value.toString();
    }

    private @Nullable JsonNode present(String field) {
        JsonNode value = body.get(field);
        return value == null || value.isNull() ? null : value;
    }
}
