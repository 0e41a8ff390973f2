package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the content of messages and of tool outputs: a string, or an array of typed parts. */
final class ContentReader {
    private final Reading reading;
    private final List<Answer.TokenLogprob> logprobs = new ArrayList<>();

    ContentReader(Reading reading) {
        this.reading = reading;
    }

    /** Of all texts read so far. */
    List<Answer.TokenLogprob> logprobs() {
        return logprobs;
    }

    List<Part> read(Path at, @Nullable Json content) {
        List<Part> parts = new ArrayList<>();
        switch (content) {
            case Json.Text text -> parts.add(Part.Text.of(at, text));
            case Json.Arr array -> {
                for (int i = 0; i < array.items().size(); i++) {
                    part(at.element(i), array.items().get(i), parts);
                }
            }
            case null, default -> reading.malformed(at, "a string or an array of parts is expected.");
        }
        return parts;
    }

    void part(Path at, Json value, List<Part> into) {
        if (!(value instanceof Json.Obj object)) {
            reading.malformed(at, "an object is expected.");
            return;
        }
        Fields part = new Fields(at, object, reading);
        String type = part.required("type");
        switch (type) {
            case "input_text", "output_text", "text", "summary_text", "reasoning_text" -> into.add(text(part));
            case "refusal" -> into.add(new Part.Refusal(at, text(part, "refusal")));
            case "input_image" -> add(image(part), into);
            case "input_file" -> add(file(part), into);
            case "input_audio" -> add(audio(part), into);
            default -> {
                into.add(new Part.Opaque(at, Protocol.RESPONSES, type, object, Extra.Weight.ESSENTIAL));
                return;
            }
        }
        part.end();
    }

    private static void add(@Nullable Part part, List<Part> into) {
        if (part != null) {
            into.add(part);
        }
    }

    private Part text(Fields part) {
        Json.Text text = text(part, "text");
        Json.Arr annotations = part.array("annotations");
        List<Citation> citations = new ArrayList<>();
        if (annotations != null) {
            for (int i = 0; i < annotations.items().size(); i++) {
                citation(part.at("annotations").element(i), annotations.items().get(i), reading)
                        .ifPresent(citations::add);
            }
        }
        logprobs.addAll(logprobs(part.at("logprobs"), part.array("logprobs"), reading));
        return new Part.Text(part.at(), text, citations, cache(part), null);
    }

    private Json.Text text(Fields part, String name) {
        Json.Text text = part.text(name);
        if (text == null) {
            reading.malformed(part.at(name), "required, a string.");
            return Json.Text.EMPTY;
        }
        return text;
    }

    static Optional<Citation> citation(Path at, Json value, Reading reading) {
        if (!(value instanceof Json.Obj object)) {
            reading.malformed(at, "an object is expected.");
            return Optional.empty();
        }
        boolean web =
                object.get("type") instanceof Json.Text type && type.string().equals("url_citation");
        return Optional.of(new Citation(
                at,
                web && object.get("url") instanceof Json.Text url ? url : null,
                object.get("title") instanceof Json.Text title ? title : null,
                null,
                index(object, "start_index"),
                index(object, "end_index"),
                Protocol.RESPONSES,
                object));
    }

    private static int index(Json.Obj object, String name) {
        long index =
                object.get(name) instanceof Json.Num number ? number.asLong().orElse(-1) : -1;
        return index < 0 || index > Integer.MAX_VALUE ? -1 : (int) index;
    }

    static List<Answer.TokenLogprob> logprobs(Path at, Json.@Nullable Arr array, Reading reading) {
        if (array == null) {
            return List.of();
        }
        List<Answer.TokenLogprob> tokens = new ArrayList<>();
        for (int i = 0; i < array.items().size(); i++) {
            Path place = at.element(i);
            if (!(array.items().get(i) instanceof Json.Obj object)) {
                reading.malformed(place, "an object is expected.");
                continue;
            }
            Fields token = new Fields(place, object, reading);
            Json.Text text = token.text("token");
            Json.Num logprob = token.number("logprob");
            Json.Arr bytes = token.array("bytes");
            List<Answer.TokenLogprob> top =
                    logprobs(place.member("top_logprobs"), token.array("top_logprobs"), reading);
            token.end();
            if (text == null || logprob == null) {
                reading.malformed(place, "a token and its logprob are expected.");
            } else {
                tokens.add(new Answer.TokenLogprob(text, logprob, bytes, top));
            }
        }
        return tokens;
    }

