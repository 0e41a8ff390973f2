package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Extra.Weight;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;

/** {@code annotations}: {@code url_citation}s, whose indexes count the whole message's code points. */
final class ChatAnnotations {
    private ChatAnnotations() {}

    static List<Citation> read(Fields message, Reading reading) {
        Json.Arr annotations = message.array("annotations");
        if (annotations == null) {
            return List.of();
        }
        List<Citation> citations = new ArrayList<>();
        int i = 0;
        for (Json item : annotations) {
            Path at = message.at("annotations").element(i++);
            if (item instanceof Json.Obj object && object.get("url_citation") instanceof Json.Obj cited) {
                Fields fields = new Fields(at.member("url_citation"), cited, reading);
                Json.Text url = fields.text("url");
                citations.add(new Citation(
                        at,
                        url,
                        fields.text("title"),
                        null,
                        index(fields.count("start_index")),
                        index(fields.count("end_index")),
                        Protocol.CHAT_COMPLETIONS,
                        object));
                fields.end();
            } else {
                reading.extra(at, item, Weight.HINT, ChatRequestReader.OPENAI_ONLY);
            }
        }
        return citations;
    }

    private static int index(long count) {
        return (int) Math.min(count, Integer.MAX_VALUE);
    }

    /** The same, of a text whose place in the message is not known. */
    static Citation unplaced(Citation of) {
        return new Citation(of.at(), of.url(), of.title(), of.citedText(), -1, -1, of.home(), of.raw());
    }

    /** Whether it can be written; where not, it is reported. */
    static boolean expressible(Citation citation, Losses losses) {
        if (citation.url() == null) {
            losses.answer(citation.at(), "Chat Completions cites web pages only");
        }
        return citation.url() != null;
    }

    /**
     * Writes one that is {@link #expressible}.
     *
     * @param before code points of the message before the citation's part
     * @param end code points of the message up to where the part ends, or the stream has come
     */
    static void write(JsonBytes out, Citation citation, int before, int end) {
        out.beginObject().field("type", "url_citation").name("url_citation").beginObject();
        out.field("start_index", citation.start() < 0 ? before : before + citation.start());
        out.field("end_index", citation.end() < 0 ? end : before + citation.end());
        out.field("title", citation.title() == null ? Json.Text.EMPTY : citation.title());
        out.field("url", citation.url() == null ? Json.Text.EMPTY : citation.url());
        out.endObject().endObject();
    }
}
