package dev.tollgate.admin;

import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An answer of the admin API. */
sealed interface AdminReply {
    /** A JSON object; of 204 nothing. */
    record Whole(int status, byte[] body) implements AdminReply {}

    /**
     * As many objects as there are, one a line (application/x-ndjson).
     *
     * @param first the first of them, already there: what stops the query at once is answered as of any other route
     */
    record Lines(List<ObjectNode> first, Pages rest) implements AdminReply {}

    /** What comes next of a long answer. */
    @FunctionalInterface
    interface Pages {
        /** Some objects, few enough for memory; none at the end. Blocking. */
        List<ObjectNode> next();
    }

    static Lines lines(Pages pages) {
        return new Lines(pages.next(), pages);
    }

    static Whole ok(JsonNode body) {
        return new Whole(200, Json.MAPPER.writeValueAsBytes(body));
    }

    static Whole created(JsonNode body) {
        return new Whole(201, Json.MAPPER.writeValueAsBytes(body));
    }

    static Whole nothing() {
        return new Whole(204, new byte[0]);
    }

    static Whole list(List<ObjectNode> rows) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode data = body.putArray("data");
        rows.forEach(data::add);
        return ok(body);
    }

    static Whole refusal(Refusal refusal) {
        return switch (refusal.kind()) {
            case INVALID -> error(400, "invalid", refusal.text(), refusal.cure());
            case FORBIDDEN -> error(403, "forbidden", refusal.text(), refusal.cure());
            case NOT_FOUND -> error(404, "not_found", refusal.text(), refusal.cure());
            case CONFLICT -> error(409, "conflict", refusal.text(), refusal.cure());
            case UNAVAILABLE -> error(503, "unavailable", refusal.text(), refusal.cure());
        };
    }

    static Whole error(int status, String code, String message, String cure) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putObject("error").put("code", code).put("message", message).put("cure", cure);
        return new Whole(status, Json.MAPPER.writeValueAsBytes(body));
    }
}
