package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.json.Json;

/** What Anthropic demands of texts. */
final class Texts {
    private static final int MOST_BLANK = 256;

    private Texts() {}

    /** A content that must be there; where it is not, that is a problem, and the result is empty. */
    static Json.Text required(Fields fields, String name, Reading reading) {
        Json.Text text = fields.text(name);
        if (text == null) {
            reading.malformed(fields.at(name), "required, a string.");
            return Json.Text.EMPTY;
        }
        return text;
    }

    /** Whether it says nothing: Anthropic refuses such a block. Only short ones are looked at; nobody writes longer ones. */
    static boolean isBlank(Json.Text text) {
        return text.isEmpty() || (text.size() <= MOST_BLANK && text.string().isBlank());
    }
}
