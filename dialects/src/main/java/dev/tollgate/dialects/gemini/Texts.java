package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;

/** Texts put together, byte by byte. */
final class Texts {
    private Texts() {}

    static Json.Text joined(List<Json.Text> texts, String between) {
        if (texts.size() == 1) {
            return texts.getFirst();
        }
        JsonBytes out = new JsonBytes().beginText();
        for (int i = 0; i < texts.size(); i++) {
            out.append(i == 0 ? "" : between).append(texts.get(i));
        }
        return whole(out);
    }

    /** What was appended since {@code beginText}. */
    static Json.Text whole(JsonBytes begun) {
        byte[] text = begun.endText().toBytes();
        return Json.parse(text, 0, text.length) instanceof ParsedJson.Whole(Json.Text whole) ? whole : Json.Text.EMPTY;
    }

    /** A passage as a text, its title and source before it. */
    static Part.Text of(Part.SearchResult found) {
        List<Json.Text> lines = new ArrayList<>(List.of(found.title(), found.source()));
        found.content().forEach(text -> lines.add(text.text()));
        return Part.Text.of(found.at(), joined(lines, "\n"));
    }
}
