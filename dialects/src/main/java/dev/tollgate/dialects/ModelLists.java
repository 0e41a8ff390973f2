package dev.tollgate.dialects;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * Lists of models in each vendor's shape: <a href="https://platform.claude.com/docs/en/api/models-list">Anthropic</a>, <a
 * href="https://platform.openai.com/docs/api-reference/models/list">OpenAI</a>, <a
 * href="https://ai.google.dev/api/models#method:-models.list">Gemini</a>.
 */
public final class ModelLists {
    private static final List<String> GENERATES = List.of("generateContent", "countTokens");
    private static final List<String> EMBEDS = List.of("embedContent", "batchEmbedContents", "countTokens");

    private ModelLists() {}

    /**
     * One page of a list.
     *
     * @param models all of them, in a stable order, each id once
     */
    public static byte[] list(Dialect dialect, List<ListedModel> models, Page page) {
        List<ListedModel> entries = page.of(models);
        boolean more = page.hasMore(models, entries);
        return JsonWriter.object(json -> {
            switch (dialect) {
                case ANTHROPIC -> {
                    array(json, "data", dialect, entries);
                    json.writeBooleanProperty("has_more", more);
                    json.writeStringProperty(
                            "first_id",
                            entries.isEmpty() ? null : entries.getFirst().id());
                    json.writeStringProperty(
                            "last_id",
                            entries.isEmpty() ? null : entries.getLast().id());
                }
                case OPENAI -> {
                    json.writeStringProperty("object", "list");
                    array(json, "data", dialect, entries);
                }
                case CONVERSE -> throw dialect.isNoClients();
                case GEMINI -> {
                    array(json, "models", dialect, entries);
                    if (more) {
                        json.writeStringProperty(
                                "nextPageToken", entries.getLast().id());
                    }
                }
            }
        });
    }

    /** One model. */
    public static byte[] one(Dialect dialect, ListedModel model) {
        return JsonWriter.object(json -> members(json, dialect, model));
    }

    private static void array(JsonGenerator json, String name, Dialect dialect, List<ListedModel> entries) {
        json.writeArrayPropertyStart(name);
        for (ListedModel model : entries) {
            json.writeStartObject();
            members(json, dialect, model);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void members(JsonGenerator json, Dialect dialect, ListedModel model) {
        switch (dialect) {
            case ANTHROPIC -> {
                json.writeStringProperty("type", "model");
                json.writeStringProperty("id", model.id());
                json.writeStringProperty("display_name", model.displayName());
                json.writeStringProperty("created_at", model.createdAt().toString());
                known(json, "max_input_tokens", model.contextTokens());
                known(json, "max_tokens", model.maxOutputTokens());
            }
            case OPENAI -> {
                json.writeStringProperty("id", model.id());
                json.writeStringProperty("object", "model");
                json.writeNumberProperty("created", model.createdAt().getEpochSecond());
                json.writeStringProperty("owned_by", model.ownedBy());
            }
            case CONVERSE -> throw dialect.isNoClients();
            case GEMINI -> {
                json.writeStringProperty("name", "models/" + model.id());
                json.writeStringProperty("displayName", model.displayName());
                known(json, "inputTokenLimit", model.contextTokens());
                known(json, "outputTokenLimit", model.maxOutputTokens());
                json.writeArrayPropertyStart("supportedGenerationMethods");
                // Google's embedding models all carry it in their names, and clients choose by this list.
                for (String method : model.id().contains("embedding") ? EMBEDS : GENERATES) {
                    json.writeString(method);
                }
                json.writeEndArray();
            }
        }
    }

    private static void known(JsonGenerator json, String name, long tokens) {
        if (tokens > 0) {
            json.writeNumberProperty(name, tokens);
        }
    }
}
