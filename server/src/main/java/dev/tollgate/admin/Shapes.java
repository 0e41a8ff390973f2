package dev.tollgate.admin;

import dev.tollgate.kernel.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Small shapes that several parts of the API share. */
final class Shapes {
    private Shapes() {}

    static ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    static @Nullable String time(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    static String time(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).toString();
    }
}
