package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads a candidate's {@code groundingMetadata} (web pages, and which passage has what from which) and {@code citationMetadata}
 * (where the model recites). Both count in bytes of UTF-8.
 */
final class CitationReader {
    /**
     * A citation with its place in bytes.
     *
     * @param part the part's index; -1 where the wire leaves it open
     * @param from in bytes of the part's text; -1 where the wire does not say
     */
    record Found(Citation citation, int part, int from, int to) {}

    /**
     * What a candidate cites.
     *
     * @param searches how often the web was searched
     */
    record Grounding(List<Found> found, long searches) {}

    private record Page(Json.Text url, Json.@Nullable Text title) {}

    private final Reading reading;
    private final List<Found> found = new ArrayList<>();
    private long searches;

    private CitationReader(Reading reading) {
        this.reading = reading;
    }

    static Grounding read(Fields candidate, Reading reading) {
        CitationReader reader = new CitationReader(reading);
        Json.Obj grounding = candidate.object("groundingMetadata");
        if (grounding != null) {
            reader.grounding(Fields.eitherSpelling(candidate.at("groundingMetadata"), grounding, reading));
        }
        Json.Obj citations = candidate.object("citationMetadata");
        if (citations != null) {
            reader.recited(Fields.eitherSpelling(candidate.at("citationMetadata"), citations, reading));
        }
        return new Grounding(reader.found, reader.searches);
    }

    private void grounding(Fields grounding) {
        List<@Nullable Page> pages = new ArrayList<>();
        List<Item> chunks = Item.of(grounding, "groundingChunks");
        chunks.forEach(chunk -> pages.add(page(chunk)));
        List<Item> supports = Item.of(grounding, "groundingSupports");
        supports.forEach(support -> support(support, pages));
        for (int i = 0; supports.isEmpty() && i < pages.size(); i++) {
            add(chunks.get(i), pages.get(i), null, -1, -1, -1);
        }
        searches = Item.of(grounding, "webSearchQueries").size();
        grounding.extra("searchEntryPoint", Extra.Weight.HINT, "only Gemini's clients show it");
        grounding.end();
    }

    private @Nullable Page page(Item chunk) {
        if (!(chunk.value() instanceof Json.Obj object)) {
            reading.malformed(chunk.at(), "an object is expected.");
            return null;
        }
        Fields fields = Fields.eitherSpelling(chunk.at(), object, reading);
        Json.Obj web = fields.object("web");
        fields.end();
        if (web == null) {
            return null;
        }
        Fields page = Fields.eitherSpelling(fields.at("web"), web, reading);
        Json.Text uri = page.text("uri");
        Json.Text title = page.text("title");
        page.extra("domain", Extra.Weight.HINT, "only Gemini tells it");
        page.end();
        return uri == null ? null : new Page(uri, title);
    }

    private void support(Item item, List<@Nullable Page> pages) {
        if (!(item.value() instanceof Json.Obj object)) {
            reading.malformed(item.at(), "an object is expected.");
            return;
        }
        Fields support = Fields.eitherSpelling(item.at(), object, reading);
        Json.Obj segment = support.object("segment");
        Json.Text text = null;
        int part = -1;
        int from = -1;
        int to = -1;
        if (segment != null) {
            Fields fields = Fields.eitherSpelling(support.at("segment"), segment, reading);
            text = fields.text("text");
            to = index(fields, "endIndex");
            // Zeros are left out on Google's wire.
            from = to < 0 ? -1 : Math.max(0, index(fields, "startIndex"));
            part = index(fields, "partIndex");
            fields.end();
        }
        for (Item index : Item.of(support, "groundingChunkIndices")) {
            OptionalLong at = index.value() instanceof Json.Num number ? number.asLong() : OptionalLong.empty();
            if (at.isPresent() && at.getAsLong() >= 0 && at.getAsLong() < pages.size()) {
                add(item, pages.get((int) at.getAsLong()), text, part, from, to);
            } else {
                reading.malformed(index.at(), "the index of a grounding chunk is expected.");
            }
        }
        support.extra("confidenceScores", Extra.Weight.HINT, "only Gemini tells it");
        support.end();
    }

    private void recited(Fields metadata) {
        List<Item> sources = new ArrayList<>(Item.of(metadata, "citations"));
        sources.addAll(Item.of(metadata, "citationSources"));
        for (Item item : sources) {
            if (item.value() instanceof Json.Obj object) {
                Fields source = Fields.eitherSpelling(item.at(), object, reading);
                Json.Text uri = source.text("uri");
                Json.Text title = source.text("title");
                int to = index(source, "endIndex");
                int from = to < 0 ? -1 : Math.max(0, index(source, "startIndex"));
                add(item, uri == null ? null : new Page(uri, title), null, -1, from, to);
                source.end();
            } else {
                reading.malformed(item.at(), "an object is expected.");
            }
        }
        metadata.end();
    }

    /** Of what is no web page the citation is an extra: nobody else can cite it. */
    private void add(Item item, @Nullable Page page, Json.@Nullable Text text, int part, int from, int to) {
        if (page == null) {
            reading.extra(item.at(), item.value(), Extra.Weight.HINT, "cites what is no web page");
            return;
        }
        Citation citation = new Citation(
                item.at(), page.url(), page.title(), text, -1, -1, Protocol.GENERATE_CONTENT, item.value());
        found.add(new Found(citation, part, from, to));
    }

    private static int index(Fields fields, String name) {
        return (int) Math.min(fields.count(name), Integer.MAX_VALUE);
    }
}
