package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.List;

/** Texts put together, undecoded. */
final class ChatTexts {
    private ChatTexts() {}

    static Json.Text join(String separator, List<Json.Text> texts) {
        if (texts.size() == 1) {
            return texts.getFirst();
        }
        JsonBytes joined = new JsonBytes().beginText();
        for (int i = 0; i < texts.size(); i++) {
            if (i > 0) {
                joined.append(separator);
            }
            joined.append(texts.get(i));
        }
        return text(joined.endText());
    }

    /** What was written, which is one text. */
    static Json.Text text(JsonBytes written) {
        byte[] document = written.toBytes();
        return Json.parse(document, 0, document.length) instanceof ParsedJson.Whole(Json.Text text)
                ? text
                : Json.Text.EMPTY;
    }

    /** Code points: what OpenAI counts in. */
    static int codePoints(Json.Text text) {
        String string = text.string();
        return string.codePointCount(0, string.length());
    }
}
