package dev.tollgate.dialects;

import static dev.tollgate.dialects.AnswerField.BLOCKED;
import static dev.tollgate.dialects.AnswerField.CACHE_READ;
import static dev.tollgate.dialects.AnswerField.CHOICES;
import static dev.tollgate.dialects.AnswerField.FINISH;
import static dev.tollgate.dialects.AnswerField.INDEX;
import static dev.tollgate.dialects.AnswerField.INPUT;
import static dev.tollgate.dialects.AnswerField.OUTPUT;
import static dev.tollgate.dialects.AnswerField.PART;
import static dev.tollgate.dialects.AnswerField.REASONING;
import static dev.tollgate.dialects.AnswerField.SEARCH_QUERY;
import static dev.tollgate.dialects.AnswerField.TEXT;
import static dev.tollgate.dialects.AnswerField.TOOL_INPUT;
import static dev.tollgate.dialects.AnswerField.TOTAL;
import static dev.tollgate.dialects.AnswerField.WEB_SEARCHES;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Google's Gemini API (<a href="https://ai.google.dev/api/generate-content#UsageMetadata">UsageMetadata</a>).
 *
 * <ul>
 *   <li>{@code promptTokenCount} includes {@code cachedContentTokenCount}, but not {@code toolUsePromptTokenCount}, which is input
 *       as well.
 *   <li>{@code candidatesTokenCount} leaves {@code thoughtsTokenCount} out; both are output. Either may be missing for zero,
 *       or because the caller left it out by a <a href="https://cloud.google.com/apis/docs/system-parameters">field mask</a>: then
 *       {@code totalTokenCount} tells, and where that is missing too, the output is estimated.
 *   <li>Every chunk of a stream has the figures so far. No event says the end: it has come when every candidate that was asked
 *       for has its {@code finishReason}, or when the prompt was blocked. A candidate may begin late, or not at all; and some
 *       servers set the {@code finishReason} in every chunk. So an end is taken for one only from a server that was seen to send
 *       a chunk without it, and only if no candidate is missing; otherwise the chunk is the last if no other follows.
 *   <li>Without {@code alt=sse} a streamed answer is one JSON array of the chunks.
 *   <li>A grounded answer bills its {@code webSearchQueries}, each once, the empty ones never (<a
 *       href="https://ai.google.dev/gemini-api/docs/google-search">grounding</a>).
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
            .report(TOTAL, "usageMetadata.totalTokenCount")
            .report(AnswerField.SERVICE_TIER, "usageMetadata.serviceTier")
            .report(AnswerField.SPEED, "usageMetadata.trafficType")
            .report(BLOCKED, "promptFeedback.blockReason")
            .report(CHOICES, "candidates")
            .report(INDEX, "candidates.index")
            .report(FINISH, "candidates.finishReason")
            .report(SEARCH_QUERY, "candidates.groundingMetadata.webSearchQueries")
            .report(PART, "candidates.content.parts")
            .report(TEXT, "candidates.content.parts.text", "candidates.content.parts.functionCall")
            .report(TEXT, "candidates.content.parts.executableCode.code");

    /** One bit per candidate; Google's limit is 8. */
    private static final int MOST_CANDIDATES = Long.SIZE;

    /** More searches than this are not counted apart; providers run a handful. */
    private static final int MOST_SEARCHES = 1_000;

    private final int choices;
    private long seen;
    private long finished;
    private boolean blocked;
    private boolean anyCandidate;
    /** The server was seen to leave the reason out until it has one. */
    private boolean anyUnfinished;

    private boolean anyPart;

    private long candidate;
    private boolean candidateFinished;
    private final Set<String> searches = new HashSet<>();

    GeminiMeter(int choices) {
        super(PATHS);
        this.choices = Math.min(choices, MOST_CANDIDATES);
    }

    @Override
    public void opened(AnswerField field, boolean array) {
        if (field == CHOICES && !array) {
            candidate = 0;
            candidateFinished = false;
        } else if (field == PART && !array) {
            anyPart = true;
        }
    }

    @Override
    public void closed(AnswerField field, boolean array) {
        if (field == CHOICES && !array) {
            anyCandidate = true;
            seen |= 1L << candidate;
            if (candidateFinished) {
                finished |= 1L << candidate;
            } else {
                anyUnfinished = true;
            }
            if (!searches.isEmpty()) {
                read.set(WEB_SEARCHES, searches.size());
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
            search(head, headLength, length);
        } else {
            super.string(field, name, head, headLength, length);
        }
    }

    /** Queries that begin alike and are as long are taken for one. */
    private void search(byte[] head, int headLength, long length) {
        if (length > 0 && searches.size() < MOST_SEARCHES) {
            searches.add(length + ":" + new String(head, 0, headLength, ISO_8859_1));
        }
    }

    @Override
    Verdict judge(boolean whole) {
        boolean allFinished = anyCandidate && seen == finished;
        anyCandidate = false;
        if (!whole || !(allFinished || blocked)) {
            return Verdict.ORDINARY;
        }
        boolean sure = blocked || (anyUnfinished && Long.bitCount(finished) >= choices);
        return sure ? Verdict.TERMINAL : Verdict.CLOSING;
    }

    @Override
    boolean sufficient(Counts counts) {
        return counts.has(INPUT) && !hidesOutput(counts);
    }

    @Override
    boolean hidesOutput(Counts counts) {
        return anyPart && !counts.has(OUTPUT) && !counts.has(TOTAL);
    }

    @Override
    @Nullable
    String contradiction(Counts counts) {
        boolean cachedBeyondPrompt = counts.has(INPUT) && counts.orZero(CACHE_READ) > counts.orZero(INPUT);
        return cachedBeyondPrompt ? "cachedContentTokenCount" : null;
    }

    @Override
    long output(Counts counts) {
        long said = counts.orZero(OUTPUT) + counts.orZero(REASONING);
        long beyondPrompt = counts.orZero(TOTAL) - counts.orZero(INPUT) - counts.orZero(TOOL_INPUT);
        return counts.has(OUTPUT) || !counts.has(INPUT) ? said : Math.max(said, beyondPrompt);
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
