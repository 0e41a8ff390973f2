package dev.tollgate.sim;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The simulated models, listed as each vendor lists its own. One page holds them all. */
final class ModelList {

    private static final List<String> NAMES = List.of("echo", "story", "tools", "flaky");
    private static final long CONTEXT_TOKENS = 200_000;
    private static final long OUTPUT_TOKENS = 64_000;
    private static final long CREATED_AT = 1_767_225_600;

    private ModelList() {}

    static ObjectNode all(Vendor vendor) {
        ObjectNode list = Json.object();
        if (vendor == Vendor.OPENAI) {
            list.put("object", "list");
        }
        ArrayNode models = list.putArray(vendor == Vendor.GEMINI ? "models" : "data");
        NAMES.forEach(name -> models.add(model(vendor, name)));
        if (vendor == Vendor.ANTHROPIC) {
            list.put("has_more", false).put("first_id", NAMES.getFirst()).put("last_id", NAMES.getLast());
        }
        return list;
    }

    /** One model by its id, with or without a behaviour's suffix; empty if there is none of that name. */
    static Optional<ObjectNode> one(Vendor vendor, String id) {
        int colon = id.indexOf(':');
        boolean known = NAMES.contains(colon < 0 ? id : id.substring(0, colon));
        return known ? Optional.of(model(vendor, id)) : Optional.empty();
    }

    private static ObjectNode model(Vendor vendor, String id) {
        String displayName = "Simulated " + id;
        return switch (vendor) {
            case ANTHROPIC ->
                Json.object()
                        .put("type", "model")
                        .put("id", id)
                        .put("display_name", displayName)
                        .put("created_at", "2026-01-01T00:00:00Z")
                        .put("max_input_tokens", CONTEXT_TOKENS)
                        .put("max_tokens", OUTPUT_TOKENS)
                        .put("lifecycle", "active");
            case OPENAI ->
                Json.object()
                        .put("id", id)
                        .put("object", "model")
                        .put("created", CREATED_AT)
                        .put("owned_by", "tollgate-sim");
            case GEMINI -> {
                ObjectNode model = Json.object()
                        .put("name", "models/" + id)
                        .put("version", "1")
                        .put("displayName", displayName)
                        .put("description", "Answers as Gemini does, without a model behind it.")
                        .put("inputTokenLimit", CONTEXT_TOKENS)
                        .put("outputTokenLimit", OUTPUT_TOKENS);
                model.putArray("supportedGenerationMethods")
                        .add("generateContent")
                        .add("countTokens")
                        .add("embedContent")
                        .add("batchEmbedContents");
                yield model.put("temperature", 1)
                        .put("topP", 0.95)
                        .put("topK", 64)
                        .put("thinking", true);
            }
        };
    }
}
