package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;

/** Citations: by character, page, chunk, search result or web page. None says where in the text it belongs. */
final class Citations {
    private Citations() {}

    static List<Citation> read(Fields of, Reading reading) {
        Json.Arr array = of.array("citations");
        List<Citation> citations = new ArrayList<>();
        if (array != null) {
            for (Json each : array) {
                Path at = of.at("citations").element(citations.size());
                if (each instanceof Json.Obj raw) {
                    citations.add(one(at, raw));
                } else {
                    reading.malformed(at, "a citation, an object, is expected.");
                }
            }
        }
        return citations;
    }

    /** The citation as it stands: what is not taken out of it stays in its raw form. */
    static Citation one(Path at, Json.Obj raw) {
        Json.Text url = raw.get("location") instanceof Json.Obj location
                        && location.get("web") instanceof Json.Obj web
                        && web.get("url") instanceof Json.Text address
                ? address
                : null;
        Json.Text title = raw.get("title") instanceof Json.Text text ? text : null;
        Json.Text cited = raw.get("sourceContent") instanceof Json.Arr passages
                        && !passages.items().isEmpty()
                        && passages.items().getFirst() instanceof Json.Obj passage
                        && passage.get("text") instanceof Json.Text text
                ? text
                : null;
        return new Citation(at, url, title, cited, -1, -1, Protocol.CONVERSE, raw);
    }
}
