package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the content of a request's messages and tool outputs. */
final class ContentWriter {
    static final String NO_BREAKPOINTS = "the model takes no cache breakpoints; OpenAI caches prompts by itself";

    private static final Set<String> DETAILS = Set.of("low", "high", "auto", "original");

    private final Writing writing;
    private final JsonBytes out;

    ContentWriter(Writing writing) {
        this.writing = writing;
        this.out = writing.out();
    }

    /**
     * Writes the part as one or more elements of a content array.
     *
     * @param assistant whether the model has said it
     */
    void write(Part part, boolean assistant) {
        switch (part) {
            case Part.Text text -> text(text, assistant);
            case Part.Refusal refusal ->
                out.beginObject()
                        .field("type", assistant ? "refusal" : "input_text")
                        .field(assistant ? "refusal" : "text", refusal.text())
                        .endObject();
            case Part.Media media -> {
                if (assistant) {
                    writing.refuse(media.at(), "Responses has no media that the assistant has said.");
                } else {
                    media(media);
                }
            }
            case Part.SearchResult result -> searchResult(result, assistant);
            case Part.Opaque opaque -> opaque(opaque);
            case Part.ToolCall _, Part.ToolResult _, Part.Reasoning _ ->
                writing.refuse(part.at(), "is an item of its own in Responses, and stands within a content.");
        }
    }

    /** A part of another provider's own: lost, or refused. */
    void opaque(Part.Opaque opaque) {
        String why = "only its own provider can read " + opaque.type();
        switch (opaque.weight()) {
            case INCIDENTAL, HINT -> writing.lost(opaque.at(), why);
            case ESSENTIAL -> writing.refuse(opaque.at(), why);
        }
    }

    private void text(Part.Text text, boolean assistant) {
        out.beginObject()
                .field("type", assistant ? "output_text" : "input_text")
                .field("text", text.text());
        if (assistant) {
            annotations(text);
            if (text.cache() != null) {
                writing.losses().incidental(text.cache().at(), "only input takes a cache breakpoint");
            }
        } else {
            text.citations()
                    .forEach(citation -> writing.losses().incidental(citation.at(), "input has no annotations"));
            cache(text.cache());
        }
        out.endObject();
        lost(text.signature(), text);
    }

    private void annotations(Part.Text text) {
        if (text.citations().isEmpty()) {
            return;
        }
        out.name("annotations").beginArray();
        for (Citation citation : text.citations()) {
            if (!Citations.write(citation, text.text(), out)) {
                writing.losses().incidental(citation.at(), Citations.NO_PAGE);
            }
        }
        out.endArray();
    }

    private void cache(@Nullable CacheHint cache) {
        if (cache == null) {
            return;
        }
        if (writing.takes(Takes.CACHE_BREAKPOINTS)) {
            out.name("prompt_cache_breakpoint")
                    .beginObject()
                    .field("mode", "explicit")
                    .endObject();
            if (cache.ttl() != CacheHint.Ttl.UNSAID) {
                writing.losses().incidental(cache.at().member("ttl"), "OpenAI has other times to live");
            }
        } else {
            writing.losses().incidental(cache.at(), NO_BREAKPOINTS);
        }
    }

    /** A signature of a part that has none in Responses. */
    void lost(@Nullable Signature signature, Part part) {
        if (signature != null) {
            writing.losses().incidental(part.at(), "its signature is another provider's");
        }
    }

    private void searchResult(Part.SearchResult result, boolean assistant) {
        out.beginObject()
                .field("type", assistant ? "output_text" : "input_text")
                .name("text")
                .beginText()
                .append(result.title())
                .append("\n")
                .append(result.source());
        for (Part.Text text : result.content()) {
            out.append("\n\n").append(text.text());
        }
        out.endText();
        if (!assistant) {
            cache(result.cache());
        }
        out.endObject();
        writing.losses().request(result.citations(), "no citations of passages that the client gives");
    }

