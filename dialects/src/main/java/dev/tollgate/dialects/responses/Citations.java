package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;

/** Writes citations as annotations. */
final class Citations {
    static final String NO_PAGE = "only citations of web pages cross";

    private Citations() {}

    /**
     * As it stood, or as a {@code url_citation}; one that does not say which part of the text it is for is for all of it.
     *
     * @return false where it is not expressible, and nothing was written
     */
    static boolean write(Citation citation, Json.Text text, JsonBytes out) {
        if (citation.home() == Protocol.RESPONSES) {
            out.value(citation.raw());
            return true;
        }
        Json.Text url = citation.url();
        if (url == null) {
            return false;
        }
        boolean placed = citation.start() >= 0 && citation.end() >= citation.start();
        String whole = placed ? "" : text.string();
        out.beginObject()
                .field("type", "url_citation")
                .field("start_index", placed ? citation.start() : 0)
                .field("end_index", placed ? citation.end() : whole.codePointCount(0, whole.length()))
                .field("url", url)
                .field("title", citation.title() == null ? Json.Text.EMPTY : citation.title())
                .endObject();
        return true;
    }
}
