package dev.tollgate.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.UsageBy;
import dev.tollgate.ledger.UsageRow;
import dev.tollgate.ledger.UsageSums;
import io.github.bucket4j.Bucket;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What callers have spent, told to themselves: by day and model, of the person in whose name they call, whatever app spent it; a key's
 * or a job's own, where it stands for nobody. Never what was said. The question reads the ledger, so it is bounded: in days and rows, in
 * how often one of them asks, and in how many are answered at once. The same for all event loops.
 */
public final class OwnUsage {
    static final int MOST_DAYS = 31;
    static final int MOST_ROWS = 1_000;
    static final int PER_MINUTE = 20;
    /** When to ask again after a refusal. */
    static final int AGAIN_SECONDS = 5;

    private static final int AT_ONCE = 2;
    private static final long PATIENCE_SECONDS = 5;
    private static final int MOST_ASKING = 100_000;

    private final UsageSums sums;
    private final InstantSource clock;
    private final Executor blocking;
    private final Semaphore turns = new Semaphore(AT_ONCE);
    private final Cache<String, Bucket> asking = Caffeine.newBuilder()
            .maximumSize(MOST_ASKING)
            .expireAfterAccess(Duration.ofMinutes(2))
            .build();

    /**
     * Reads these sums.
     *
     * @param blocking runs what waits for the store
     */
    public OwnUsage(UsageSums sums, InstantSource clock, Executor blocking) {
        this.sums = sums;
        this.clock = clock;
        this.blocking = blocking;
    }

    Executor blocking() {
        return blocking;
    }

    /** Whether whoever calls may ask once more now; it is then counted. */
    boolean admits(Caller caller) {
        return asking.get(
                        subject(caller),
                        subject -> Bucket.builder()
                                .addLimit(limit ->
                                        limit.capacity(PER_MINUTE).refillGreedy(PER_MINUTE, Duration.ofMinutes(1)))
                                .build())
                .tryConsume(1);
    }

    private static String subject(Caller caller) {
        return caller.member() == null ? caller.keyId() : caller.member();
    }

    /**
     * What was spent of late, each up to now (UTC).
     *
     * @param weekNanoUsd since Monday
     */
    record Spent(long dayNanoUsd, long weekNanoUsd, long monthNanoUsd) {}

    /** What whoever calls has spent in this month, this week and today; null if too many others are being answered. Blocking. */
    @Nullable
    Spent spent(Caller caller) {
        LocalDate today = today();
        LocalDate monday = today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        LocalDate first = today.withDayOfMonth(1);
        List<UsageRow> rows = rows(caller, monday.isBefore(first) ? monday : first, List.of(UsageBy.DAY));
        return rows == null ? null : new Spent(costSince(rows, today), costSince(rows, monday), costSince(rows, first));
    }

    private static long costSince(List<UsageRow> rows, LocalDate first) {
        return rows.stream()
                .filter(row -> !LocalDate.parse(row.ids().getFirst()).isBefore(first))
                .mapToLong(UsageRow::costNanoUsd)
                .reduce(0, Math::addExact);
    }

    /**
     * The answer's body; null if too many others are being answered. Blocking.
     *
     * @param days today and those before it (UTC), at most {@link #MOST_DAYS}
     */
    byte @Nullable [] of(Caller caller, int days) {
        LocalDate today = today();
        LocalDate first = today.minusDays(days - 1L);
        List<UsageRow> rows = rows(caller, first, List.of(UsageBy.DAY, UsageBy.MODEL));
        return rows == null ? null : Json.MAPPER.writeValueAsBytes(json(first, today, rows));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private @Nullable List<UsageRow> rows(Caller caller, LocalDate first, List<UsageBy> by) {
        try {
            if (!turns.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
        try {
            UsageBy whose = caller.member() == null ? UsageBy.KEY : UsageBy.MEMBER;
            return sums.summarize(
                    by,
                    Map.of(whose, subject(caller)),
                    first.atStartOfDay(ZoneOffset.UTC).toInstant(),
                    UsageSums.EVER);
        } finally {
            turns.release();
        }
    }

    private static ObjectNode json(LocalDate first, LocalDate last, List<UsageRow> rows) {
        long costNanoUsd = 0;
        for (UsageRow row : rows) {
            costNanoUsd = Math.addExact(costNanoUsd, row.costNanoUsd());
        }
        ObjectNode usage = Json.MAPPER
                .createObjectNode()
                .put("from", first.toString())
                .put("to", last.toString())
                .put("cost_usd", Money.formatUsd(costNanoUsd))
                .put("has_more", rows.size() > MOST_ROWS);
        ArrayNode data = usage.putArray("data");
        for (UsageRow row : rows.subList(0, Math.min(rows.size(), MOST_ROWS))) {
            String model = row.ids().getLast();
            data.addObject()
                    .put("day", row.ids().getFirst())
                    .put("model", model.isEmpty() ? null : model) // refused before any was asked
                    .put("calls", row.calls())
                    .put("input_tokens", row.inputTokens())
                    .put("output_tokens", row.outputTokens())
                    .put("cache_read_tokens", row.cacheReadTokens())
                    .put("cache_write_tokens", row.cacheWriteTokens())
                    .put("cost_usd", Money.formatUsd(row.costNanoUsd()));
        }
        return usage;
    }
}