    private @Nullable Part image(Fields part) {
        Part.Source source = source(part, "image_url", "file_id", null);
        return source == null
                ? null
                : new Part.Media(
                        part.at(),
                        Part.Media.Kind.IMAGE,
                        mediaType(part, "image_url"),
                        source,
                        null,
                        part.saidString("detail"),
                        null,
                        null,
                        cache(part),
                        null);
    }

    private @Nullable Part file(Fields part) {
        Json.Text filename = part.text("filename");
        Part.Source source = source(part, "file_url", "file_id", "file_data");
        String mediaType = mediaType(part, "file_data");
        if (mediaType == null && filename != null && source instanceof Part.Source.Base64) {
            boolean pdf = filename.string().toLowerCase(Locale.ROOT).endsWith(".pdf");
            mediaType = pdf ? "application/pdf" : null;
        }
        return source == null
                ? null
                : new Part.Media(
                        part.at(),
                        Part.Media.Kind.DOCUMENT,
                        mediaType,
                        source,
                        part.said("filename", filename),
                        part.saidString("detail"),
                        null,
                        null,
                        cache(part),
                        null);
    }

    private @Nullable Part audio(Fields part) {
        Json.Obj object = part.object("input_audio");
        if (object == null) {
            reading.malformed(part.at("input_audio"), "required, an object.");
            return null;
        }
        Fields audio = new Fields(part.at("input_audio"), object, reading);
        Json.Text data = text(audio, "data");
        String format = audio.required("format");
        audio.end();
        String mediaType = "audio/" + (format.equals("mp3") ? "mpeg" : format);
        return new Part.Media(
                part.at(),
                Part.Media.Kind.AUDIO,
                mediaType,
                new Part.Source.Base64(data),
                null,
                null,
                null,
                null,
                cache(part),
                null);
    }

    /** Data (with or without the head of a data URL), else a URL, else a file's id. */
    private Part.@Nullable Source source(Fields part, String urlName, String idName, @Nullable String dataName) {
        Json.Text data = dataName == null ? null : part.text(dataName);
        Json.Text url = part.text(urlName);
        String id = part.string(idName);
        if (data != null) {
            return data.startsWith("data:") ? payload(part.at(), data) : new Part.Source.Base64(data);
        }
        if (url != null) {
            return url.startsWith("data:") ? payload(part.at(urlName), url) : new Part.Source.Url(url);
        }
        if (id != null) {
            return new Part.Source.FileId(Protocol.RESPONSES, id);
        }
        reading.malformed(part.at(), urlName + " or " + idName + " is required.");
        return null;
    }

    private Part.@Nullable Source payload(Path at, Json.Text dataUrl) {
        int comma = dataUrl.indexOf(',');
        if (comma < 0 || !dataUrl.head(comma).endsWith(";base64")) {
            reading.malformed(at, "a data URL is to be data:<media type>;base64,<data>.");
            return null;
        }
        return new Part.Source.Base64(dataUrl.tail(comma + 1));
    }

    /** What the head of a data URL says, without its parameters; null where it is none. */
    private static @Nullable String mediaType(Fields part, String name) {
        if (!(part.any(name) instanceof Json.Text url) || !url.startsWith("data:") || url.indexOf(',') < 0) {
            return null;
        }
        String head = url.head(url.indexOf(',')).substring("data:".length());
        int parameters = head.indexOf(';');
        String type = parameters < 0 ? head : head.substring(0, parameters);
        return type.isEmpty() ? null : type;
    }

    private @Nullable CacheHint cache(Fields part) {
        Json.Obj breakpoint = part.object("prompt_cache_breakpoint");
        if (breakpoint == null) {
            return null;
        }
        Fields fields = new Fields(part.at("prompt_cache_breakpoint"), breakpoint, reading);
        fields.skip("mode");
        fields.extra("ttl", Extra.Weight.INCIDENTAL, "only OpenAI knows this time to live");
        fields.end();
        return new CacheHint(fields.at(), CacheHint.Ttl.UNSAID);
    }
}
