package dev.tollgate.dialects.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.json.Json;
import java.util.zip.CRC32C;

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

    /** A call's id of the letters that Anthropic takes; any other is made to fit, the same in every turn. */
    static String callId(String id) {
        StringBuilder fit = new StringBuilder(id.length());
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean taken = c == '_' || c == '-' || (c < 0x80 && Character.isLetterOrDigit(c));
            fit.append(taken ? c : '_');
        }
        if (fit.toString().equals(id)) {
            return id;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(id.getBytes(UTF_8));
        return fit + "_" + String.format("%08x", checksum.getValue());
    }
}
