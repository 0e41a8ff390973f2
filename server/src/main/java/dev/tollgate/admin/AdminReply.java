package dev.tollgate.admin;

import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An answer of the admin API. */
record AdminReply(int status, String contentType, byte[] body) {
    private static final String JSON = "application/json";

    static AdminReply ok(JsonNode body) {
        return new AdminReply(200, JSON, Json.MAPPER.writeValueAsBytes(body));
    }

    static AdminReply created(JsonNode body) {
        return new AdminReply(201, JSON, Json.MAPPER.writeValueAsBytes(body));
    }

    static AdminReply nothing() {
        return new AdminReply(204, JSON, new byte[0]);
    }

    static AdminReply list(List<ObjectNode> rows) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode data = body.putArray("data");
        rows.forEach(data::add);
        return ok(body);
    }

    static AdminReply refusal(Refusal refusal) {
        return switch (refusal.kind()) {
            case INVALID -> error(400, "invalid", refusal.text(), refusal.cure());
            case FORBIDDEN -> error(403, "forbidden", refusal.text(), refusal.cure());
            case NOT_FOUND -> error(404, "not_found", refusal.text(), refusal.cure());
            case CONFLICT -> error(409, "conflict", refusal.text(), refusal.cure());
            case UNAVAILABLE -> error(503, "unavailable", refusal.text(), refusal.cure());
        };
    }

    static AdminReply error(int status, String code, String message, String cure) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putObject("error").put("code", code).put("message", message).put("cure", cure);
        return new AdminReply(status, JSON, Json.MAPPER.writeValueAsBytes(body));
    }
}
