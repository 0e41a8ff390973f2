package dev.tollgate.ledger;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the sums of old calls into {@code usage_day} and deletes their rows, a few at a time, so that no settlement waits for
 * it. Each step is one transaction: a call is counted by its own row or by its day's, never by both or neither. What is summed
 * up and the accounts' balances stay the same; only the story of a call ({@code explain}) is gone.
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
            ) RETURNING request_id, at, key_id, key_name, account, provider, model, app, feature, input, cache_read, \
            cache_write_5m, cache_write_1h, output, reasoning, web_searches, cost, reserved, discount""";

    private static final String ADD = """
            INSERT INTO usage_day (day, key_id, account, provider, model, app, feature, key_name, calls, overruns, input, \
            cache_read, cache_write_5m, cache_write_1h, output, reasoning, web_searches, cost, discount) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
            ON CONFLICT (day, key_id, account, provider, model, app, feature) DO UPDATE SET \
            key_name = CASE WHEN excluded.key_name > usage_day.key_name THEN excluded.key_name ELSE usage_day.key_name END, \
            calls = usage_day.calls + excluded.calls, overruns = usage_day.overruns + excluded.overruns, \
            input = usage_day.input + excluded.input, cache_read = usage_day.cache_read + excluded.cache_read, \
            cache_write_5m = usage_day.cache_write_5m + excluded.cache_write_5m, \
            cache_write_1h = usage_day.cache_write_1h + excluded.cache_write_1h, \
            output = usage_day.output + excluded.output, reasoning = usage_day.reasoning + excluded.reasoning, \
            web_searches = usage_day.web_searches + excluded.web_searches, cost = usage_day.cost + excluded.cost, \
            discount = usage_day.discount + excluded.discount""";

    private static final List<String> COUNTS = List.of(
            "input",
            "cache_read",
            "cache_write_5m",
            "cache_write_1h",
            "output",
            "reasoning",
            "web_searches",
            "cost",
            "discount");

    /**
     * One row of {@code usage_day}.
     *
     * @param labels in the order of its key, after the day
     */
    private record Place(long day, List<String> labels) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int days = Long.compare(day, other.day);
            for (int i = 0; days == 0 && i < labels.size(); i++) {
                days = labels.get(i).compareTo(other.labels.get(i));
            }
            return days;
        }
    }

    private static final class Sums {
        private String keyName = "";
        private long calls;
        private long overruns;
        private final long[] counts = new long[COUNTS.size()];
    }

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
        SortedMap<Place, Sums> days = new TreeMap<>(); // sorted, so that two nodes never wait for each other's rows
        List<String> overrun = new ArrayList<>();
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
                Sums sums = days.computeIfAbsent(place(row), first -> new Sums());
                add(sums, row);
                if (row.getLong("cost") > row.getLong("reserved")) {
                    sums.overruns++;
                    overrun.add(row.getString("request_id"));
                }
            }
        }
        removeOverruns(tx, overrun);
        write(tx, days);
        return new Step(calls, upTo);
    }

    /** The row of {@code usage_day} that a call of that moment, in epoch milliseconds, is counted in. */
    static long day(long atMillis) {
        return atMillis / MILLIS_OF_DAY;
    }

    private static Place place(ResultSet row) throws SQLException {
        return new Place(
                day(row.getLong("at")),
                List.of(
                        row.getString("key_id"),
                        row.getString("account"),
                        orEmpty(row, "provider"),
                        orEmpty(row, "model"),
                        orEmpty(row, "app"),
                        orEmpty(row, "feature")));
    }

    private static String orEmpty(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? "" : text;
    }

    private static void add(Sums sums, ResultSet row) throws SQLException {
        String keyName = row.getString("key_name");
        sums.keyName = keyName.compareTo(sums.keyName) > 0 ? keyName : sums.keyName;
        sums.calls++;
        for (int i = 0; i < COUNTS.size(); i++) {
            sums.counts[i] = Math.addExact(sums.counts[i], row.getLong(COUNTS.get(i)));
        }
    }

    private static void removeOverruns(WriteSession tx, List<String> requestIds) throws SQLException {
        PreparedStatement remove = tx.statement("DELETE FROM transfer WHERE id = ?");
        for (String requestId : requestIds) {
            remove.setString(1, requestId + ":" + Transfer.Kind.OVERRUN.wireName());
            remove.executeUpdate();
        }
    }

    private static void write(WriteSession tx, SortedMap<Place, Sums> days) throws SQLException {
        PreparedStatement add = tx.statement(ADD);
        for (var each : days.entrySet()) {
            Sums sums = each.getValue();
            int at = 0;
            add.setLong(++at, each.getKey().day());
            for (String label : each.getKey().labels()) {
                add.setString(++at, label);
            }
            add.setString(++at, sums.keyName);
            add.setLong(++at, sums.calls);
            add.setLong(++at, sums.overruns);
            for (long count : sums.counts) {
                add.setLong(++at, count);
            }
            add.executeUpdate();
        }
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
