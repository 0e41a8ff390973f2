package dev.tollgate.ledger;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the sums of old calls into {@code usage_day} and deletes their rows, a few at a time, so that no settlement waits for
 * it. Each step is one transaction: a call is counted by its own row or by its day's, never by both or neither. What is summed
 * up and the accounts' balances stay the same; only the story of a call ({@code explain}) is gone. Its transfers go with it: of an
 * overrun, which is in its cost, and of attempts that other providers never answered, which are in the days of those.
 *
 * <p>Never carried over: unreconciled calls, resolved or not, and calls whose overrun is not as it should be, which a
 * verification must be able to name.
 */
public final class UsageRollup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UsageRollup.class);

    /** A few milliseconds of the writer's time. */
    static final int STEP = 200;

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration AT_REST = Duration.ofMinutes(10);
    private static final long MILLIS_OF_DAY = TimeUnit.DAYS.toMillis(1);

    /** The oldest first; {@code call_by_time} leads there. */
    static final String OLDEST = """
            SELECT request_id FROM call WHERE at >= ? AND at < ? AND state = 'settled' \
            AND (cost <= reserved OR EXISTS (SELECT 1 FROM transfer t \
            WHERE t.id = call.request_id || ':overrun' AND t.amount = call.cost - call.reserved)) \
            ORDER BY at LIMIT ?""";

    static final String TAKE = "DELETE FROM call WHERE request_id IN (" + OLDEST + """
            ) RETURNING request_id, at, key_id, key_name, account, provider, model, app, feature, member, input, \
            cache_read, cache_write_5m, cache_write_1h, output, reasoning, web_searches, cost, reserved, discount, attempts""";

    /**
     * What a step did.
     *
     * @param calls how many it carried over
     * @param upToMillis when the last of them was made
     */
    record Step(int calls, long upToMillis) {}

    private final Store store;
    private final Duration kept;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /**
     * One that has not begun.
     *
     * @param kept how long the rows of calls are kept
     */
    public UsageRollup(Store store, Duration kept, InstantSource clock) {
        this.store = store;
        this.kept = kept;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("usage rollup").unstarted(this::run);
    }

    /** Begins to work, quietly, some minutes from now: a start has other things to do. */
    public UsageRollup start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (!closed.await(AT_REST.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    round(clock.instant().minus(kept).toEpochMilli());
                } catch (StoreUnavailable e) {
                    LOG.info("Old usage could not be rolled up now: {}", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("Old usage could not be rolled up", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Carries over every call that was made before then, in steps.
     *
     * @return how many
     */
    long round(long beforeMillis) throws InterruptedException {
        long calls = 0;
        Step step = new Step(STEP, 0);
        while (step.calls == STEP) {
            long from = step.upToMillis;
            step = store.write(tx -> step(tx, from, beforeMillis, STEP));
            calls += step.calls;
            if (step.calls == STEP && closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        if (calls > 0) {
            LOG.info("{} calls older than {} days were rolled up into their days", calls, kept.toDays());
        }
        return calls;
    }

    /**
     * Carries over the oldest.
     *
     * @param fromMillis before it are only calls that are never carried over: they are not looked at each time
     */
    static Step step(WriteSession tx, long fromMillis, long beforeMillis, int most) throws SQLException {
        UsageDays days = new UsageDays();
        int calls = 0;
        long upTo = fromMillis;
        PreparedStatement take = tx.statement(TAKE);
        take.setLong(1, fromMillis);
        take.setLong(2, beforeMillis);
        take.setLong(3, most);
        try (ResultSet row = take.executeQuery()) {
            while (row.next()) {
                calls++;
                upTo = Math.max(upTo, row.getLong("at"));
                days.add(row);
            }
        }
        days.write(tx);
        return new Step(calls, upTo);
    }

    /** The row of {@code usage_day} that a call of that moment, in epoch milliseconds, is counted in. */
    static long day(long atMillis) {
        return atMillis / MILLIS_OF_DAY;
    }

    /** Lets the step under way end. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
