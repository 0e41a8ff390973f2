package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Citations of a text: by character, page, block, search result or web page. None says where in the text it belongs. */
final class Citations {
    private Citations() {}

    static List<Citation> read(Fields of, Reading reading) {
        Json.Arr array = of.array("citations");
        if (array == null) {
            return List.of();
        }
        List<Citation> citations = new ArrayList<>();
        for (Json each : array) {
            Path at = of.at("citations").element(citations.size());
            if (each instanceof Json.Obj raw) {
                citations.add(one(at, raw, reading));
            } else {
                reading.malformed(at, "a citation, an object, is expected.");
            }
        }
        return citations;
    }

    /** The citation as it stands, whatever its type: what is not taken out of it stays in its raw form. */
    static Citation one(Path at, Json.Obj raw, Reading reading) {
        Fields fields = new Fields(at, raw, reading);
        String type = fields.required("type");
        Json.Text title = fields.text("title");
        return new Citation(
                at,
                type.equals("web_search_result_location") ? fields.text("url") : null,
                title == null ? fields.text("document_title") : title,
                fields.text("cited_text"),
                -1,
                -1,
                Protocol.MESSAGES,
                raw);
    }

    /** Whether Anthropic's clients can be told: its own citations, and web pages. */
    static boolean sayable(Citation citation) {
        return citation.home() == Protocol.MESSAGES || citation.url() != null;
    }

    /** One that is {@link #sayable}. */
    static void write(Citation citation, JsonBytes out) {
        if (citation.home() == Protocol.MESSAGES) {
            out.value(citation.raw());
            return;
        }
        out.beginObject().field("type", "web_search_result_location");
        out.field("cited_text", orEmpty(citation.citedText()));
        out.field("encrypted_index", Json.Text.EMPTY); // only Anthropic's own search has one
        if (citation.title() == null) {
            out.name("title").nothing();
        } else {
            out.field("title", citation.title());
        }
        out.field("url", orEmpty(citation.url())).endObject();
    }

    private static Json.Text orEmpty(Json.@Nullable Text text) {
        return text == null ? Json.Text.EMPTY : text;
    }
}
