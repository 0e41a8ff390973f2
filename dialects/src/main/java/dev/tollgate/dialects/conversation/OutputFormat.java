package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.json.Json;
import org.jspecify.annotations.Nullable;

/** The form of the answer's text. */
public sealed interface OutputFormat {
    record Text() implements OutputFormat {}

    /** Any JSON. OpenAI: {@code json_object}; Gemini: {@code responseMimeType} alone; Anthropic: not expressible, a loss. */
    record JsonObject() implements OutputFormat {}

    /**
     * JSON of a schema. Anthropic: {@code output_config.format} (no name); Chat: {@code response_format}; Responses:
     * {@code text.format}; Gemini: {@code responseJsonSchema}, or {@code responseSchema} in its subset of OpenAPI.
     *
     * @param name OpenAI demands one: {@code answer} where the client gave none
     * @param strict whether the answer is sure to fit; null, and OpenAI's schema is a wish
     */
    record JsonSchema(
            @Nullable String name,
            Json.@Nullable Text description,
            Json.Obj schema,
            boolean openApiSubset,
            @Nullable Said<Boolean> strict)
            implements OutputFormat {}
}
