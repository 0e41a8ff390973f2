package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads images, documents and search results. */
final class MediaReader {
    /** A source and the type that it says. */
    private record Found(Part.Source source, @Nullable String mediaType) {
        static final Found NOTHING = new Found(new Part.Source.Plain(Json.Text.EMPTY), null);
    }

    private final Reading reading;
    private final BlockReader blocks;

    MediaReader(Reading reading, BlockReader blocks) {
        this.reading = reading;
        this.blocks = blocks;
    }

    Part image(Fields fields) {
        Found found = source(fields, Part.Media.Kind.IMAGE);
        fields.extra("transformations", Extra.Weight.HINT, "only Anthropic knows it");
        return new Part.Media(
                fields.at(),
                Part.Media.Kind.IMAGE,
                found.mediaType,
                found.source,
                null,
                null,
                null,
                null,
                CacheHints.read(fields, reading),
                null);
    }

    Part document(Fields fields) {
        Found found = source(fields, Part.Media.Kind.DOCUMENT);
        return new Part.Media(
                fields.at(),
                Part.Media.Kind.DOCUMENT,
                found.mediaType,
                found.source,
                fields.said("title", fields.text("title")),
                null,
                fields.said("context", fields.text("context")),
                citations(fields),
                CacheHints.read(fields, reading),
                null);
    }

    Part searchResult(Fields fields) {
        List<Part.Text> content = new ArrayList<>();
        Json.Arr array = fields.array("content");
        if (array == null) {
            reading.malformed(fields.at("content"), "required, an array of text blocks.");
        } else {
            for (Part part : blocks.content(fields.at("content"), array, BlockReader.Place.SYSTEM)) {
                if (part instanceof Part.Text text) {
                    content.add(text);
                }
            }
        }
        return new Part.SearchResult(
                fields.at(),
                Texts.required(fields, "source", reading),
                Texts.required(fields, "title", reading),
                content,
                citations(fields),
                CacheHints.read(fields, reading));
    }

    private @Nullable Said<Boolean> citations(Fields of) {
        Json.Obj object = of.object("citations");
        if (object == null) {
            return null;
        }
        Fields fields = new Fields(of.at("citations"), object, reading);
        Said<Boolean> enabled = fields.saidFlag("enabled");
        fields.end();
        return enabled;
    }

    private Found source(Fields of, Part.Media.Kind kind) {
        Json.Obj object = of.object("source");
        if (object == null) {
            reading.malformed(of.at("source"), "required, an object.");
            return Found.NOTHING;
        }
        Fields fields = new Fields(of.at("source"), object, reading);
        String type = fields.required("type");
        boolean document = kind == Part.Media.Kind.DOCUMENT;
        Found found = switch (type) {
            case "base64" -> {
                String mediaType = fields.required("media_type");
                yield new Found(new Part.Source.Base64(Texts.required(fields, "data", reading)), mediaType);
            }
            case "url" -> new Found(new Part.Source.Url(Texts.required(fields, "url", reading)), null);
            case "file" -> new Found(new Part.Source.FileId(Protocol.MESSAGES, fields.required("file_id")), null);
            case "text" -> document ? plain(fields) : unknown(fields);
            case "content" -> document ? parts(fields) : unknown(fields);
            default -> unknown(fields);
        };
        fields.end();
        return found;
    }

    private Found plain(Fields fields) {
        String mediaType = fields.string("media_type");
        return new Found(
                new Part.Source.Plain(Texts.required(fields, "data", reading)),
                mediaType == null ? "text/plain" : mediaType);
    }

    private Found parts(Fields fields) {
        return new Found(
                new Part.Source.Parts(
                        blocks.content(fields.at("content"), fields.any("content"), BlockReader.Place.DOCUMENT)),
                null);
    }

    private Found unknown(Fields fields) {
        fields.skip("media_type");
        reading.notExpressible(fields.at("type"), "a source of this type is not known; send base64 or a URL");
        return Found.NOTHING;
    }
}
