package dev.tollgate.dialects.embeddings;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.embeddings.EmbeddingRequest.Input;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** OpenAI's form (<a href="https://platform.openai.com/docs/api-reference/embeddings/create">Create embeddings</a>). */
final class OpenAiEmbeddings implements EmbeddingCodec {
    private static final Json.Text LINE_BREAK = Json.Text.of("\n");

    @Override
    public Operation endpoint(EmbeddingRequest request) {
        return Operation.EMBEDDINGS;
    }

    @Override
    public Outcome<EmbeddingRequest> readRequest(Operation endpoint, byte[] body) {
        return Bodies.read(body, object -> {
            Reading reading = new Reading();
            Fields request = new Fields(Path.ROOT, object, reading);
            request.skip("model");
            List<Input> inputs = inputs(request.any("input"), request.at("input"), reading);
            var dimensions = request.saidCount("dimensions");
            String format = request.string("encoding_format");
            if (format != null && !format.equals("float") && !format.equals("base64")) {
                reading.malformed(request.at("encoding_format"), "float or base64 is expected.");
            }
            request.extra("user", Extra.Weight.INCIDENTAL, "only OpenAI knows it");
            request.end();
            return reading.outcome(new EmbeddingRequest(inputs, dimensions, "base64".equals(format), reading.extras()));
        });
    }

    private static List<Input> inputs(@Nullable Json input, Path at, Reading reading) {
        if (input instanceof Json.Text text) {
            return List.of(new Input(at, List.of(text)));
        }
        List<Json> items = input instanceof Json.Arr array ? array.items() : List.of();
        List<Input> inputs = new ArrayList<>(items.size());
        for (Json item : items) {
            Path place = at.element(inputs.size());
            if (item instanceof Json.Text text) {
                inputs.add(new Input(place, List.of(text)));
            } else if (item instanceof Json.Num || item instanceof Json.Arr) {
                reading.notExpressible(at, "tokens have no counterpart: send the text itself.");
                return List.of();
            } else {
                reading.malformed(place, "a string is expected.");
                return List.of();
            }
        }
        if (inputs.isEmpty()) {
            reading.malformed(at, "required, a string or a list of at least one.");
        }
        return inputs;
    }

    @Override
    public byte[] writeRequest(EmbeddingRequest request, String model, Losses losses) {
        JsonBytes out = new JsonBytes(1_024).beginObject().field("model", model).name("input");
        if (request.inputs().size() == 1) {
            write(request.inputs().getFirst(), out, losses);
        } else {
            out.beginArray();
            request.inputs().forEach(input -> write(input, out, losses));
            out.endArray();
        }
        if (request.dimensions() != null) {
            out.field("dimensions", request.dimensions().value());
        }
        return out.field("encoding_format", "float").endObject().toBytes();
    }

    private static void write(Input input, JsonBytes out, Losses losses) {
        out.beginText().append(input.parts().getFirst());
        for (Json.Text part : input.parts().subList(1, input.parts().size())) {
            out.append(LINE_BREAK).append(part);
        }
        out.endText();
        if (input.parts().size() > 1) {
            losses.request(input.at(), "OpenAI takes one text for a vector: joined by line breaks");
        }
    }

    @Override
    public Outcome<EmbeddingAnswer> readAnswer(byte[] body) {
        return Bodies.read(body, object -> {
            Reading reading = new Reading();
            Fields answer = new Fields(Path.ROOT, object, reading);
            answer.skip("object");
            answer.skip("model");
            List<Json.Arr> vectors = vectors(answer, reading);
            Json.Obj usage = answer.object("usage");
            long tokens = -1;
            if (usage != null) {
                Fields figures = new Fields(answer.at("usage"), usage, reading);
                tokens = figures.count("prompt_tokens");
                figures.skip("total_tokens");
                figures.end();
            }
            answer.end();
            return reading.outcome(new EmbeddingAnswer(vectors, tokens, reading.extras()));
        });
    }

    /** In the order of their {@code index}, which need not be that of the list. */
    private static List<Json.Arr> vectors(Fields answer, Reading reading) {
        Json.Arr data = answer.array("data");
        if (data == null) {
            reading.malformed(answer.at("data"), "required.");
            return List.of();
        }
        int all = data.items().size();
        SortedMap<Long, Json.Arr> vectors = new TreeMap<>();
        for (Json item : data) {
            Path at = answer.at("data").element(vectors.size());
            if (!(item instanceof Json.Obj object)) {
                reading.malformed(at, "an object is expected.");
                return List.of();
            }
            Fields embedding = new Fields(at, object, reading);
            embedding.skip("object");
            long said = embedding.count("index");
            long place = said < 0 ? vectors.size() : said;
            Json.Arr vector = Vectors.read(embedding.any("embedding"), embedding.at("embedding"), reading);
            if (place >= all || vectors.put(place, vector) != null) {
                reading.malformed(embedding.at("index"), "each place from 0 on is expected once.");
                return List.of();
            }
            embedding.end();
        }
        return List.copyOf(vectors.values());
    }

    @Override
    public byte[] writeAnswer(EmbeddingAnswer answer, EmbeddingRequest request, Operation endpoint, String model) {
        JsonBytes out = new JsonBytes(16_384)
                .beginObject()
                .field("object", "list")
                .name("data")
                .beginArray();
        int index = 0;
        for (Json.Arr vector : answer.vectors()) {
            out.beginObject().field("object", "embedding").field("index", index++);
            if (request.packed()) {
                out.field("embedding", Vectors.pack(vector));
            } else {
                out.field("embedding", vector);
            }
            out.endObject();
        }
        // OpenAI's clients demand figures.
        long tokens = answer.promptTokens() >= 0 ? answer.promptTokens() : request.estimatedTokens();
        return out.endArray()
                .field("model", model)
                .name("usage")
                .beginObject()
                .field("prompt_tokens", tokens)
                .field("total_tokens", tokens)
                .endObject()
                .endObject()
                .toBytes();
    }
}
