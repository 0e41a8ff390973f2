package dev.tollgate.dialects.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.Utf8;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads {@code inlineData} and {@code fileData}. */
final class MediaReader {
    private MediaReader() {}

    /** Takes one of the two from a part, and what the part says about it. Null is a problem of the reading. */
    static @Nullable Part read(Fields part, @Nullable Signature signature, Reading reading) {
        Json.Obj inline = part.object("inlineData");
        Json.Obj file = inline == null ? part.object("fileData") : null;
        if (inline == null && file == null) {
            reading.malformed(part.at(), "inlineData or fileData is expected.");
            return null;
        }
        Fields data = inline != null
                ? Fields.eitherSpelling(part.at("inlineData"), inline, reading)
                : Fields.eitherSpelling(part.at("fileData"), Objects.requireNonNull(file), reading);
        String mediaType = data.string("mimeType");
        Part.Source source = inline != null ? inline(data, mediaType, reading) : file(data, reading);
        Json.Text name = data.text("displayName");
        data.end();
        part.extra("videoMetadata", Extra.Weight.HINT, "only Gemini knows it");
        return new Part.Media(
                part.at(),
                kind(mediaType, source),
                mediaType,
                source,
                data.said("displayName", name),
                detail(part, reading),
                null,
                null,
                null,
                signature);
    }

    private static @Nullable Said<String> detail(Fields part, Reading reading) {
        Json.Obj resolution = part.object("mediaResolution");
        if (resolution == null) {
            return null;
        }
        Fields fields = Fields.eitherSpelling(part.at("mediaResolution"), resolution, reading);
        Said<String> level = fields.saidString("level");
        fields.end();
        return level;
    }

    private static Part.Source inline(Fields data, @Nullable String mediaType, Reading reading) {
        Json.Text base64 = data.text("data");
        if (base64 == null) {
            reading.malformed(data.at("data"), "required, a string of base64.");
            return new Part.Source.Base64(Json.Text.EMPTY);
        }
        Json.Text standard = standardAlphabet(base64);
        byte[] plain = mediaType != null && mediaType.equals("text/plain") ? decoded(standard) : null;
        return plain == null
                ? new Part.Source.Base64(standard)
                : new Part.Source.Plain(Json.Text.of(new String(plain, UTF_8)));
    }

    /** Some of Google's SDKs write base64url, which Google takes and nobody else does. */
    private static Json.Text standardAlphabet(Json.Text base64) {
        if (base64.indexOf('-') < 0 && base64.indexOf('_') < 0) {
            return base64;
        }
        return Json.Text.of(base64.string().replace('-', '+').replace('_', '/'));
    }

    /** The text of a text document, which every protocol can take, unlike its base64; null where it is none. */
    private static byte @Nullable [] decoded(Json.Text base64) {
        try {
            byte[] text = Base64.getDecoder().decode(base64.string());
            return Utf8.firstInvalid(text, 0, text.length) < 0 ? text : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Part.Source file(Fields data, Reading reading) {
        Json.Text uri = data.text("fileUri");
        if (uri == null || uri.isEmpty()) {
            reading.malformed(data.at("fileUri"), "required, a string.");
            return new Part.Source.Url(Json.Text.EMPTY);
        }
        boolean elsewhere = uri.startsWith("http") && !uri.startsWith("https://generativelanguage.googleapis.com/");
        return elsewhere ? new Part.Source.Url(uri) : new Part.Source.FileId(Protocol.GENERATE_CONTENT, uri.string());
    }

    private static Part.Media.Kind kind(@Nullable String mediaType, Part.Source source) {
        if (mediaType != null) {
            int slash = mediaType.indexOf('/');
            return switch (slash < 0 ? mediaType : mediaType.substring(0, slash)) {
                case "image" -> Part.Media.Kind.IMAGE;
                case "audio" -> Part.Media.Kind.AUDIO;
                case "video" -> Part.Media.Kind.VIDEO;
                default -> Part.Media.Kind.DOCUMENT;
            };
        }
        if (!(source instanceof Part.Source.Url(Json.Text url))) {
            return Part.Media.Kind.DOCUMENT;
        }
        String address = url.string().toLowerCase(Locale.ROOT);
        if (address.contains("youtube.com/") || address.contains("youtu.be/")) {
            return Part.Media.Kind.VIDEO;
        }
        return address.matches("[^?#]*\\.(png|jpe?g|webp|gif|heic|heif)([?#].*)?")
                ? Part.Media.Kind.IMAGE
                : Part.Media.Kind.DOCUMENT;
    }
}
