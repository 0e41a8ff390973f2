package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@code functionResponse}: its texts as {@code response.result} or {@code response.error}, its images and documents as
 * {@code parts}. Those parts hold data only; what is given by address follows the results as a part of the content.
 */
final class ResultWriter {
    private final Writing writing;
    private final JsonBytes out;

    ResultWriter(Writing writing, JsonBytes out) {
        this.writing = writing;
        this.out = out;
    }

    /** The media of a result that are given by address. */
    static List<Part.Media> linked(List<Part> content) {
        List<Part.Media> linked = new ArrayList<>();
        for (Part part : content) {
            if (part instanceof Part.Media media) {
                switch (media.source()) {
                    case Part.Source.Url _, Part.Source.FileId _ -> linked.add(media);
                    case Part.Source.Parts(List<Part> pieces) -> linked.addAll(linked(pieces));
                    case Part.Source.Base64 _, Part.Source.Plain _ -> {}
                }
            }
        }
        return linked;
    }

    void write(Part.ToolResult result) {
        List<Json.Text> texts = new ArrayList<>();
        List<Part.Media> media = new ArrayList<>();
        sort(result.content(), texts, media);
        writing.lost(result.cache());
        out.beginObject().name("functionResponse").beginObject();
        out.field("id", result.callId());
        out.field("name", name(result));
        out.name("response");
        response(result, texts);
        if (!media.isEmpty()) {
            out.name("parts").beginArray();
            for (Part.Media one : media) {
                out.beginObject();
                MediaWriter.write(writing, one, out);
                out.endObject();
            }
            out.endArray();
        }
        out.endObject().endObject();
    }

    private void response(Part.ToolResult result, List<Json.Text> texts) {
        boolean error = result.error() != null && result.error().value();
        if (result.structured() != null) {
            out.value(result.structured());
            return;
        }
        out.beginObject();
        if (error || !texts.isEmpty()) {
            out.field(error ? "error" : "result", texts.isEmpty() ? Json.Text.EMPTY : Texts.joined(texts, "\n"));
        }
        out.endObject();
    }

    private void sort(List<Part> content, List<Json.Text> texts, List<Part.Media> media) {
        for (Part part : content) {
            switch (part) {
                case Part.Text text -> {
                    writing.lost(text.cache());
                    texts.add(text.text());
                }
                case Part.SearchResult found -> texts.add(Texts.of(found).text());
                case Part.Media one -> {
                    switch (one.source()) {
                        case Part.Source.Base64 _, Part.Source.Plain _ -> media.add(one);
                        case Part.Source.Parts(List<Part> pieces) -> {
                            MediaWriter.notes(writing, one);
                            sort(pieces, texts, media);
                        }
                        case Part.Source.Url _, Part.Source.FileId _ -> {
                            // See linked.
                        }
                    }
                }
                case Part.Opaque opaque -> writing.lost(opaque.at(), "Gemini does not know it within a result");
                default -> writing.refused(part.at(), "not expressible within a result.");
            }
        }
    }

    private String name(Part.ToolResult result) {
        Part.ToolCall call = writing.request().call(result.callId()).orElse(null);
        String name = call != null ? call.name() : result.name();
        if (name == null) {
            writing.refused(result.at(), "Gemini needs the call that it answers; send that as well.");
            return "";
        }
        return writing.names().atProvider(namespace(call), name);
    }

    private static @Nullable String namespace(Part.@Nullable ToolCall call) {
        return call == null ? null : call.namespace();
    }
}
