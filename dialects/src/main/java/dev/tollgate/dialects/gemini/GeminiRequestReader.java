package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a {@code GenerateContentRequest}. */
final class GeminiRequestReader {
    private GeminiRequestReader() {}

    static Outcome<Request> read(byte[] body, int offset, int length, RequestReader.FromPath path) {
        return switch (Json.parse(body, offset, offset + length)) {
            case ParsedJson.Broken(String problem) -> new Outcome.Malformed<>("body: no JSON: " + problem + ".");
            case ParsedJson.Whole(Json.Obj object) -> read(object, path);
            case ParsedJson.Whole _ -> new Outcome.Malformed<>("body: an object is expected.");
        };
    }

    private static Outcome<Request> read(Json.Obj object, RequestReader.FromPath path) {
        Reading reading = new Reading();
        Fields request = Fields.eitherSpelling(Path.ROOT, object, reading);
        String model = model(request.string("model"), path);
        ContentsReader contents = new ContentsReader(reading);
        List<Part> instructions = contents.instructions(request);
        List<Turn> turns = contents.turns(request);
        if (turns.isEmpty()) {
            reading.malformed(request.at("contents"), "required, at least one.");
        }
        Request.Tools tools = ToolsReader.read(request, reading);
        SettingsReader.Settings settings = SettingsReader.read(request, reading);
        Request.Context context = context(request);
        request.extra("store", Extra.Weight.INCIDENTAL, "only Google logs by it");
        request.end();
        return reading.outcome(new Request(
                model,
                instructions,
                turns,
                tools,
                settings.sampling(),
                settings.output(),
                settings.thinking(),
                context,
                null,
                path.stream(),
                true,
                reading.extras()));
    }

    private static @Nullable String model(@Nullable String inBody, RequestReader.FromPath path) {
        String model = path.model() == null ? inBody : path.model();
        return model != null && model.startsWith("models/") ? model.substring("models/".length()) : model;
    }

    private static Request.Context context(Fields request) {
        return new Request.Context(
                null,
                request.said("labels", request.object("labels")),
                request.saidString("serviceTier"),
                null,
                null,
                null,
                request.saidString("cachedContent"),
                request.said("safetySettings", request.any("safetySettings")));
    }
}
