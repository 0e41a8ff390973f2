package dev.tollgate.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Embeddings: of equal texts equal unit vectors, of others ones that have nothing to do with each other. Empty results
 * stand for a request without input.
 */
final class Embeddings {

    private static final int OPENAI_DIMENSIONS = 1_536;
    private static final int GEMINI_DIMENSIONS = 3_072;
    private static final int MOST_DIMENSIONS = 4_096;

    private final Controls controls;
    private final Fault.Kind fault;

    Embeddings(Controls controls, Fault.Kind fault) {
        this.controls = controls;
        this.fault = fault;
    }

    /** {@code POST /v1/embeddings}: a string, a list of strings, of tokens, or of lists of tokens. */
    Optional<ObjectNode> openAi(ObjectNode body) {
        JsonNode input = body.path("input");
        boolean one = input.isString() || input.path(0).isNumber();
        List<JsonNode> texts = one ? List.of(input) : List.copyOf(input.values());
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        int dimensions = dimensions(body.path("dimensions"), OPENAI_DIMENSIONS);
        boolean base64 = body.path("encoding_format").stringValue("").equals("base64");
        ObjectNode response = Json.object().put("object", "list");
        ArrayNode data = response.putArray("data");
        for (int i = 0; i < texts.size(); i++) {
            float[] vector = vector(Measure.of(texts.get(i)).hash(), dimensions);
            ObjectNode embedding = data.addObject().put("object", "embedding").put("index", i);
            if (base64) {
                embedding.put("embedding", base64(vector));
            } else {
                addAll(embedding.putArray("embedding"), vector);
            }
        }
        response.put("model", body.path("model").stringValue(""));
        Long tokens = tokens(Measure.of(input).tokens());
        if (tokens != null) {
            response.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        }
        return Optional.of(response);
    }

    /** Gemini's {@code embedContent}. */
    Optional<ObjectNode> gemini(ObjectNode body) {
        if (!body.path("content").isObject()) {
            return Optional.empty();
        }
        ObjectNode response = Json.object();
        geminiVector(response.putObject("embedding"), body);
        return Optional.of(withUsage(response, Measure.of(body.path("content"))));
    }

    /** Gemini's {@code batchEmbedContents}. */
    Optional<ObjectNode> geminiBatch(ObjectNode body) {
        List<JsonNode> contents = new ArrayList<>();
        ObjectNode response = Json.object();
        ArrayNode embeddings = response.putArray("embeddings");
        for (JsonNode request : body.path("requests")) {
            contents.add(request.path("content"));
            geminiVector(embeddings.addObject(), request);
        }
        return contents.isEmpty()
                ? Optional.empty()
                : Optional.of(withUsage(response, Measure.of(contents.toArray(JsonNode[]::new))));
    }

    private static void geminiVector(ObjectNode embedding, JsonNode request) {
        JsonNode asked = request.has("outputDimensionality")
                ? request.path("outputDimensionality")
                : request.path("embedContentConfig").path("outputDimensionality");
        long hash = Measure.of(request.path("content").path("parts")).hash();
        addAll(embedding.putArray("values"), vector(hash, dimensions(asked, GEMINI_DIMENSIONS)));
    }

    private ObjectNode withUsage(ObjectNode response, Measure measure) {
        Long tokens = tokens(measure.tokens());
        if (tokens != null) {
            ObjectNode usage = response.putObject("usageMetadata").put("promptTokenCount", tokens);
            usage.putArray("promptTokenDetails")
                    .addObject()
                    .put("modality", "TEXT")
                    .put("tokenCount", tokens);
        }
        return response;
    }

    private @Nullable Long tokens(long counted) {
        long tokens = controls.inputTokens() >= 0 ? controls.inputTokens() : counted;
        return switch (fault) {
            case NO_USAGE -> null;
            case NEGATIVE_USAGE -> -tokens;
            default -> tokens;
        };
    }

    private static int dimensions(JsonNode asked, int otherwise) {
        return Math.clamp(asked.intValue(otherwise), 1, MOST_DIMENSIONS);
    }

    private static float[] vector(long seed, int dimensions) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] drawn = random.doubles(dimensions, -1, 1).toArray();
        double squares = 0;
        for (double value : drawn) {
            squares += value * value;
        }
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (drawn[i] / Math.sqrt(squares));
        }
        return vector;
    }

    private static void addAll(ArrayNode array, float[] vector) {
        for (float value : vector) {
            array.add(value);
        }
    }

    /** Little-endian 32-bit floats, as OpenAI's clients ask for by default. */
    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
