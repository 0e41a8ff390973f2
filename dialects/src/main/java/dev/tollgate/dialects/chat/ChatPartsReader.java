package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Extra.Weight;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code content}, a string or an array of parts. */
final class ChatPartsReader {
    private static final String BASE64 = ";base64";

    private final Reading reading;

    ChatPartsReader(Reading reading) {
        this.reading = reading;
    }

    /** Null where there is none. */
    @Nullable
    List<Part> content(Fields message) {
        Json content = message.any("content");
        Path at = message.at("content");
        if (content == null) {
            return null;
        }
        if (content instanceof Json.Text text) {
            return List.of(Part.Text.of(at, text));
        }
        if (!(content instanceof Json.Arr items)) {
            reading.malformed(at, "a string or an array of parts is expected.");
            return List.of();
        }
        List<Part> parts = new ArrayList<>(items.items().size());
        int i = 0;
        for (Json item : items) {
            Path itemAt = at.element(i++);
            if (item instanceof Json.Obj object) {
                part(itemAt, object, parts);
            } else {
                reading.malformed(itemAt, "an object is expected.");
            }
        }
        return parts;
    }

    /** What compatible servers call {@code reasoning_content}, some of them {@code reasoning}. */
    Optional<Part> reasoning(Fields message) {
        Json.Text thoughts = reasoningText(message);
        if (thoughts == null || thoughts.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Part.Reasoning(message.at("reasoning_content"), false, List.of(thoughts), null, false));
    }

    /** Servers that send both send the same twice. */
    static Json.@Nullable Text reasoningText(Fields message) {
        Json.Text thoughts = message.text("reasoning_content");
        if (thoughts == null) {
            return message.text("reasoning");
        }
        message.skip("reasoning");
        return thoughts;
    }

    private void part(Path at, Json.Obj object, List<Part> parts) {
        Fields part = new Fields(at, object, reading);
        String type = part.required("type");
        CacheHint cache = cacheHint(part);
        Part read = switch (type) {
            case "text" -> text(part, cache);
            case "refusal" -> refusal(part);
            case "image_url" -> image(part, cache);
            case "input_audio" -> audio(part, cache);
            case "file" -> file(part, cache);
            case "" -> null;
            default -> {
                parts.add(new Part.Opaque(at, Protocol.CHAT_COMPLETIONS, type, object, Weight.ESSENTIAL));
                yield null;
            }
        };
        if (read != null) {
            parts.add(read);
            part.end();
        }
    }

    private Part text(Fields part, @Nullable CacheHint cache) {
        Json.Text text = part.text("text");
        if (text == null) {
            reading.malformed(part.at("text"), "required, a string.");
            text = Json.Text.EMPTY;
        }
        return new Part.Text(part.at(), text, List.of(), cache, null);
    }

    private Part refusal(Fields part) {
        Json.Text refusal = part.text("refusal");
        if (refusal == null) {
            reading.malformed(part.at("refusal"), "required, a string.");
            refusal = Json.Text.EMPTY;
        }
        return new Part.Refusal(part.at(), refusal);
    }

    private @Nullable Part image(Fields part, @Nullable CacheHint cache) {
        Fields image = inner(part, "image_url");
        if (image == null) {
            return null;
        }
        Json.Text url = image.text("url");
        Said<String> detail = image.saidString("detail");
        image.end();
        if (url == null || url.isEmpty()) {
            reading.malformed(image.at("url"), "required, a string.");
            return null;
        }
        Typed typed =
                url.startsWith("data:") ? dataUrl(image.at("url"), url) : new Typed(null, new Part.Source.Url(url));
        return typed == null
                ? null
                : new Part.Media(
                        part.at(),
                        Part.Media.Kind.IMAGE,
                        typed.mediaType,
                        typed.source,
                        null,
                        detail,
                        null,
                        null,
                        cache,
                        null);
    }

    private @Nullable Part audio(Fields part, @Nullable CacheHint cache) {
        Fields audio = inner(part, "input_audio");
        if (audio == null) {
            return null;
        }
        Json.Text data = audio.text("data");
        String format = audio.required("format");
        audio.end();
        if (data == null || data.isEmpty()) {
            reading.malformed(audio.at("data"), "required, a string.");
            return null;
        }
        String mediaType = format.equals("mp3") ? "audio/mpeg" : "audio/" + format;
        Part.Source source = new Part.Source.Base64(data);
        return new Part.Media(part.at(), Part.Media.Kind.AUDIO, mediaType, source, null, null, null, null, cache, null);
    }

    private @Nullable Part file(Fields part, @Nullable CacheHint cache) {
        Fields file = inner(part, "file");
        if (file == null) {
            return null;
        }
        Json.Text data = file.text("file_data");
        String id = file.string("file_id");
        Said<Json.Text> name = file.said("filename", file.text("filename"));
        file.end();
        Typed typed;
        if (data != null && !data.isEmpty()) {
            typed = data.startsWith("data:")
                    ? dataUrl(file.at("file_data"), data)
                    : new Typed(mediaType(name), new Part.Source.Base64(data));
        } else if (id != null && !id.isEmpty()) {
            typed = new Typed(null, new Part.Source.FileId(Protocol.CHAT_COMPLETIONS, id));
        } else {
            reading.malformed(file.at(), "file_data or file_id is required.");
            return null;
        }
        return typed == null
                ? null
                : new Part.Media(
                        part.at(),
                        Part.Media.Kind.DOCUMENT,
                        typed.mediaType,
                        typed.source,
                        name,
                        null,
                        null,
                        null,
                        cache,
                        null);
    }

    private @Nullable Fields inner(Fields part, String name) {
        Json.Obj object = part.object(name);
        if (object == null) {
            reading.malformed(part.at(name), "required, an object.");
            return null;
        }
        return new Fields(part.at(name), object, reading);
    }

    private record Typed(@Nullable String mediaType, Part.Source source) {}

    /** {@code data:image/png;base64,…} (RFC 2397). */
    private @Nullable Typed dataUrl(Path at, Json.Text url) {
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.head(comma).toLowerCase(Locale.ROOT);
        int type = head.indexOf(';');
        if (type <= "data:".length() || !head.endsWith(BASE64)) {
            reading.malformed(at, "a data URL is to be data:, a media type, ;base64, and the data.");
            return null;
        }
        return new Typed(head.substring("data:".length(), type), new Part.Source.Base64(url.tail(comma + 1)));
    }

    /** Bare base64 has no type of its own; OpenAI's file inputs began with PDF. */
    private static @Nullable String mediaType(@Nullable Said<Json.Text> name) {
        return name == null || name.value().string().toLowerCase(Locale.ROOT).endsWith(".pdf")
                ? "application/pdf"
                : null;
    }

    /** OpenAI's {@code prompt_cache_breakpoint}, or Anthropic's {@code cache_control}, which compatible servers take, too. */
    @Nullable
    CacheHint cacheHint(Fields part) {
        String name = "prompt_cache_breakpoint";
        Json.Obj object = part.object(name);
        if (object == null) {
            name = "cache_control";
            object = part.object(name);
        }
        if (object == null) {
            return null;
        }
        Fields hint = new Fields(part.at(name), object, reading);
        hint.skip("mode");
        hint.skip("type");
        String ttl = hint.string("ttl");
        hint.end();
        return new CacheHint(
                hint.at(),
                switch (ttl) {
                    case "5m" -> CacheHint.Ttl.FIVE_MINUTES;
                    case "1h", "12h" -> CacheHint.Ttl.ONE_HOUR;
                    case null, default -> CacheHint.Ttl.UNSAID;
                });
    }
}
