package dev.tollgate.ledger;

/**
 * What was used by one key, on one model, for one feature or on one day (UTC).
 *
 * @param id what it was grouped by: the key's id, {@code provider/model}, the feature, {@code 2026-11-22}
 * @param name for people: the key's name, otherwise the id
 * @param inputTokens those that no cache held
 * @param costNanoUsd in nano-US-dollars
 */
public record UsageRow(
        String id,
        String name,
        long calls,
        long inputTokens,
        long outputTokens,
        long cacheReadTokens,
        long cacheWriteTokens,
        long costNanoUsd) {}
