package dev.tollgate.dialects.embeddings;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.embeddings.EmbeddingRequest.Input;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Google's form (<a href="https://ai.google.dev/api/embeddings">Embeddings</a>). */
final class GeminiEmbeddings implements EmbeddingCodec {
    private static final String GEMINI_ONLY = "only Gemini knows it";
    private static final String TEXT_ONLY = "only text can be embedded by this model.";

    /** One vector's part of a request. */
    private record One(Input input, @Nullable Said<Long> dimensions) {}

    @Override
    public Operation endpoint(EmbeddingRequest request) {
        return request.inputs().size() == 1 ? Operation.EMBED_CONTENT : Operation.BATCH_EMBED_CONTENTS;
    }

    @Override
    public Outcome<EmbeddingRequest> readRequest(Operation endpoint, byte[] body) {
        return Bodies.read(body, object -> {
            Reading reading = new Reading();
            Fields request = Fields.eitherSpelling(Path.ROOT, object, reading);
            List<One> ones =
                    endpoint == Operation.EMBED_CONTENT ? List.of(one(request, reading)) : batch(request, reading);
            return reading.outcome(new EmbeddingRequest(
                    ones.stream().map(One::input).toList(), dimensions(ones, reading), false, reading.extras()));
        });
    }

    private static List<One> batch(Fields body, Reading reading) {
        Json.Arr requests = body.array("requests");
        List<One> ones = new ArrayList<>();
        for (Json item : requests == null ? List.<Json>of() : requests.items()) {
            Path at = body.at("requests").element(ones.size());
            if (!(item instanceof Json.Obj object)) {
                reading.malformed(at, "an object is expected.");
                break;
            }
            ones.add(one(Fields.eitherSpelling(at, object, reading), reading));
        }
        if (ones.isEmpty()) {
            reading.malformed(body.at("requests"), "required, at least one.");
        }
        body.end();
        return ones;
    }

    private static One one(Fields request, Reading reading) {
        request.skip("model"); // the path's is the one that counts
        Input input = input(request, reading);
        Said<Long> dimensions = settings(request);
        Json.Obj config = request.object("embedContentConfig");
        if (config != null) {
            Fields within = Fields.eitherSpelling(request.at("embedContentConfig"), config, reading);
            Said<Long> asked = settings(within);
            dimensions = dimensions == null ? asked : dimensions;
            within.end();
        }
        request.end();
        return new One(input, dimensions);
    }

    private static @Nullable Said<Long> settings(Fields fields) {
        for (String name : List.of("taskType", "title", "autoTruncate")) {
            fields.extra(name, Extra.Weight.HINT, GEMINI_ONLY);
        }
        return fields.saidCount("outputDimensionality");
    }

