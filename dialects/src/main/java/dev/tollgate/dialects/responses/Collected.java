package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;

/** A text that is put together from deltas, undecoded. */
final class Collected {
    private final JsonBytes bytes = new JsonBytes().beginText();
    private boolean any;

    void append(Json.Text delta) {
        any |= !delta.isEmpty();
        bytes.append(delta);
    }

    boolean isEmpty() {
        return !any;
    }

    int size() {
        return bytes.length();
    }

    /** The whole; to be asked once, at the end. */
    Json.Text text() {
        byte[] document = bytes.endText().toBytes();
        return Json.parse(document, 0, document.length) instanceof ParsedJson.Whole(Json.Text text)
                ? text
                : Json.Text.EMPTY;
    }
}
