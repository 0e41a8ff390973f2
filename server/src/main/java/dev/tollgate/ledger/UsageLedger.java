package dev.tollgate.ledger;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The usage rows in the store. */
public final class UsageLedger {
    /** What a summary is grouped by. */
    public enum By {
        KEY,
        MODEL,
        FEATURE,
        /** Days of UTC. */
        DAY
    }

    private static final long MILLIS_OF_DAY = TimeUnit.DAYS.toMillis(1);
    private static final long USE_NOTED_EVERY_MILLIS = TimeUnit.MINUTES.toMillis(1);
    /** Some 6 MB; beyond it every key's use is noted anew, which costs a few more writes. */
    private static final int MOST_NOTED = 65_536;

    private static final String NOTE_USE = """
            INSERT INTO key_use (key_id, at) VALUES (?, ?) \
            ON CONFLICT (key_id) DO UPDATE SET at = excluded.at WHERE excluded.at > key_use.at""";

    private static final int MOST_BOUND = 500;

    /** What a call came to: what it was billed, and for an unreconciled one what its resolution added or gave back. */
    private static final String COST = """
            (cost + CASE WHEN state = 'unreconciled' THEN COALESCE((SELECT CASE WHEN t.debit LIKE 'account:%' \
            THEN t.amount ELSE -t.amount END FROM transfer t WHERE t.id = call.request_id || ':resolution'), 0) ELSE 0 END)""";

    private static final String DAILY = "SELECT at / 86400000, model, COUNT(*), " + sum("input") + sum("output")
            + sum("cache_read") + sum("cache_write_5m + cache_write_1h") + sum(COST)
            + "CAST(SUM(CASE WHEN state = 'unreconciled' THEN 1 ELSE 0 END) AS BIGINT)"
            + " FROM call WHERE provider = ? AND at >= ? AND at < ? GROUP BY 1, 2 ORDER BY 1, 2";

    private final Store store;
    private final Balances balances = new Balances();
    /** When each key's use was last noted; the writer's alone. */
    private final Map<String, Long> noted = new HashMap<>();

    public UsageLedger(Store store) {
        this.store = store;
    }

    /**
     * Writes a call's row, and its overrun's, with the transaction's batch, and posts what it costs. The transaction fails
     * if the call has its row already: whoever cannot know asks {@link #contains}.
     */
    public void insert(WriteSession tx, CallRecord call) throws SQLException {
        PreparedStatement row = tx.batch(CallRows.INSERT);
        CallRows.bind(row, call);
        row.addBatch();
        if (call.costNanoUsd() > 0) {
            Parties parties = Parties.of(call);
            balances.post(tx, parties, call.costNanoUsd());
            if (call.overrunNanoUsd() > 0) {
                PreparedStatement overrun = tx.batch(Transfer.INSERT);
                Transfer.overrun(call, parties).bind(overrun);
                overrun.addBatch();
            }
        }
        noteUse(tx, call.start().payer().keyId(), call.start().atMillis());
    }

    /**
     * At most once a minute for each key: the few keys that are busy would otherwise rewrite their rows at every call. If
     * this transaction fails, a key's use may go unnoted for that minute.
     */
    private void noteUse(WriteSession tx, String keyId, long atMillis) {
        Long last = noted.get(keyId);
        if (last != null && atMillis - last < USE_NOTED_EVERY_MILLIS) {
            return;
        }
        if (noted.size() >= MOST_NOTED) {
            noted.clear();
        }
        noted.put(keyId, atMillis);
        tx.attachment(this, UsageLedger::usesOfGroup).merge(keyId, atMillis, Math::max);
    }

    /**
     * The uses to be noted with a group, each key's once: PostgreSQL refuses a command that would change a row twice, and
     * a batch becomes one command. In the order of their ids, so that two nodes never wait for each other's rows.
     */
    private static SortedMap<String, Long> usesOfGroup(WriteSession tx) {
        SortedMap<String, Long> uses = new TreeMap<>();
        tx.beforeCommit(session -> {
            PreparedStatement use = session.batch(NOTE_USE);
            for (Map.Entry<String, Long> each : uses.entrySet()) {
                use.setString(1, each.getKey());
                use.setLong(2, each.getValue());
                use.addBatch();
            }
        });
        return uses;
    }

