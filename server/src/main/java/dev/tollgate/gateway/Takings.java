package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.conversation.Protocol;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a model takes of what its protocol can say. What is not named is not sent: a provider refuses a whole request for one
 * parameter that it does not know. The vendors' own pages: Anthropic "Extended thinking", "Structured outputs"; OpenAI
 * "Reasoning models"; Google "Thinking", "Structured output".
 */
final class Takings {
    private static final Set<Takes> MESSAGES = EnumSet.of(
            Takes.SAMPLING,
            Takes.THINKING_BUDGET,
            Takes.ADAPTIVE_THINKING,
            Takes.EFFORT,
            Takes.STRUCTURED_OUTPUT,
            Takes.STRICT_TOOLS,
            Takes.MEDIA_URL,
            Takes.DOCUMENTS);
    private static final Set<Takes> COMPATIBLE_CHAT =
            EnumSet.of(Takes.SAMPLING, Takes.STRUCTURED_OUTPUT, Takes.STREAM_USAGE, Takes.MEDIA_URL);
    private static final Set<Takes> RESPONSES = EnumSet.of(
            Takes.SAMPLING,
            Takes.STRUCTURED_OUTPUT,
            Takes.STRICT_TOOLS,
            Takes.CUSTOM_TOOLS,
            Takes.MEDIA_URL,
            Takes.DOCUMENTS,
            Takes.SYSTEM_TURNS,
            Takes.MAX_COMPLETION_TOKENS,
            Takes.STREAM_USAGE);
    private static final Set<Takes> GEMINI = EnumSet.of(
            Takes.SAMPLING,
            Takes.THINKING_BUDGET,
            Takes.ADAPTIVE_THINKING,
            Takes.STRUCTURED_OUTPUT,
            Takes.DOCUMENTS,
            Takes.AUDIO,
            Takes.JSON_SCHEMA);
    /** From Gemini 3 on a level stands in the place of the budget. */
    private static final String GEMINI_WITH_LEVELS = "gemini-3";
    /** OpenAI's reasoning models: they take an effort and refuse temperature and its like. */
    private static final List<String> REASONING = List.of("gpt-5", "gpt-6", "o1", "o3", "o4");

    private Takings() {}

    static Set<Takes> of(Protocol protocol, Candidate candidate) {
        return switch (protocol) {
            case MESSAGES -> MESSAGES;
            case CHAT_COMPLETIONS -> COMPATIBLE_CHAT;
            case RESPONSES ->
                reasons(candidate.model())
                        ? other(RESPONSES, Takes.SAMPLING, Takes.EFFORT, Takes.FINE_EFFORT)
                        : RESPONSES;
            case GENERATE_CONTENT ->
                candidate.model().startsWith(GEMINI_WITH_LEVELS)
                        ? other(GEMINI, Takes.THINKING_BUDGET, Takes.EFFORT)
                        : GEMINI;
        };
    }

    private static boolean reasons(String model) {
        return REASONING.stream().anyMatch(model::startsWith);
    }

    private static Set<Takes> other(Set<Takes> most, Takes without, Takes... with) {
        Set<Takes> takes = EnumSet.copyOf(most);
        takes.remove(without);
        takes.addAll(List.of(with));
        return takes;
    }
}
