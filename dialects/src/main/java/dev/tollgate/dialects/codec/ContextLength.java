package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import java.util.List;
import java.util.Locale;

/**
 * A provider's refusal of a prompt that is longer than its model's window. Agents shorten their conversation when they see it, and
 * know it by their own vendor's words, so these stand before the provider's.
 */
final class ContextLength {
    private static final String ANTHROPICS = "prompt is too long";
    private static final List<String> WORDS = List.of(
            ANTHROPICS,
            "maximum context length", // Chat Completions, vLLM
            "exceeds the context window", // Responses
            "input token count", // Gemini
            "exceed_context_size", // llama.cpp
            "exceeds the available context size");

    private ContextLength() {}

    /** The error, with the kind that its words tell and its status does not. */
    static ProviderError recognized(ProviderError error) {
        if (error.kind() != ErrorKind.INVALID_REQUEST && error.kind() != ErrorKind.REQUEST_TOO_LARGE) {
            return error;
        }
        String said = error.message().toLowerCase(Locale.ROOT);
        return WORDS.stream().anyMatch(said::contains)
                ? new ProviderError(ErrorKind.CONTEXT_LENGTH, error.message())
                : error;
    }

    /** The message for a client of that dialect. OpenAI's clients go by the code, Google's by nothing. */
    static String worded(Dialect client, ProviderError error) {
        boolean foreign = client == Dialect.ANTHROPIC
                && error.kind() == ErrorKind.CONTEXT_LENGTH
                && !error.message().startsWith(ANTHROPICS);
        return foreign ? ANTHROPICS + ": " + error.message() : error.message();
    }
}
