package dev.tollgate.ledger;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When each key was last used: in memory at once; in its row, which costs a page of its own where very many keys are used, within a
 * second, or where they are very many within a minute, in the order of the table, so that many rows share a page. A process that dies
 * leaves what is not yet in a row to the calls' own rows.
 */
final class KeyUses {
    private static final Logger LOG = LoggerFactory.getLogger(KeyUses.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONG_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** More than that wait for the long pause. */
    private static final int MANY = 1_000;
    /** Rows in a step: with each goes a group of settlements, which must not wait long. */
    private static final int STEP = 200;

    private static final String NOTE = """
            INSERT INTO key_use (key_id, at) VALUES (?, ?) \
            ON CONFLICT (key_id) DO UPDATE SET at = excluded.at WHERE excluded.at > key_use.at""";

    private final Store store;
    /** Epoch milliseconds, by the keys' ids: what no row shows. */
    private final Map<String, Long> noted = new ConcurrentHashMap<>();

    private volatile boolean busy;
    private volatile boolean failing;
    /** Of the one thread that tends. */
    private long begunNanos = System.nanoTime();

    KeyUses(Store store) {
        this.store = store;
    }

    void note(String keyId, long atMillis) {
        noted.merge(keyId, atMillis, Math::max);
    }

    /** When a key was last used, in epoch milliseconds, where no row shows that yet; else null. */
    @Nullable
    Long unwritten(String keyId) {
        return noted.get(keyId);
    }

    /** Writes what is noted when it is time; returns at once. By one thread. */
    void tend(long nowNanos) {
        int waiting = noted.size();
        if (!busy && waiting > 0 && nowNanos - begunNanos >= (waiting > MANY ? LONG_PAUSE_NANOS : PAUSE_NANOS)) {
            busy = true;
            begunNanos = nowNanos;
            step(steps());
        }
    }

    /** Writes all that is noted. Blocking. */
    void flush() {
        try {
            for (Map<String, Long> step : steps()) {
                store.write(tx -> {
                    write(tx, step);
                    return true;
                });
                written(step);
            }
        } catch (StoreUnavailable e) {
            LOG.warn("When keys were last used could not be noted: {}", e.toString());
        }
    }

    private Queue<Map<String, Long>> steps() {
        Queue<Map<String, Long>> steps = new ArrayDeque<>();
        Iterator<Map.Entry<String, Long>> all = new TreeMap<>(noted).entrySet().iterator();
        while (all.hasNext()) {
            Map<String, Long> step = new TreeMap<>();
            while (all.hasNext() && step.size() < STEP) {
                Map.Entry<String, Long> each = all.next();
                step.put(each.getKey(), each.getValue());
            }
            steps.add(step);
        }
        return steps;
    }

    private void step(Queue<Map<String, Long>> steps) {
        Map<String, Long> step = steps.poll();
        if (step == null) {
            busy = false;
            return;
        }
        store.submit(tx -> write(tx, step), failure -> {
            if (failure != null) {
                if (!failing) { // the first of a row
                    LOG.warn("When keys were last used could not be noted yet: {}", failure.toString());
                }
                failing = true;
                busy = false;
                return;
            }
            failing = false;
            written(step);
            step(steps);
        });
    }

    /** Sorted, so that two nodes never wait for each other's rows. */
    private static void write(WriteSession tx, Map<String, Long> step) throws SQLException {
        PreparedStatement note = tx.statement(NOTE);
        for (Map.Entry<String, Long> each : step.entrySet()) {
            note.setString(1, each.getKey());
            note.setLong(2, each.getValue());
            note.addBatch();
        }
        note.executeBatch();
    }

    /** Whoever was used again meanwhile stays noted. */
    private void written(Map<String, Long> step) {
        step.forEach(noted::remove);
    }
}