    private void media(Part.Media media) {
        lost(media.signature(), media);
        writing.losses().request(media.context(), "a document has no context");
        Said<Boolean> citations = media.citations();
        if (citations != null && citations.value()) {
            writing.losses().request(citations, "no citations of documents that the client gives");
        }
        switch (media.kind()) {
            case IMAGE -> image(media);
            case DOCUMENT -> document(media);
            case AUDIO -> writing.refuse(media.at(), "Responses takes no audio.");
            case VIDEO -> writing.refuse(media.at(), "Responses takes no video.");
        }
    }

    private void image(Part.Media media) {
        String type = media.mediaType();
        switch (media.source()) {
            case Part.Source.Base64(Json.Text data)
            when type != null -> {
                begin("input_image");
                dataUrl("image_url", type, data);
                end(media);
            }
            case Part.Source.Base64 _ -> writing.refuse(media.at(), "an image's media type is required.");
            case Part.Source.Url(Json.Text url) -> url(media, "input_image", "image_url", url);
            case Part.Source.FileId(Protocol home, String id) -> file(media, "input_image", home, id);
            case Part.Source.Plain _, Part.Source.Parts _ -> writing.refuse(media.at(), "is text and no image.");
        }
    }

    private void document(Part.Media media) {
        switch (media.source()) {
            case Part.Source.Plain(Json.Text text) -> {
                name(media);
                begin("input_text").field("text", text);
                cache(media.cache());
                out.endObject();
            }
            case Part.Source.Parts(List<Part> parts) -> {
                name(media);
                parts.forEach(part -> write(part, false));
                if (media.cache() != null) {
                    writing.losses().incidental(media.cache().at(), "the document goes as several parts");
                }
            }
            case Part.Source.FileId(Protocol home, String id) -> file(media, "input_file", home, id);
            case Part.Source.Url(Json.Text url) when documents(media) -> url(media, "input_file", "file_url", url);
            case Part.Source.Base64(Json.Text data)
            when documents(media) -> {
                String type = media.mediaType() == null ? "application/pdf" : media.mediaType();
                begin("input_file");
                if (media.name() == null) {
                    out.field("filename", type.equals("application/pdf") ? "document.pdf" : "document");
                } else {
                    out.field("filename", media.name().value());
                }
                dataUrl("file_data", type, data);
                end(media);
            }
            case Part.Source.Url _, Part.Source.Base64 _ -> {}
        }
    }

    private boolean documents(Part.Media media) {
        if (!writing.takes(Takes.DOCUMENTS)) {
            writing.refuse(media.at(), "the model takes no documents; send their text.");
            return false;
        }
        return true;
    }

    /** A document that goes as text keeps its name as a line before it. */
    private void name(Part.Media media) {
        if (media.name() != null) {
            begin("input_text").field("text", media.name().value()).endObject();
        }
    }

    private void url(Part.Media media, String type, String name, Json.Text url) {
        if (!writing.takes(Takes.MEDIA_URL)) {
            writing.refuse(media.at(), "the model takes no media by URL; send the bytes in base64.");
            return;
        }
        begin(type).field(name, url);
        if (media.name() != null) {
            writing.losses().request(media.name(), "a file by URL has no name");
        }
        end(media);
    }

    private void file(Part.Media media, String type, Protocol home, String id) {
        if (home.dialect() != Protocol.RESPONSES.dialect()) {
            writing.refuse(media.at(), "the file lies at another provider; send its bytes in base64.");
            return;
        }
        begin(type).field("file_id", id);
        if (media.name() != null) {
            writing.losses().request(media.name(), "the file has its own name");
        }
        end(media);
    }

    private JsonBytes begin(String type) {
        return out.beginObject().field("type", type);
    }

    private void end(Part.Media media) {
        Said<String> detail = media.detail();
        if (detail != null && DETAILS.contains(detail.value())) {
            out.field("detail", detail.value());
        } else {
            writing.losses().incidental(detail, "OpenAI's details are low, high, auto and original");
        }
        cache(media.cache());
        out.endObject();
    }

    private void dataUrl(String name, String type, Json.Text data) {
        out.name(name)
                .beginText()
                .append("data:")
                .append(type)
                .append(";base64,")
                .append(data)
                .endText();
    }
}
