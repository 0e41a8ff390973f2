package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The web pages that a candidate cites, to be written as its {@code groundingMetadata}: one chunk and one support for each. */
final class Grounding {
    /** More are a loss; it bounds what a stream keeps. */
    private static final int MOST = 1000;

    private record Support(
            Json.Text url, Json.@Nullable Text title, Json.@Nullable Text text, int part, int from, int to) {}

    private final Losses losses;
    private final List<Support> supports = new ArrayList<>();

    Grounding(Losses losses) {
        this.losses = losses;
    }

    /**
     * Adds one.
     *
     * @param part the part's index; -1 to leave it open
     * @param from in bytes of the part's text; -1 where that is not known
     */
    void add(Citation citation, int part, int from, int to) {
        if (citation.url() == null || supports.size() == MOST) {
            losses.answer(citation.at(), citation.url() == null ? "Gemini cites web pages only" : "too many citations");
            return;
        }
        supports.add(new Support(citation.url(), citation.title(), citation.citedText(), part, from, to));
    }

    /** As {@link #add}, to be written after the event is gone. */
    void keep(Citation citation, int from, int to) {
        Citation kept = new Citation(
                citation.at(),
                detached(citation.url()),
                detached(citation.title()),
                detached(citation.citedText()),
                -1,
                -1,
                citation.home(),
                Json.Null.NULL);
        add(kept, -1, from, to);
    }

    /** Writes nothing where there are none. */
    void write(JsonBytes out) {
        if (supports.isEmpty()) {
            return;
        }
        out.name("groundingMetadata").beginObject().name("groundingChunks").beginArray();
        for (Support support : supports) {
            out.beginObject().name("web").beginObject().field("uri", support.url());
            if (support.title() != null) {
                out.field("title", support.title());
            }
            out.endObject().endObject();
        }
        out.endArray().name("groundingSupports").beginArray();
        for (int i = 0; i < supports.size(); i++) {
            support(supports.get(i), i, out);
        }
        out.endArray().endObject();
    }

    private static void support(Support support, int index, JsonBytes out) {
        out.beginObject().name("segment").beginObject();
        if (support.part() >= 0) {
            out.field("partIndex", support.part());
        }
        if (support.from() >= 0) {
            out.field("startIndex", support.from()).field("endIndex", support.to());
        }
        if (support.text() != null) {
            out.field("text", support.text());
        }
        out.endObject()
                .name("groundingChunkIndices")
                .beginArray()
                .number(index)
                .endArray()
                .endObject();
    }

    private static Json.@Nullable Text detached(Json.@Nullable Text text) {
        return text == null ? null : (Json.Text) text.detached();
    }
}
