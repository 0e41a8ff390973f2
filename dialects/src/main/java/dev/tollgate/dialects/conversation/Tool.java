package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.json.Json;
import org.jspecify.annotations.Nullable;

/** A tool that the model may call. */
public sealed interface Tool {
    Path at();

    /**
     * The client runs it.
     *
     * @param namespace of Responses, which groups tools; elsewhere part of the name
     * @param parameters JSON Schema of the input, as the client wrote it; null for none. Gemini: {@code parametersJsonSchema}, or
     *     {@code parameters} in its subset of OpenAPI, whose types are upper-case: {@code openApiSubset}
     * @param strict the input is sure to fit the schema. Anthropic, OpenAI; Gemini only for all tools at once (mode VALIDATED)
     */
    record Function(
            Path at,
            @Nullable String namespace,
            String name,
            Json.@Nullable Text description,
            Json.@Nullable Obj parameters,
            boolean openApiSubset,
            @Nullable Said<Boolean> strict,
            @Nullable CacheHint cache)
            implements Tool {}

    /**
     * The client runs it on free text (OpenAI's {@code custom}). Elsewhere a function with one text, {@link ToolInput#FREE_TEXT}.
     *
     * @param format the grammar of the text; lost elsewhere
     */
    record Custom(
            Path at,
            @Nullable String namespace,
            String name,
            Json.@Nullable Text description,
            @Nullable Said<Json> format)
            implements Tool {}

    /**
     * The provider runs it, or defines how it is called.
     *
     * @param type as the wire has it: {@code web_search_20260209}, {@code googleSearch}
     */
    record BuiltIn(Path at, Protocol home, String type, Ability ability, Json raw) implements Tool {
        /** What it does, where several providers have the like. */
        public enum Ability {
            WEB_SEARCH,
            WEB_FETCH,
            CODE_EXECUTION,
            OTHER
        }
    }
}
