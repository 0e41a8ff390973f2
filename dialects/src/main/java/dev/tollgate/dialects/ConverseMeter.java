package dev.tollgate.dialects;

import static dev.tollgate.dialects.AnswerField.CACHE_READ;
import static dev.tollgate.dialects.AnswerField.CACHE_WRITE;
import static dev.tollgate.dialects.AnswerField.CACHE_WRITE_1H;
import static dev.tollgate.dialects.AnswerField.FINISH;
import static dev.tollgate.dialects.AnswerField.INPUT;
import static dev.tollgate.dialects.AnswerField.OUTPUT;
import static dev.tollgate.dialects.AnswerField.STEP;
import static dev.tollgate.dialects.AnswerField.STEP_INPUT;
import static dev.tollgate.dialects.AnswerField.STEP_TYPE;
import static dev.tollgate.dialects.AnswerField.TEXT;

import org.jspecify.annotations.Nullable;

/**
 * Amazon Bedrock's Converse (<a
 * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html">TokenUsage</a>).
 *
 * <ul>
 *   <li>{@code inputTokens} leaves the cache out (<a
 *       href="https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html">prompt caching</a>); {@code outputTokens}
 *       includes reasoning, which is not told apart.
 *   <li>{@code cacheWriteInputTokens} is the sum of {@code cacheDetails}, which has one entry per lifetime, 5m or 1h.
 *   <li>Only a stream's last event, {@code metadata}, has figures.
 * </ul>
 */
final class ConverseMeter extends Meter {
    private static final JsonPaths PATHS = paths();

    private boolean metadata;
    /** Of the entry of {@code cacheDetails} that is being read. */
    private long detail;

    private boolean detailIsLong;

    ConverseMeter() {
        super(PATHS);
    }

    private static JsonPaths paths() {
        JsonPaths paths = JsonPaths.root()
                .report(AnswerField.ERROR, "error")
                .report(FINISH, "metadata")
                .report(TEXT, "contentBlockDelta.delta.text", "contentBlockDelta.delta.reasoningContent.text")
                .report(TEXT, "contentBlockDelta.delta.toolUse.input")
                .report(TEXT, "output.message.content.text", "output.message.content.toolUse.input")
                .report(TEXT, "output.message.content.reasoningContent.reasoningText.text")
                .report(TEXT, "output.message.content.citationsContent.content.text");
        // A whole answer has it at the root.
        for (String at : new String[] {"", "metadata."}) {
            paths.report(INPUT, at + "usage.inputTokens")
                    .report(OUTPUT, at + "usage.outputTokens")
                    .report(CACHE_READ, at + "usage.cacheReadInputTokens")
                    .report(CACHE_WRITE, at + "usage.cacheWriteInputTokens")
                    .report(STEP, at + "usage.cacheDetails")
                    .report(STEP_TYPE, at + "usage.cacheDetails.ttl")
                    .report(STEP_INPUT, at + "usage.cacheDetails.inputTokens")
                    .report(AnswerField.SERVICE_TIER, at + "serviceTier.type")
                    .report(AnswerField.SPEED, at + "performanceConfig.latency");
        }
        return paths;
    }

    @Override
    public void opened(AnswerField field, boolean array) {
        if (field == FINISH) {
            metadata = true;
        } else if (field == STEP) {
            detail = 0;
            detailIsLong = false;
        }
    }

    @Override
    public void closed(AnswerField field, boolean array) {
        if (field == STEP && !array && detailIsLong) {
            read.add(CACHE_WRITE_1H, detail);
            if (read.orZero(CACHE_WRITE_1H) > JsonScanner.MAX_COUNT) {
                refuse("cacheDetails");
            }
        }
    }

    @Override
    public void number(AnswerField field, String name, long value) {
        if (field == STEP_INPUT && value != JsonScanner.NOT_A_COUNT) {
            detail = value;
        } else {
            super.number(field, name, value);
        }
    }

    @Override
    public void string(AnswerField field, String name, byte[] head, int headLength, long length) {
        if (field == STEP_TYPE) {
            detailIsLong = is(head, headLength, "1h");
        } else {
            super.string(field, name, head, headLength, length);
        }
    }

    @Override
    Verdict judge(boolean whole) {
        boolean last = whole && metadata;
        metadata = false;
        return last ? Verdict.TERMINAL : Verdict.ORDINARY;
    }

    @Override
    @Nullable
    String contradiction(Counts counts) {
        boolean moreThanAll = counts.has(CACHE_WRITE) && counts.orZero(CACHE_WRITE_1H) > counts.orZero(CACHE_WRITE);
        return moreThanAll ? "cacheDetails" : null;
    }

    @Override
    long output(Counts counts) {
        return counts.orZero(OUTPUT);
    }

    @Override
    Usage usage(Counts counts, long outputTokens) {
        long longLived = counts.orZero(CACHE_WRITE_1H);
        return new Usage(
                counts.orZero(INPUT),
                counts.orZero(CACHE_READ),
                Math.max(0, counts.orZero(CACHE_WRITE) - longLived),
                longLived,
                outputTokens,
                0,
                0);
    }
}
