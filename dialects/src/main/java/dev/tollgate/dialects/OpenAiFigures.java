package dev.tollgate.dialects;

import static dev.tollgate.dialects.AnswerField.CACHE_READ;
import static dev.tollgate.dialects.AnswerField.CACHE_WRITE;
import static dev.tollgate.dialects.AnswerField.INPUT;
import static dev.tollgate.dialects.AnswerField.OUTPUT;
import static dev.tollgate.dialects.AnswerField.REASONING;
import static dev.tollgate.dialects.AnswerField.TOTAL;
import static dev.tollgate.dialects.AnswerField.WEB_SEARCHES;

import org.jspecify.annotations.Nullable;

/** What OpenAI's figures include, the same in all its endpoints. */
final class OpenAiFigures {
    private OpenAiFigures() {}

    static @Nullable String contradiction(Counts counts) {
        if (counts.has(INPUT)) {
            if (counts.orZero(CACHE_READ) > counts.orZero(INPUT)) {
                return "cached_tokens";
            }
            if (counts.orZero(CACHE_READ) + counts.orZero(CACHE_WRITE) > counts.orZero(INPUT)) {
                return "cache_write_tokens";
            }
        }
        return counts.has(OUTPUT) && counts.orZero(REASONING) > output(counts) ? "reasoning_tokens" : null;
    }

    static long output(Counts counts) {
        long output = counts.orZero(OUTPUT);
        long besideIt = counts.orZero(REASONING);
        boolean totalHasBoth = counts.orZero(TOTAL) == counts.orZero(INPUT) + output + besideIt;
        return totalHasBoth ? output + besideIt : output;
    }

    static Usage usage(Counts counts, long outputTokens) {
        long read = counts.orZero(CACHE_READ);
        long written = counts.orZero(CACHE_WRITE);
        return new Usage(
                Math.max(0, counts.orZero(INPUT) - read - written),
                read,
                written,
                0,
                outputTokens,
                counts.orZero(REASONING),
                counts.orZero(WEB_SEARCHES));
    }
}
