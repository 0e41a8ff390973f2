package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes images, documents, sound and film. Their bytes must be there: Converse takes addresses of S3 besides, but it would read them
 * with the rights of the gate's own credential, which are not the caller's.
 */
final class MediaWriter {
    private static final int LONGEST_NAME = 200;
    private static final String DOCUMENT = "document";
    /** What every PDF begins with, in base64. */
    private static final String PDF = "JVBERi";

    private final Writing to;
    private final JsonBytes out;
    /** Bedrock refuses two documents of one name. */
    private final Set<String> names = new HashSet<>();

    MediaWriter(Writing to) {
        this.to = to;
        this.out = to.out();
    }

    void media(Part.Media media) {
        if (media.signature() != null) {
            to.losses().incidental(media.at(), "its signature is another provider's");
        }
        if (media.detail() != null && !media.detail().value().equals("auto")) {
            to.losses().incidental(media.detail(), "Bedrock has one resolution");
        }
        String type = media.mediaType() == null ? "" : media.mediaType();
        switch (media.kind()) {
            case IMAGE -> binary("image", media, image(type), "Bedrock takes images as PNG, JPEG, GIF and WebP");
            case DOCUMENT -> document(media);
            case AUDIO -> {
                boolean hears = to.destination().takes(Destination.Takes.AUDIO);
                binary("audio", media, hears ? audio(type) : null, "the model does not hear; send a transcript");
            }
            case VIDEO -> {
                boolean sees = to.family() == ModelFamily.NOVA;
                binary("video", media, sees ? video(type) : null, "the model sees no film; send single images");
            }
        }
    }

    /** Within a tool's result, where sound has no place. */
    void ofResult(Part.Media media) {
        if (media.kind() == Part.Media.Kind.AUDIO) {
            refuse(media, "Bedrock's tools do not give sound; send a transcript");
        } else {
            media(media);
        }
    }

    private void binary(String kind, Part.Media media, @Nullable String format, String otherwise) {
        to.losses().request(media.name(), "it has no name at Bedrock");
        if (media.source() instanceof Part.Source.Base64(Json.Text data)) {
            if (format == null) {
                refuse(media, otherwise);
                return;
            }
            out.beginObject().name(kind).beginObject().field("format", format);
            bytes(data);
            out.endObject().endObject();
        } else {
            elsewhere(media);
        }
    }

    private void document(Part.Media media) {
        if (!to.destination().takes(Destination.Takes.DOCUMENTS)) {
            refuse(media, "the model takes no documents; send the text");
            return;
        }
        switch (media.source()) {
            case Part.Source.Base64(Json.Text data) -> {
                String format = documentFormat(media.mediaType(), data);
                if (format == null) {
                    refuse(media, "Bedrock takes documents as PDF, text, HTML, CSV and those of Word and Excel");
                    return;
                }
                begin(media, format);
                bytes(data);
            }
            case Part.Source.Plain(Json.Text text) -> {
                begin(media, "txt");
                String encoded = Base64.getEncoder().encodeToString(text.utf8());
                out.name("source").beginObject().field("bytes", encoded).endObject();
            }
            case Part.Source.Parts(List<Part> parts) -> {
                if (!parts.stream().allMatch(Part.Text.class::isInstance)) {
                    refuse(media, "Bedrock's documents of parts hold text only");
                    return;
                }
                begin(media, "txt");
                out.name("source").beginObject().name("content").beginArray();
                for (Part part : parts) {
                    if (part instanceof Part.Text text) {
                        out.beginObject().field("text", text.text()).endObject();
                    }
                }
                out.endArray().endObject();
            }
            case Part.Source.Url _, Part.Source.FileId _ -> {
                elsewhere(media);
                return;
            }
        }
        citing(media);
        out.endObject().endObject();
    }

    private void begin(Part.Media media, String format) {
        out.beginObject().name(DOCUMENT).beginObject().field("format", format);
        out.field("name", name(media));
    }

