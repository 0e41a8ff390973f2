package dev.tollgate.dialects;

import static dev.tollgate.dialects.AnswerField.CACHE_READ;
import static dev.tollgate.dialects.AnswerField.CACHE_WRITE;
import static dev.tollgate.dialects.AnswerField.CACHE_WRITE_1H;
import static dev.tollgate.dialects.AnswerField.CACHE_WRITE_5M;
import static dev.tollgate.dialects.AnswerField.INPUT;
import static dev.tollgate.dialects.AnswerField.OUTPUT;
import static dev.tollgate.dialects.AnswerField.REASONING;
import static dev.tollgate.dialects.AnswerField.STEP;
import static dev.tollgate.dialects.AnswerField.STEP_CACHE_READ;
import static dev.tollgate.dialects.AnswerField.STEP_CACHE_WRITE;
import static dev.tollgate.dialects.AnswerField.STEP_CACHE_WRITE_1H;
import static dev.tollgate.dialects.AnswerField.STEP_CACHE_WRITE_5M;
import static dev.tollgate.dialects.AnswerField.STEP_INPUT;
import static dev.tollgate.dialects.AnswerField.STEP_OUTPUT;
import static dev.tollgate.dialects.AnswerField.STEP_TYPE;
import static dev.tollgate.dialects.AnswerField.TEXT;
import static dev.tollgate.dialects.AnswerField.WEB_SEARCHES;

import org.jspecify.annotations.Nullable;

/**
 * Anthropic's Messages (<a href="https://platform.claude.com/docs/en/api/messages">API</a>, <a
 * href="https://platform.claude.com/docs/en/build-with-claude/streaming">streaming</a>).
 *
 * <ul>
 *   <li>{@code input_tokens} leaves the cache out; {@code output_tokens} includes thinking.
 *   <li>{@code cache_creation_input_tokens} is the sum of {@code cache_creation}'s two lifetimes. A stream's {@code message_start}
 *       has both; {@code message_delta} has the sum alone, and all its figures are cumulative.
 *   <li>{@code iterations} lists the sampling steps. Compaction steps, and those of the advisor tool, are billed but not part of
 *       the figures above (<a href="https://platform.claude.com/docs/en/build-with-claude/compaction">compaction</a>), so they are
 *       added here.
 * </ul>
 */
final class AnthropicMeter extends Meter {
    private static final JsonPaths PATHS = paths();

    private final Counts step = new Counts();
    private boolean stepIsExtra;

    AnthropicMeter() {
        super(PATHS);
    }

    private static JsonPaths paths() {
        JsonPaths paths = JsonPaths.root()
                .report(AnswerField.TYPE, "type")
                .report(AnswerField.ERROR, "error")
                .report(TEXT, "delta.text", "delta.thinking", "delta.partial_json")
                .report(TEXT, "content.text", "content.thinking", "content.input");
        // A whole answer and message_delta have it at the root, message_start in its message.
        for (String usage : new String[] {"usage.", "message.usage."}) {
            paths.report(INPUT, usage + "input_tokens")
                    .report(CACHE_READ, usage + "cache_read_input_tokens")
                    .report(CACHE_WRITE, usage + "cache_creation_input_tokens")
                    .report(CACHE_WRITE_5M, usage + "cache_creation.ephemeral_5m_input_tokens")
                    .report(CACHE_WRITE_1H, usage + "cache_creation.ephemeral_1h_input_tokens")
                    .report(OUTPUT, usage + "output_tokens")
                    .report(AnswerField.SERVICE_TIER, usage + "service_tier")
                    .report(AnswerField.SPEED, usage + "speed")
                    .report(REASONING, usage + "output_tokens_details.thinking_tokens")
                    .report(WEB_SEARCHES, usage + "server_tool_use.web_search_requests")
                    .report(STEP, usage + "iterations")
                    .report(STEP_TYPE, usage + "iterations.type")
                    .report(STEP_INPUT, usage + "iterations.input_tokens")
                    .report(STEP_CACHE_READ, usage + "iterations.cache_read_input_tokens")
                    .report(STEP_CACHE_WRITE, usage + "iterations.cache_creation_input_tokens")
                    .report(STEP_CACHE_WRITE_5M, usage + "iterations.cache_creation.ephemeral_5m_input_tokens")
                    .report(STEP_CACHE_WRITE_1H, usage + "iterations.cache_creation.ephemeral_1h_input_tokens")
                    .report(STEP_OUTPUT, usage + "iterations.output_tokens");
        }
        return paths;
    }