    private static Input input(Fields request, Reading reading) {
        Json.Obj object = request.object("content");
        Path at = request.at("content");
        List<Json> parts = List.of();
        if (object != null) {
            Fields content = Fields.eitherSpelling(at, object, reading);
            content.skip("role");
            Json.Arr array = content.array("parts");
            parts = array == null ? parts : array.items();
            at = content.at("parts");
            content.end();
        }
        if (parts.isEmpty()) {
            reading.malformed(at, "required, at least one part with text.");
        }
        List<Json.Text> texts = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            text(parts.get(i), at.element(i), texts, reading);
        }
        return new Input(at, texts);
    }

    private static void text(Json part, Path at, List<Json.Text> texts, Reading reading) {
        if (!(part instanceof Json.Obj object)) {
            reading.malformed(at, "an object is expected.");
            return;
        }
        Fields fields = Fields.eitherSpelling(at, object, reading);
        Json.Text text = fields.text("text");
        if (text == null) {
            reading.notExpressible(at, TEXT_ONLY);
            return;
        }
        texts.add(text);
        fields.end();
    }

    private static @Nullable Said<Long> dimensions(List<One> ones, Reading reading) {
        Said<Long> first = ones.isEmpty() ? null : ones.getFirst().dimensions();
        for (One one : ones) {
            if (!Objects.equals(value(first), value(one.dimensions()))) {
                Said<Long> named = one.dimensions() == null ? first : one.dimensions();
                reading.notExpressible(
                        named == null ? Path.ROOT : named.at(), "this model makes all vectors of a request alike.");
                break;
            }
        }
        return first;
    }

    private static @Nullable Long value(@Nullable Said<Long> said) {
        return said == null ? null : said.value();
    }

    @Override
    public byte[] writeRequest(EmbeddingRequest request, String model, Losses losses) {
        JsonBytes out = new JsonBytes(1_024);
        if (endpoint(request) == Operation.EMBED_CONTENT) {
            write(request.inputs().getFirst(), request, model, out);
            return out.toBytes();
        }
        out.beginObject().name("requests").beginArray();
        request.inputs().forEach(input -> write(input, request, model, out));
        return out.endArray().endObject().toBytes();
    }

    private static void write(Input input, EmbeddingRequest request, String model, JsonBytes out) {
        out.beginObject()
                .field("model", "models/" + model)
                .name("content")
                .beginObject()
                .name("parts")
                .beginArray();
        for (Json.Text part : input.parts()) {
            out.beginObject().field("text", part).endObject();
        }
        out.endArray().endObject();
        if (request.dimensions() != null) {
            out.field("outputDimensionality", request.dimensions().value());
        }
        out.endObject();
    }

    @Override
    public Outcome<EmbeddingAnswer> readAnswer(byte[] body) {
        return Bodies.read(body, object -> {
            Reading reading = new Reading();
            Fields answer = Fields.eitherSpelling(Path.ROOT, object, reading);
            Json.Obj one = answer.object("embedding");
            Json.Arr several = answer.array("embeddings");
            List<Json.Arr> vectors = new ArrayList<>();
            if (one != null) {
                vector(one, answer.at("embedding"), vectors, reading);
            } else {
                for (Json item : several == null ? List.<Json>of() : several.items()) {
                    vector(item, answer.at("embeddings").element(vectors.size()), vectors, reading);
                }
            }
            long tokens = tokens(answer, reading);
            answer.end();
            return reading.outcome(new EmbeddingAnswer(vectors, tokens, reading.extras()));
        });
    }

    private static void vector(Json item, Path at, List<Json.Arr> vectors, Reading reading) {
        if (!(item instanceof Json.Obj object)) {
            reading.malformed(at, "an object is expected.");
            return;
        }
        Fields embedding = Fields.eitherSpelling(at, object, reading);
        vectors.add(Vectors.read(embedding.any("values"), embedding.at("values"), reading));
        embedding.skip("shape"); // the length says it
        embedding.end();
    }

    private static long tokens(Fields answer, Reading reading) {
        Json.Obj usage = answer.object("usageMetadata");
        if (usage == null) {
            return -1;
        }
        Fields figures = Fields.eitherSpelling(answer.at("usageMetadata"), usage, reading);
        long tokens = figures.count("promptTokenCount");
        figures.skip("totalTokenCount");
        figures.extra("promptTokenDetails", Extra.Weight.HINT, GEMINI_ONLY);
        figures.end();
        return tokens;
    }

    @Override
    public byte[] writeAnswer(EmbeddingAnswer answer, EmbeddingRequest request, Operation endpoint, String model) {
        JsonBytes out = new JsonBytes(16_384).beginObject();
        if (endpoint == Operation.EMBED_CONTENT) {
            out.name("embedding");
            write(answer.vectors().getFirst(), out);
        } else {
            out.name("embeddings").beginArray();
            answer.vectors().forEach(vector -> write(vector, out));
            out.endArray();
        }
        if (answer.promptTokens() >= 0) {
            out.name("usageMetadata")
                    .beginObject()
                    .field("promptTokenCount", answer.promptTokens())
                    .endObject();
        }
        return out.endObject().toBytes();
    }

    private static void write(Json.Arr vector, JsonBytes out) {
        out.beginObject().field("values", vector).endObject();
    }
}
