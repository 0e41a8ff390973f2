package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;

/** Anthropic's thinking is one text; paragraphs are set apart by an empty line. */
final class Thoughts {
    static final String BREAK = "\n\n";

    private Thoughts() {}

    static void text(List<Json.Text> paragraphs, JsonBytes out) {
        out.beginText();
        for (int i = 0; i < paragraphs.size(); i++) {
            out.append(i == 0 ? "" : BREAK).append(paragraphs.get(i));
        }
        out.endText();
    }
}
