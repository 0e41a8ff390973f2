package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/** {@code image_url}, {@code file} and {@code input_audio}. What the destination cannot be shown is refused. */
final class ChatMediaWriter {
    static final String NO_CITATIONS = "Chat Completions cites web pages only";

    private final Destination destination;
    private final Losses losses;
    private final Reading refused;
    private final JsonBytes out;

    ChatMediaWriter(Destination destination, Losses losses, Reading refused, JsonBytes out) {
        this.destination = destination;
        this.losses = losses;
        this.refused = refused;
        this.out = out;
    }

    void write(Part.Media media) {
        String why = switch (media.kind()) {
            case IMAGE -> image(media);
            case DOCUMENT -> document(media);
            case AUDIO -> audio(media);
            case VIDEO -> "The model takes no video. Leave it out.";
        };
        if (why != null) {
            refused.notExpressible(media.at(), why);
        }
        losses.request(media.context(), "Chat Completions has no word for it");
        losses.request(media.citations(), NO_CITATIONS);
        if (media.signature() != null) {
            losses.incidental(media.at().member("thoughtSignature"), "a signature counts at its own provider only");
        }
        ChatPartsWriter.report(destination, losses, media.cache());
    }

    /** Why it cannot be written, or null. */
    private @Nullable String image(Part.Media media) {
        switch (media.source()) {
            case Part.Source.Base64(Json.Text data) -> {
                if (media.mediaType() == null) {
                    return "The image's media type is missing. Give it.";
                }
                begin("image_url");
                dataUrl("url", media.mediaType(), data);
            }
            case Part.Source.Url(Json.Text url) -> {
                if (!destination.takes(Takes.MEDIA_URL)) {
                    return "The model takes no images by URL. Send its bytes.";
                }
                begin("image_url").field("url", url);
            }
            case Part.Source.FileId _ -> {
                return "Chat Completions takes no images by file id. Send its bytes.";
            }
            case Part.Source.Plain _, Part.Source.Parts _ -> {
                return "An image is expected.";
            }
        }
        losses.request(media.name(), "Chat Completions has no names for images");
        detail(media.detail());
        end(media);
        return null;
    }

    private void detail(@Nullable Said<String> said) {
        if (said == null) {
            return;
        }
        String detail = switch (said.value()) {
            case "auto", "low", "high", "original" -> said.value();
            case "MEDIA_RESOLUTION_LOW" -> "low";
            case "MEDIA_RESOLUTION_HIGH" -> "high";
            default -> null;
        };
        if (detail == null) {
            losses.incidental(said, "OpenAI has no such detail");
        } else {
            out.field("detail", detail);
        }
    }

    private @Nullable String document(Part.Media media) {
        if (!destination.takes(Takes.DOCUMENTS)) {
            return "The model takes no documents. Send their text.";
        }
        switch (media.source()) {
            case Part.Source.Base64(Json.Text data) -> {
                String type = media.mediaType() == null ? "application/pdf" : media.mediaType();
                begin("file");
                if (media.name() == null) {
                    out.field("filename", type.equals("application/pdf") ? "document.pdf" : "document");
                } else {
                    out.field("filename", media.name().value());
                }
                dataUrl("file_data", type, data);
            }
            case Part.Source.FileId(var home, String id) -> {
                // One store of files serves both of OpenAI's protocols.
                if (home.dialect() != Dialect.OPENAI) {
                    return "The file lies at another provider. Send its bytes.";
                }
                begin("file").field("file_id", id);
                if (media.name() != null) {
                    out.field("filename", media.name().value());
                }
            }
            case Part.Source.Url _ -> {
                return "Chat Completions takes no documents by URL. Send their bytes.";
            }
            case Part.Source.Plain _, Part.Source.Parts _ -> {
                return "A document's bytes are expected.";
            }
        }
        losses.incidental(media.detail(), "Chat Completions has no detail of files");
        end(media);
        return null;
    }

    private @Nullable String audio(Part.Media media) {
        String format = switch (media.mediaType()) {
            case "audio/wav", "audio/x-wav", "audio/wave" -> "wav";
            case "audio/mp3", "audio/mpeg" -> "mp3";
            case null, default -> null;
        };
        if (!destination.takes(Takes.AUDIO)) {
            return "The model takes no audio. Leave it out.";
        }
        if (!(media.source() instanceof Part.Source.Base64(Json.Text data)) || format == null) {
            return "Chat Completions takes audio as the bytes of WAV or MP3 only.";
        }
        begin("input_audio").field("data", data).field("format", format);
        losses.request(media.name(), "Chat Completions has no names for audio");
        end(media);
        return null;
    }

    private JsonBytes begin(String type) {
        return out.beginObject().field("type", type).name(type).beginObject();
    }

    private void end(Part.Media media) {
        out.endObject();
        ChatPartsWriter.breakpoint(destination, out, media.cache());
        out.endObject();
    }

    private void dataUrl(String name, String mediaType, Json.Text data) {
        out.name(name)
                .beginText()
                .append("data:")
                .append(mediaType)
                .append(";base64,")
                .append(data)
                .endText();
    }
}
