package dev.tollgate.dialects;

import static dev.tollgate.dialects.AnswerField.BLOCKED;
import static dev.tollgate.dialects.AnswerField.CACHE_READ;
import static dev.tollgate.dialects.AnswerField.CHOICES;
import static dev.tollgate.dialects.AnswerField.FINISH;
import static dev.tollgate.dialects.AnswerField.INDEX;
import static dev.tollgate.dialects.AnswerField.INPUT;
import static dev.tollgate.dialects.AnswerField.OUTPUT;
import static dev.tollgate.dialects.AnswerField.REASONING;
import static dev.tollgate.dialects.AnswerField.SEARCH_QUERY;
import static dev.tollgate.dialects.AnswerField.TEXT;
import static dev.tollgate.dialects.AnswerField.TOOL_INPUT;
import static dev.tollgate.dialects.AnswerField.WEB_SEARCHES;

import org.jspecify.annotations.Nullable;

/**
 * Google's Gemini API (<a href="https://ai.google.dev/api/generate-content#UsageMetadata">UsageMetadata</a>).
 *
 * <ul>
 *   <li>{@code promptTokenCount} includes {@code cachedContentTokenCount}, but not {@code toolUsePromptTokenCount}, which is input
 *       as well.
 *   <li>{@code candidatesTokenCount} leaves {@code thoughtsTokenCount} out; both are output. Either may be missing for zero.
 *   <li>Every chunk of a stream has the figures so far. No event says the end: it has come when every candidate that was seen has
 *       its {@code finishReason}, or when the prompt was blocked.
 *   <li>Without {@code alt=sse} a streamed answer is one JSON array of the chunks.
 *   <li>A grounded answer bills its {@code webSearchQueries} (<a
 *       href="https://ai.google.dev/gemini-api/docs/pricing">pricing</a>).
 * </ul>
 */
final class GeminiMeter extends Meter {
    private static final JsonPaths PATHS = JsonPaths.root()
            .report(AnswerField.ERROR, "error")
            .report(INPUT, "usageMetadata.promptTokenCount")
            .report(CACHE_READ, "usageMetadata.cachedContentTokenCount")
            .report(TOOL_INPUT, "usageMetadata.toolUsePromptTokenCount")
            .report(OUTPUT, "usageMetadata.candidatesTokenCount")
            .report(REASONING, "usageMetadata.thoughtsTokenCount")
            .report(BLOCKED, "promptFeedback.blockReason")
            .report(CHOICES, "candidates")
            .report(INDEX, "candidates.index")
            .report(FINISH, "candidates.finishReason")
            .report(SEARCH_QUERY, "candidates.groundingMetadata.webSearchQueries")
            .report(TEXT, "candidates.content.parts.text", "candidates.content.parts.functionCall")
            .report(TEXT, "candidates.content.parts.executableCode.code");

    /** One bit per candidate; Google's limit is 8. */
    private static final int MOST_CANDIDATES = Long.SIZE;

    private long seen;
    private long finished;
    private boolean blocked;
    private boolean anyCandidate;

    private long candidate;
    private boolean candidateFinished;
    private long candidateSearches;
    private long mostSearches;

    GeminiMeter() {
        super(PATHS);
    }

    @Override
    public void opened(AnswerField field, boolean array) {
        if (field == CHOICES && !array) {
            candidate = 0;
            candidateFinished = false;
            candidateSearches = 0;
        }
    }

    @Override
    public void closed(AnswerField field, boolean array) {
        if (field == CHOICES && !array) {
            anyCandidate = true;
            seen |= 1L << candidate;
            if (candidateFinished) {
                finished |= 1L << candidate;
            }
            if (candidateSearches > 0) {
                mostSearches = Math.max(mostSearches, candidateSearches);
                read.set(WEB_SEARCHES, mostSearches);
            }
        }
    }

    @Override
    public void number(AnswerField field, String name, long value) {
        if (field == INDEX) {
            candidate = Math.clamp(value, 0, MOST_CANDIDATES - 1);
        } else {
            super.number(field, name, value);
        }
    }

    @Override
    public void string(AnswerField field, String name, byte[] head, int headLength, long length) {
        if (field == FINISH) {
            candidateFinished = !is(head, headLength, "FINISH_REASON_UNSPECIFIED");
        } else if (field == BLOCKED) {
            blocked = true;
        } else if (field == SEARCH_QUERY) {
            candidateSearches++;
        } else {
            super.string(field, name, head, headLength, length);
        }
    }

    @Override
    Verdict judge(boolean whole) {
        boolean last = (anyCandidate && seen == finished) || blocked;
        anyCandidate = false;
        return whole && last ? Verdict.TERMINAL : Verdict.ORDINARY;
    }

    @Override
    boolean saysFigures() {
        return sufficient(read);
    }

    @Override
    boolean areFinal(Verdict verdict) {
        return verdict == Verdict.TERMINAL;
    }

    @Override
    boolean sufficient(Counts counts) {
        return counts.has(INPUT);
    }

    @Override
    @Nullable
    String contradiction(Counts counts) {
        boolean cachedBeyondPrompt = counts.has(INPUT) && counts.orZero(CACHE_READ) > counts.orZero(INPUT);
        return cachedBeyondPrompt ? "cachedContentTokenCount" : null;
    }

    @Override
    long output(Counts counts) {
        return counts.orZero(OUTPUT) + counts.orZero(REASONING);
    }

    @Override
    Usage usage(Counts counts, long outputTokens) {
        long cached = counts.orZero(CACHE_READ);
        return new Usage(
                Math.max(0, counts.orZero(INPUT) - cached) + counts.orZero(TOOL_INPUT),
                cached,
                0,
                0,
                outputTokens,
                counts.orZero(REASONING),
                counts.orZero(WEB_SEARCHES));
    }
}
