package dev.tollgate.ledger;

import dev.tollgate.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The attempts of a call as a JSON array. What an attempt has in common with the candidate that served is left out: of
 * most calls there is one attempt, and its row should not say everything twice.
 */
final class AttemptsJson {
    private AttemptsJson() {}

    static @Nullable String write(List<Attempt> attempts, @Nullable Served served) {
        if (attempts.isEmpty()) {
            return null;
        }
        Attempt only = attempts.getFirst();
        if (attempts.size() == 1 && only.result().equals("ok") && served != null && isSame(only, served)) {
            // What nearly every call writes, without a tree: this runs for each of them on the store's one writer.
            return "[{\"start_us\":" + only.startMicros() + ",\"us\":" + only.micros() + ",\"status\":" + only.status()
                    + ",\"result\":\"ok\"}]";
        }
        ArrayNode array = Json.MAPPER.createArrayNode();
        for (Attempt attempt : attempts) {
            ObjectNode node = array.addObject();
            if (served == null || !isSame(attempt, served)) {
                node.put("provider", attempt.provider());
                node.put("model", attempt.model());
                node.put("credential", attempt.credentialName());
            }
            node.put("start_us", attempt.startMicros())
                    .put("us", attempt.micros())
                    .put("status", attempt.status())
                    .put("result", attempt.result());
            if (attempt.lostNanoUsd() > 0) {
                node.put("lost", attempt.lostNanoUsd()).put("billed", attempt.billedNanoUsd());
            }
        }
        return array.toString();
    }

    private static boolean isSame(Attempt attempt, Served served) {
        return attempt.provider().equals(served.provider())
                && attempt.model().equals(served.model())
                && served.credentialName().equals(attempt.credentialName());
    }

    static List<Attempt> read(@Nullable String json, @Nullable Served served) {
        if (json == null) {
            return List.of();
        }
        List<Attempt> attempts = new ArrayList<>();
        for (JsonNode node : Json.MAPPER.readTree(json)) {
            // Where its candidate is left out, it is the one that served.
            Served named = served == null || node.has("provider") ? null : served;
            attempts.add(new Attempt(
                    named == null ? node.path("provider").asString("") : named.provider(),
                    named == null ? node.path("model").asString("") : named.model(),
                    named == null ? credential(node) : named.credentialName(),
                    node.path("start_us").asLong(),
                    node.path("us").asLong(),
                    (int) node.path("status").asLong(),
                    node.path("result").asString(""),
                    node.path("lost").asLong(),
                    node.path("billed").asLong()));
        }
        return attempts;
    }

    private static @Nullable String credential(JsonNode attempt) {
        JsonNode name = attempt.path("credential");
        return name.isNull() || name.isMissingNode() ? null : name.asString("");
    }
}