    Balances balances() {
        return balances;
    }

    /** Whether the call has a row, as this transaction sees it; what it has only batched does not count. */
    public boolean contains(WriteSession tx, String requestId) throws SQLException {
        PreparedStatement query = tx.statement("SELECT 1 FROM call WHERE request_id = ?");
        query.setString(1, requestId);
        try (ResultSet rows = query.executeQuery()) {
            return rows.next();
        }
    }

    /** All that is known of a call. Blocking. */
    public Optional<CallRecord> find(String requestId) {
        return CallStart.isId(requestId)
                ? store.read(handle -> handle.createQuery(CallRows.SELECT)
                        .bind(0, requestId)
                        .map((row, context) -> CallRows.read(row))
                        .findOne())
                : Optional.empty();
    }

    /** What was used since then, the dearest first (days: the newest first). Blocking. */
    public List<UsageRow> summarize(By by, Instant since) {
        return store.read(handle -> handle.createQuery(summary(by))
                .bind(0, since.toEpochMilli())
                .map((row, context) -> usageRow(by, row))
                .list());
    }

    private static String summary(By by) {
        // Text and numbers are cast so that both databases give back what both were asked for.
        String group = switch (by) {
            case KEY -> "key_id";
            case MODEL -> "COALESCE(provider || '/' || model, '')";
            case FEATURE -> "COALESCE(feature, '')";
            case DAY -> "at / 86400000";
        };
        String name = by == By.KEY ? "MAX(key_name)" : "''";
        String order = by == By.DAY ? "1 DESC" : "8 DESC, 3 DESC, 1";
        return "SELECT " + group + ", " + name + ", COUNT(*), " + sum("input") + sum("output") + sum("cache_read")
                + sum("cache_write_5m + cache_write_1h")
                + "CAST(SUM(" + COST + ") AS BIGINT) FROM call WHERE at >= ? GROUP BY 1 ORDER BY "
                + order;
    }

    private static String sum(String column) {
        return "CAST(SUM(" + column + ") AS BIGINT), ";
    }

    private static UsageRow usageRow(By by, ResultSet row) throws SQLException {
        String id = by == By.DAY ? LocalDate.ofEpochDay(row.getLong(1)).toString() : row.getString(1);
        String name = switch (by) {
            case KEY -> row.getString(2);
            case MODEL -> id.isEmpty() ? "(not sent)" : id;
            case FEATURE -> id.isEmpty() ? "(no feature)" : id;
            case DAY -> id;
        };
        return new UsageRow(
                id,
                name,
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8));
    }

    /**
     * What was used of one provider's models on each day, in order. Blocking.
     *
     * @param from the first day (UTC)
     * @param to the last day
     */
    public List<DailyUsage> daily(String provider, LocalDate from, LocalDate to) {
        return store.read(handle -> handle.createQuery(DAILY)
                .bind(0, Texts.clean(provider, 64))
                .bind(1, from.toEpochDay() * MILLIS_OF_DAY)
                .bind(2, (to.toEpochDay() + 1) * MILLIS_OF_DAY)
                .map((row, context) -> new DailyUsage(
                        LocalDate.ofEpochDay(row.getLong(1)),
                        row.getString(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getLong(9)))
                .list());
    }

    /** When each of these keys last made a call, to the minute; keys that never did are left out. Blocking. */
    public Map<String, Instant> lastUsed(Collection<String> keyIds) {
        List<String> ids = new ArrayList<>(keyIds);
        Map<String, Instant> uses = new HashMap<>();
        for (int from = 0; from < ids.size(); from += MOST_BOUND) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + MOST_BOUND));
            store.read(handle -> handle.createQuery("SELECT key_id, at FROM key_use WHERE key_id IN (<ids>)")
                            .bindList("ids", some)
                            .map((row, context) ->
                                    Map.entry(row.getString("key_id"), Instant.ofEpochMilli(row.getLong("at"))))
                            .list())
                    .forEach(use -> uses.put(use.getKey(), use.getValue()));
        }
        return uses;
    }
}
