package dev.tollgate.ledger;

import java.time.LocalDate;

/**
 * What was used of one model on one day.
 *
 * @param day of UTC
 * @param model by the provider's name
 * @param inputTokens those that no cache held
 * @param costNanoUsd in nano-US-dollars; of unreconciled calls what they were billed, or resolved at
 * @param unreconciled how many of the calls have no usage, so that their tokens are missing here
 */
public record DailyUsage(
        LocalDate day,
        String model,
        long calls,
        long inputTokens,
        long outputTokens,
        long cacheReadTokens,
        long cacheWriteTokens,
        long costNanoUsd,
        long unreconciled) {}
