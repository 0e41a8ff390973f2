package dev.tollgate.dialects.embeddings;

import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.json.Json;
import java.util.List;

/**
 * The vectors, in the order of the inputs.
 *
 * @param vectors arrays of numbers, digits as the provider wrote them
 * @param promptTokens -1 where the provider does not say
 */
public record EmbeddingAnswer(List<Json.Arr> vectors, long promptTokens, List<Extra> extras) {}