    private void citing(Part.Media media) {
        if (to.family() != ModelFamily.CLAUDE) {
            to.losses().request(media.context(), "the model does not cite");
            if (media.citations() != null && media.citations().value()) {
                to.losses().request(media.citations(), "the model does not cite");
            }
            return;
        }
        if (media.context() != null) {
            out.field("context", media.context().value());
        }
        if (media.citations() != null) {
            out.name("citations").beginObject();
            out.field("enabled", media.citations().value()).endObject();
        }
    }

    /** Bedrock demands one, of letters, digits, single spaces, hyphens and brackets, in each document another. */
    private String name(Part.Media media) {
        String said = media.name() == null ? "" : media.name().value().string();
        String plain = said.replaceAll("[^A-Za-z0-9\\s()\\[\\]-]", "-")
                .replaceAll("\\s+", " ")
                .strip();
        String fit = plain.isEmpty() ? DOCUMENT : plain.substring(0, Math.min(plain.length(), LONGEST_NAME - 8));
        if (media.name() != null && !fit.equals(said)) {
            to.losses().incidental(media.name(), "Bedrock takes names of letters, digits, hyphens and brackets");
        }
        String unique = fit;
        for (int i = 2; !names.add(unique); i++) {
            unique = fit + " (" + i + ")";
        }
        return unique;
    }

    private void bytes(Json.Text base64) {
        out.name("source").beginObject().field("bytes", base64).endObject();
    }

    private void elsewhere(Part.Media media) {
        refuse(
                media,
                switch (media.source()) {
                    case Part.Source.Url _ -> "Bedrock fetches nothing; send the content as base64";
                    case Part.Source.FileId _ -> "the file lies at another provider; send its content";
                    case Part.Source.Base64 _, Part.Source.Plain _, Part.Source.Parts _ -> "it is no text";
                });
    }

    private void refuse(Part.Media media, String why) {
        to.refusals().notExpressible(media.at(), why);
    }

    private static @Nullable String image(String mediaType) {
        return switch (mediaType) {
            case "image/png" -> "png";
            case "image/jpeg", "image/jpg" -> "jpeg";
            case "image/gif" -> "gif";
            case "image/webp" -> "webp";
            default -> null;
        };
    }

    private static @Nullable String audio(String mediaType) {
        return switch (mediaType) {
            case "audio/mpeg", "audio/mp3" -> "mp3";
            case "audio/wav", "audio/x-wav", "audio/wave" -> "wav";
            case "audio/flac", "audio/x-flac" -> "flac";
            case "audio/ogg" -> "ogg";
            case "audio/opus" -> "opus";
            case "audio/aac" -> "aac";
            case "audio/mp4" -> "mp4";
            case "audio/m4a", "audio/x-m4a" -> "m4a";
            case "audio/webm" -> "webm";
            default -> null;
        };
    }

    private static @Nullable String video(String mediaType) {
        return switch (mediaType) {
            case "video/mp4" -> "mp4";
            case "video/webm" -> "webm";
            case "video/quicktime", "video/mov" -> "mov";
            case "video/x-matroska" -> "mkv";
            case "video/x-flv" -> "flv";
            case "video/mpeg" -> "mpeg";
            case "video/x-ms-wmv", "video/wmv" -> "wmv";
            case "video/3gpp" -> "three_gp";
            default -> null;
        };
    }

    private static @Nullable String documentFormat(@Nullable String mediaType, Json.Text data) {
        return switch (mediaType) {
            case null -> data.startsWith(PDF) ? "pdf" : null;
            case "application/pdf" -> "pdf";
            case "application/msword" -> "doc";
            case "application/vnd.openxmlformats-officedocument.wordprocessingml.document" -> "docx";
            case "application/vnd.ms-excel" -> "xls";
            case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" -> "xlsx";
            case "text/csv" -> "csv";
            case "text/html" -> "html";
            case "text/markdown" -> "md";
            case "application/json", "application/xml", "application/yaml" -> "txt";
            default -> mediaType.startsWith("text/") ? "txt" : null;
        };
    }
}
