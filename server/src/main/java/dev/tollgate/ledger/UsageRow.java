package dev.tollgate.ledger;

import java.util.List;

/**
 * What was used by one key, on one model, for one feature, on one day (UTC), or by any combination of these.
 *
 * @param ids what it was summed by, one for each {@link UsageBy} that was asked for: a key's id, {@code provider/model}, a
 *     feature, {@code 2026-11-22}; empty where a call has none
 * @param names the same for people: a key's name, otherwise the id
 * @param inputTokens those that no cache held
 * @param costNanoUsd in nano-US-dollars; of unreconciled calls what they were billed, or resolved at
 * @param discountNanoUsd what discounts had taken off before, in nano-US-dollars
 * @param unreconciled how many of the calls have no usage, so that their tokens are missing here
 */
public record UsageRow(
        List<String> ids,
        List<String> names,
        long calls,
        long inputTokens,
        long outputTokens,
        long cacheReadTokens,
        long cacheWriteTokens,
        long costNanoUsd,
        long discountNanoUsd,
        long unreconciled) {
    public UsageRow {
        ids = List.copyOf(ids);
        names = List.copyOf(names);
    }

    /** The same with another cost added, in nano-US-dollars. */
    UsageRow plus(long nanoUsd) {
        return new UsageRow(
                ids,
                names,
                calls,
                inputTokens,
                outputTokens,
                cacheReadTokens,
                cacheWriteTokens,
                Math.addExact(costNanoUsd, nanoUsd),
                discountNanoUsd,
                unreconciled);
    }

    /** All of what it was summed by. */
    public String id() {
        return String.join(", ", ids);
    }

    /** The same for people. */
    public String name() {
        return String.join(", ", names);
    }

    /** What it would have cost without discounts, in nano-US-dollars. */
    public long listCostNanoUsd() {
        return costNanoUsd + discountNanoUsd;
    }
}