    @Override
    public void opened(AnswerField field, boolean array) {
        if (field == STEP) {
            step.clear();
            stepIsExtra = false;
        }
    }

    @Override
    public void closed(AnswerField field, boolean array) {
        if (field == STEP && !array && stepIsExtra) {
            // Each kind of token stands in one figure, as in the answer's own.
            read.add(STEP_INPUT, step.orZero(STEP_INPUT));
            read.add(STEP_CACHE_READ, step.orZero(STEP_CACHE_READ));
            read.add(STEP_CACHE_WRITE_5M, shortLived(step, STEP_CACHE_WRITE, STEP_CACHE_WRITE_5M, STEP_CACHE_WRITE_1H));
            read.add(STEP_CACHE_WRITE_1H, longLived(step, STEP_CACHE_WRITE, STEP_CACHE_WRITE_5M, STEP_CACHE_WRITE_1H));
            read.add(STEP_OUTPUT, step.orZero(STEP_OUTPUT));
            long sum = read.orZero(STEP_INPUT)
                    + read.orZero(STEP_CACHE_READ)
                    + read.orZero(STEP_CACHE_WRITE_5M)
                    + read.orZero(STEP_CACHE_WRITE_1H)
                    + read.orZero(STEP_OUTPUT);
            if (sum > JsonScanner.MAX_COUNT) {
                refuse("iterations");
            }
        }
    }

    @Override
    public void number(AnswerField field, String name, long value) {
        boolean ofStep = field.compareTo(STEP_INPUT) >= 0 && field.compareTo(STEP_OUTPUT) <= 0;
        if (ofStep && value != JsonScanner.NOT_A_COUNT) {
            step.set(field, value);
        } else {
            super.number(field, name, value);
        }
    }

    @Override
    public void string(AnswerField field, String name, byte[] head, int headLength, long length) {
        if (field == STEP_TYPE) {
            stepIsExtra = is(head, headLength, "compaction") || is(head, headLength, "advisor_message");
        } else {
            super.string(field, name, head, headLength, length);
        }
    }

    @Override
    Verdict judge(boolean whole) {
        return whole && typeIs("message_stop") ? Verdict.TERMINAL : Verdict.ORDINARY;
    }

    @Override
    boolean saysFigures() {
        return typeIs("message_delta") && read.has(OUTPUT); // message_start's output is a placeholder
    }

    @Override
    boolean areFinal(Verdict verdict) {
        return true;
    }

    @Override
    @Nullable
    String contradiction(Counts counts) {
        return counts.has(OUTPUT) && counts.orZero(REASONING) > counts.orZero(OUTPUT) ? "thinking_tokens" : null;
    }

    @Override
    long output(Counts counts) {
        return counts.orZero(OUTPUT) + counts.orZero(STEP_OUTPUT);
    }

    @Override
    Usage usage(Counts counts, long outputTokens) {
        return new Usage(
                counts.orZero(INPUT) + counts.orZero(STEP_INPUT),
                counts.orZero(CACHE_READ) + counts.orZero(STEP_CACHE_READ),
                shortLived(counts, CACHE_WRITE, CACHE_WRITE_5M, CACHE_WRITE_1H) + counts.orZero(STEP_CACHE_WRITE_5M),
                longLived(counts, CACHE_WRITE, CACHE_WRITE_5M, CACHE_WRITE_1H) + counts.orZero(STEP_CACHE_WRITE_1H),
                outputTokens,
                counts.orZero(REASONING),
                counts.orZero(WEB_SEARCHES));
    }

    private static long shortLived(Counts counts, AnswerField all, AnswerField shortOnes, AnswerField longOnes) {
        long split = counts.orZero(shortOnes) + counts.orZero(longOnes);
        return Math.max(counts.orZero(all), split) - longLived(counts, all, shortOnes, longOnes);
    }

    /** What the sum has beyond its two parts goes the way of the part that is there, else it is short-lived, the default. */
    private static long longLived(Counts counts, AnswerField all, AnswerField shortOnes, AnswerField longOnes) {
        long longLived = counts.orZero(longOnes);
        boolean onlyLong = longLived > 0 && counts.orZero(shortOnes) == 0;
        return onlyLong ? Math.max(longLived, counts.orZero(all)) : longLived;
    }
}
