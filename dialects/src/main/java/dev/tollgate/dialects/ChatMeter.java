package dev.tollgate.dialects;

import static dev.tollgate.dialects.AnswerField.CACHE_READ;
import static dev.tollgate.dialects.AnswerField.CACHE_WRITE;
import static dev.tollgate.dialects.AnswerField.CHOICES;
import static dev.tollgate.dialects.AnswerField.INPUT;
import static dev.tollgate.dialects.AnswerField.OUTPUT;
import static dev.tollgate.dialects.AnswerField.REASONING;
import static dev.tollgate.dialects.AnswerField.TEXT;
import static dev.tollgate.dialects.AnswerField.TOTAL;

import org.jspecify.annotations.Nullable;

/**
 * OpenAI's Chat Completions (<a href="https://platform.openai.com/docs/api-reference/chat">API</a>) and Embeddings.
 *
 * <ul>
 *   <li>{@code prompt_tokens} includes {@code cached_tokens} and {@code cache_write_tokens} (<a
 *       href="https://developers.openai.com/api/docs/guides/prompt-caching">prompt caching</a>).
 *   <li>{@code completion_tokens} includes {@code reasoning_tokens}. xAI counts them beside it, which its {@code total_tokens}
 *       show (<a href="https://docs.x.ai/docs/guides/reasoning">reasoning</a>).
 *   <li>A stream ends with {@code data: [DONE]}. Where usage was asked for, the chunk before it has no choices and the figures;
 *       some servers send running figures in every chunk.
 * </ul>
 */
final class ChatMeter extends Meter {
    private static final JsonPaths PATHS = paths();
    private static final String DONE = "[DONE]";

    /** Embeddings have no output. */
    private final boolean expectsOutput;

    private final byte[] head = new byte[DONE.length()];
    private int headLength;
    private boolean anyChoice;

    ChatMeter(boolean expectsOutput) {
        super(PATHS);
        this.expectsOutput = expectsOutput;
    }

    private static JsonPaths paths() {
        JsonPaths paths = JsonPaths.root()
                .report(AnswerField.ERROR, "error")
                .report(AnswerField.SERVICE_TIER, "service_tier")
                .report(CHOICES, "choices")
                .report(INPUT, "usage.prompt_tokens")
                .report(CACHE_READ, "usage.prompt_tokens_details.cached_tokens")
                .report(CACHE_WRITE, "usage.prompt_tokens_details.cache_write_tokens")
                .report(OUTPUT, "usage.completion_tokens")
                .report(REASONING, "usage.completion_tokens_details.reasoning_tokens")
                .report(TOTAL, "usage.total_tokens");
        for (String part : new String[] {"choices.delta.", "choices.message."}) {
            paths.report(TEXT, part + "content", part + "refusal", part + "reasoning_content", part + "reasoning")
                    .report(TEXT, part + "tool_calls.function.arguments", part + "tool_calls.function.name")
                    .report(TEXT, part + "tool_calls.custom.input", part + "function_call.arguments");
        }
        return paths;
    }

    @Override
    public void data(byte[] bytes, int from, int to) {
        for (int i = from; i < to && headLength < head.length; i++) {
            if (bytes[i] != ' ' || headLength > 0) {
                head[headLength++] = bytes[i];
            }
        }
        super.data(bytes, from, to);
    }

    @Override
    public void opened(AnswerField field, boolean array) {
        if (field == CHOICES && !array) {
            anyChoice = true;
        }
    }

    @Override
    Verdict judge(boolean whole) {
        boolean done = is(head, headLength, DONE);
        boolean usageOnly = whole && !anyChoice && read.has(INPUT);
        headLength = 0;
        anyChoice = false;
        return done ? Verdict.TERMINAL : usageOnly ? Verdict.USAGE_ONLY : Verdict.ORDINARY;
    }

    @Override
    boolean areFinal(Verdict verdict) {
        return verdict == Verdict.USAGE_ONLY;
    }

    @Override
    boolean sufficient(Counts counts) {
        return counts.has(INPUT) && (counts.has(OUTPUT) || !expectsOutput);
    }

    @Override
    @Nullable
    String contradiction(Counts counts) {
        return OpenAiFigures.contradiction(counts);
    }

    @Override
    long output(Counts counts) {
        return OpenAiFigures.output(counts);
    }

    @Override
    Usage usage(Counts counts, long outputTokens) {
        return OpenAiFigures.usage(counts, outputTokens);
    }
}
