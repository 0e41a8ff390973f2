package dev.tollgate.dialects.embeddings;

import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.function.Function;

/** Bodies that must be JSON objects. */
final class Bodies {
    private Bodies() {}

    static <T> Outcome<T> read(byte[] body, Function<Json.Obj, Outcome<T>> reader) {
        return switch (Json.parse(body, 0, body.length)) {
            case ParsedJson.Broken(String problem) -> new Outcome.Malformed<>("body: no JSON: " + problem + ".");
            case ParsedJson.Whole(Json.Obj object) -> reader.apply(object);
            case ParsedJson.Whole _ -> new Outcome.Malformed<>("body: an object is expected.");
        };
    }
}
