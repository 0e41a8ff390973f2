package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.Base64;

/** Writes images, documents, sound and film of a request. */
final class MediaWriter {
    private MediaWriter() {}

    /** The part's {@code inlineData} or {@code fileData}, within an object that is begun. */
    static void write(Writing writing, Part.Media media, JsonBytes out) {
        notes(writing, media);
        boolean taken = switch (media.kind()) {
            case IMAGE, VIDEO -> true;
            case AUDIO -> writing.to().takes(Destination.Takes.AUDIO);
            case DOCUMENT ->
                media.source() instanceof Part.Source.Plain || writing.to().takes(Destination.Takes.DOCUMENTS);
        };
        if (!taken) {
            writing.refused(media.at(), "the model takes no such media; leave it out, or name another model.");
        }
        switch (media.source()) {
            case Part.Source.Base64(Json.Text data) -> PartForms.inlineData(out, mediaType(media), data);
            case Part.Source.Plain(Json.Text text) ->
                PartForms.inlineData(
                        out, "text/plain", Json.Text.of(Base64.getEncoder().encodeToString(text.utf8())));
            case Part.Source.Url(Json.Text url) -> {
                if (!writing.to().takes(Destination.Takes.MEDIA_URL)) {
                    writing.refused(media.at(), "the model takes no media by URL; send it as base64.");
                }
                PartForms.fileData(out, media.mediaType(), url);
            }
            case Part.Source.FileId(Protocol home, String id) -> {
                if (home != Protocol.GENERATE_CONTENT) {
                    writing.refused(media.at(), "the file lies at another provider; send it as base64.");
                }
                PartForms.fileData(out, media.mediaType(), Json.Text.of(id));
            }
            case Part.Source.Parts _ -> throw new IllegalStateException("made parts of their own before");
        }
    }

    /** With it, where the wire left the type open, the likeliest of its kind. */
    static String mediaType(Part.Media media) {
        if (media.mediaType() != null) {
            return media.mediaType();
        }
        return switch (media.kind()) {
            case IMAGE -> "image/jpeg";
            case DOCUMENT -> "application/pdf";
            case AUDIO -> "audio/wav";
            case VIDEO -> "video/mp4";
        };
    }

    /** What is said about it and has no words here. */
    static void notes(Writing writing, Part.Media media) {
        writing.losses().request(media.name(), "the Gemini API takes no names of media");
        writing.losses().request(media.context(), "Gemini has no word for it");
        Said<Boolean> citations = media.citations();
        if (citations != null && citations.value()) {
            writing.losses().request(citations, "Gemini does not cite documents");
        }
        Said<String> detail = media.detail();
        if (detail != null && !isResolution(detail.value()) && !detail.value().equals("auto")) {
            writing.losses().incidental(detail, "Gemini has another scale of resolutions");
        }
        writing.lost(media.cache());
    }

    static boolean isResolution(String detail) {
        return detail.startsWith("MEDIA_RESOLUTION_");
    }
}
