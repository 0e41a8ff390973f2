package dev.tollgate.dialects.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.Utf8;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes images and documents; sound and film are refused. */
final class MediaWriter {
    private static final Set<String> IMAGES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");
    private static final Set<String> TEXTS = Set.of("application/json", "application/xml", "application/yaml");
    /** What every PDF begins with, in base64. */
    private static final String PDF = "JVBERi";

    private final Writing to;
    private final JsonBytes out;
    private final BlockWriter blocks;

    MediaWriter(Writing to, BlockWriter blocks) {
        this.to = to;
        this.out = to.out();
        this.blocks = blocks;
    }

    void media(Part.Media media) {
        if (media.signature() != null) {
            to.losses().incidental(media.at(), "its signature is another provider's");
        }
        if (media.detail() != null && !media.detail().value().equals("auto")) {
            to.losses().incidental(media.detail(), "Anthropic has one resolution");
        }
        switch (media.kind()) {
            case IMAGE -> image(media);
            case DOCUMENT -> document(media);
            case AUDIO -> refuse(media, "Anthropic's models do not hear; send a transcript");
            case VIDEO -> refuse(media, "Anthropic's models see no film; send single images");
        }
    }

    private void image(Part.Media media) {
        to.losses().request(media.name(), "an image has no name at Anthropic");
        out.beginObject().field("type", "image");
        switch (media.source()) {
            case Part.Source.Base64(Json.Text data) -> {
                String type = media.mediaType();
                if (type == null || !IMAGES.contains(type)) {
                    refuse(media, "Anthropic takes images as JPEG, PNG, GIF and WebP");
                } else {
                    base64(type, data);
                }
            }
            case Part.Source.Url(Json.Text url) -> url(media, url);
            case Part.Source.FileId(Protocol home, String id) -> file(media, home, id);
            case Part.Source.Plain _, Part.Source.Parts _ -> refuse(media, "an image is no text");
        }
        to.cache().write(media.cache(), out, to.losses());
        out.endObject();
    }

    private void document(Part.Media media) {
        if (!to.destination().takes(Destination.Takes.DOCUMENTS)) {
            refuse(media, "the model takes no documents; send the text");
        }
        out.beginObject().field("type", "document");
        switch (media.source()) {
            case Part.Source.Base64(Json.Text data) -> encoded(media, data);
            case Part.Source.Url(Json.Text url) -> url(media, url);
            case Part.Source.FileId(Protocol home, String id) -> file(media, home, id);
            case Part.Source.Plain(Json.Text text) -> plain(text);
            case Part.Source.Parts(List<Part> parts) -> {
                out.name("source").beginObject().field("type", "content").name("content");
                blocks.content(parts);
                out.endObject();
            }
        }
        if (media.name() != null) {
            out.field("title", media.name().value());
        }
        if (media.context() != null) {
            out.field("context", media.context().value());
        }
        if (media.citations() != null) {
            out.name("citations")
                    .beginObject()
                    .field("enabled", media.citations().value())
                    .endObject();
        }
        to.cache().write(media.cache(), out, to.losses());
        out.endObject();
    }

    /** A PDF goes as it is; of text, Anthropic wants the text itself. */
    private void encoded(Part.Media media, Json.Text data) {
        String type = media.mediaType();
        if ("application/pdf".equals(type) || (type == null && data.startsWith(PDF))) {
            base64("application/pdf", data);
        } else if (type != null && (type.startsWith("text/") || TEXTS.contains(type))) {
            decoded(data).ifPresentOrElse(this::plain, () -> refuse(media, "base64 of UTF-8 text is expected"));
        } else {
            refuse(media, "Anthropic takes documents as PDF and text");
        }
    }

    private static Optional<Json.Text> decoded(Json.Text data) {
        try {
            byte[] text = Base64.getMimeDecoder().decode(data.utf8());
            return Utf8.firstInvalid(text, 0, text.length) < 0
                    ? Optional.of(Json.Text.of(new String(text, UTF_8)))
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private void plain(Json.Text text) {
        out.name("source").beginObject().field("type", "text");
        out.field("media_type", "text/plain").field("data", text).endObject();
    }

    private void base64(String mediaType, Json.Text data) {
        out.name("source").beginObject().field("type", "base64");
        out.field("media_type", mediaType).field("data", data).endObject();
    }

    private void url(Part.Media media, Json.Text url) {
        if (!to.destination().takes(Destination.Takes.MEDIA_URL)) {
            refuse(media, "the model takes no URLs; send the content as base64");
        }
        out.name("source").beginObject().field("type", "url").field("url", url).endObject();
    }

    private void file(Part.Media media, @Nullable Protocol home, String id) {
        if (home != Protocol.MESSAGES) {
            refuse(media, "the file lies at another provider; send its content");
        }
        out.name("source")
                .beginObject()
                .field("type", "file")
                .field("file_id", id)
                .endObject();
    }

    private void refuse(Part.Media media, String why) {
        to.refusals().notExpressible(media.at(), why);
    }
}
