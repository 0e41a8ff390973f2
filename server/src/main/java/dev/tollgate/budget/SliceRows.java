package dev.tollgate.budget;

import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Handle;

/**
 * Slices in the store. For every window of a budget: what is granted never exceeds the limit; and what a node was granted it has spent,
 * holds, or may still spend. Where a provider charges more than was held, the node owes that to the window, and is granted nothing else
 * before it is covered.
 */
final class SliceRows {
    /** Another node may be quicker; a writer that is always slower than all others will be told that nothing is left. */
    private static final int TRIES = 5;

    private static final String LOOK = """
            SELECT b.limit_nano_usd, COALESCE(w.granted, 0), CAST(COALESCE((SELECT SUM(s.spent) FROM budget_slice s \
            WHERE s.budget_id = b.id AND s.start_at = ?), 0) AS BIGINT) FROM budget b LEFT JOIN budget_window w \
            ON w.budget_id = b.id AND w.start_at = ? WHERE b.id = ? AND b.removed_at IS NULL""";

    private static final String GRANT = """
            INSERT INTO budget_window (budget_id, start_at, granted) VALUES (?, ?, ?) \
            ON CONFLICT (budget_id, start_at) DO UPDATE SET granted = budget_window.granted + excluded.granted \
            WHERE budget_window.granted + excluded.granted <= (SELECT limit_nano_usd FROM budget WHERE id = ?)""";

    private static final String SLICE = """
            INSERT INTO budget_slice (budget_id, start_at, node, granted, spent) VALUES (?, ?, ?, ?, ?) \
            ON CONFLICT (budget_id, start_at, node) DO UPDATE SET granted = budget_slice.granted + excluded.granted, \
            spent = budget_slice.spent + excluded.spent""";

    private static final String WIDEN = """
            INSERT INTO budget_window (budget_id, start_at, granted) VALUES (?, ?, ?) \
            ON CONFLICT (budget_id, start_at) DO UPDATE SET granted = budget_window.granted + excluded.granted""";

    private final String node;
    private final AtomicBoolean unposted = new AtomicBoolean(true); // an earlier process may have left some

    /** @param node this one's id, which belongs to its home, as the journal of calls in flight does */
    SliceRows(String node) {
        this.node = node;
    }

    /** A window as it stands: its limit, what all nodes have been granted of it, and what they have spent. */
    record Seen(long limit, long granted, long spent) {
        static final Seen GONE = new Seen(0, 0, 0);

        long left() {
            return Math.max(0, limit - granted);
        }

        /** As if others had been granted all of it. */
        private Seen without() {
            return new Seen(limit, Math.max(limit, granted), spent);
        }
    }

    /**
     * Grants calls what they need.
     *
     * @param atHand what a slice has besides; negative where the node owes to the window
     * @param ahead how much a slice asks for, where it asks
     */
    Drawing draw(WriteSession tx, List<Hold> calls, ToLongFunction<Slice> atHand, ToLongFunction<Slice> ahead)
            throws SQLException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Drawing drawing = new Drawing(key -> look(tx, key), atHand);
            drawing.decide(calls);
            drawing.ahead(ahead);
            if (grant(tx, drawing)) {
                return drawing;
            }
        }
        Drawing nothing = new Drawing(key -> look(tx, key).without(), atHand);
        nothing.decide(calls);
        return nothing;
    }

    /** All or none; another node may have been quicker. */
    private boolean grant(WriteSession tx, Drawing drawing) throws SQLException {
        List<Drawing.Account> granted = new ArrayList<>();
        for (Drawing.Account account : drawing.accounts()) {
            if (account.drawn() == 0) {
                continue;
            }
            if (!grant(tx, account.part().slice().key(), account.drawn())) {
                for (Drawing.Account each : granted) {
                    giveBack(tx, each.part().slice().key(), each.drawn());
                }
                return false;
            }
            granted.add(account);
        }
        return true;
    }

    private static Seen look(WriteSession tx, Slice.Key key) throws SQLException {
        PreparedStatement query = tx.statement(LOOK);
        query.setLong(1, key.startMillis());
        query.setLong(2, key.startMillis());
        query.setString(3, key.budgetId());
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? new Seen(row.getLong(1), row.getLong(2), row.getLong(3)) : Seen.GONE;
        }
    }

    private boolean grant(WriteSession tx, Slice.Key key, long amount) throws SQLException {
        PreparedStatement grant = tx.statement(GRANT);
        grant.setString(1, key.budgetId());
        grant.setLong(2, key.startMillis());
        grant.setLong(3, amount);
        grant.setString(4, key.budgetId());
        if (grant.executeUpdate() != 1) {
            return false; // another node was quicker
        }
        bind(tx.statement(SLICE), key, amount, 0).executeUpdate();
        return true;
    }

    /** What a node does not need after all. */
    void giveBack(WriteSession tx, Slice.Key key, long amountNanoUsd) throws SQLException {
        widen(tx, key, -amountNanoUsd);
        bind(tx.statement(SLICE), key, -amountNanoUsd, 0).executeUpdate();
    }

    /** As above, with the group's other changes: a row is written once for a group. */
    void giveBackWithGroup(WriteSession tx, Slice.Key key, long amountNanoUsd) {
        tx.attachment(this, this::changesOfGroup).returned.merge(key, amountNanoUsd, Math::addExact);
    }

    /** What all nodes have been granted of a window, in nano-US-dollars: what is spent, held, pledged, and what they have at hand. */
    long granted(WriteSession tx, Slice.Key key) throws SQLException {
        return look(tx, key).granted();
    }

    private PreparedStatement bind(PreparedStatement row, Slice.Key key, long granted, long spent) throws SQLException {
        row.setString(1, key.budgetId());
        row.setLong(2, key.startMillis());
        row.setString(3, node);
        row.setLong(4, granted);
        row.setLong(5, spent);
        return row;
    }

    private static void widen(WriteSession tx, Slice.Key key, long amount) throws SQLException {
        bindWiden(tx.statement(WIDEN), key, amount).executeUpdate();
    }

    private static PreparedStatement bindWiden(PreparedStatement window, Slice.Key key, long amount)
            throws SQLException {
        window.setString(1, key.budgetId());
        window.setLong(2, key.startMillis());
        window.setLong(3, amount);
        return window;
    }

    /** Notes what a settlement spends, with the group's other changes: one row for a group, however many calls it settles. */
    void spend(WriteSession tx, Slice.Key key, long spent) {
        if (spent != 0) {
            tx.attachment(this, this::changesOfGroup).spent.merge(key, spent, Math::addExact);
        }
    }

    /**
     * What the settlements of a group spend, and what goes back with them. PostgreSQL's driver makes one statement of a batch of inserts,
     * and one statement must not change a row twice; nor must two nodes wait for each other's rows, so what goes back is sorted.
     */
    private static final class Changes {
        final Map<Slice.Key, Long> spent = new HashMap<>();
        final SortedMap<Slice.Key, Long> returned = new TreeMap<>();
    }

    private Changes changesOfGroup(WriteSession tx) {
        Changes changes = new Changes();
        tx.beforeCommit(session -> write(session, changes));
        return changes;
    }

    private void write(WriteSession tx, Changes changes) throws SQLException {
        if (!changes.spent.isEmpty()) {
            UnpostedRows.append(tx, node, changes.spent);
            unposted.set(true);
        }
        for (Map.Entry<Slice.Key, Long> each : changes.returned.entrySet()) {
            if (each.getValue() < 0) { // a debt
                addDebt(tx.handle(), each.getKey(), -each.getValue());
            } else {
                bindWiden(tx.batch(WIDEN), each.getKey(), -each.getValue()).addBatch();
            }
            bind(tx.batch(SLICE), each.getKey(), -each.getValue(), 0).addBatch();
        }
    }

    /** Set by each group that spends; whoever posts it clears it first. */
    AtomicBoolean unposted() {
        return unposted;
    }

    private static void addDebt(Handle handle, Slice.Key key, long amount) {
        handle.execute(WIDEN, key.budgetId(), key.startMillis(), amount);
        Overgrants.tell(handle, key);
    }

    /** Of what has just been drawn for a call that outlives this process: no node's any more, until it is settled. */
    void pledge(WriteSession tx, String requestId, Slice.Key key, long amount) throws SQLException {
        bind(tx.statement(SLICE), key, -amount, 0).executeUpdate();
        tx.handle()
                .execute(
                        "INSERT INTO budget_pledge (request_id, budget_id, start_at, amount) VALUES (?, ?, ?, ?)",
                        requestId,
                        key.budgetId(),
                        key.startMillis(),
                        amount);
    }

    /**
     * One budget's pledge.
     *
     * @param scope of the budget, which may have been removed meanwhile
     */
    record Pledge(Slice.Key key, long amount, Scope scope) {}

    static List<Pledge> pledges(WriteSession tx, String requestId) {
        return tx.handle()
                .createQuery(
                        "SELECT p.budget_id, p.start_at, p.amount, b.account, b.member, b.app, b.feature, b.key_id,"
                                + " b.provider, b.model FROM budget_pledge p JOIN budget b ON b.id = p.budget_id"
                                + " WHERE p.request_id = :requestId ORDER BY p.budget_id")
                .bind("requestId", requestId)
                .map((row, context) -> new Pledge(
                        new Slice.Key(row.getString("budget_id"), row.getLong("start_at")),
                        row.getLong("amount"),
                        ScopeColumns.read(row)))
                .list();
    }

    /**
     * The pledge is over: what it has cost is spent, and the rest is anybody's.
     *
     * @return what all have spent of its window, but for what else is spent in this transaction
     */
    long redeem(WriteSession tx, String requestId, Pledge pledge, long cost) throws SQLException {
        tx.handle()
                .execute(
                        "DELETE FROM budget_pledge WHERE request_id = ? AND budget_id = ?",
                        requestId,
                        pledge.key().budgetId());
        widen(tx, pledge.key(), -pledge.amount());
        correct(tx, pledge.key(), cost);
        return BudgetRows.standing(
                        tx.handle(), pledge.key().budgetId(), pledge.key().startMillis())
                .spentNanoUsd();
    }

    /** What is spent turns out to be more, or less, than it was, and with it what is granted; what nodes hold or have at hand stays. */
    void correct(WriteSession tx, Slice.Key key, long difference) throws SQLException {
        if (difference > 0) {
            addDebt(tx.handle(), key, difference);
        } else {
            widen(tx, key, difference);
        }
        bind(tx.statement(SLICE), key, difference, difference).executeUpdate();
    }

    /** The windows of which this node has, or had, a slice. */
    List<Slice.Key> keys(WriteSession tx) {
        return tx.handle()
                .createQuery("SELECT budget_id, start_at FROM budget_slice WHERE node = :node")
                .bind("node", node)
                .map((row, context) -> new Slice.Key(row.getString(1), row.getLong(2)))
                .list();
    }

    /**
     * Notes that budgets pay for a call that cannot have a row of its own.
     *
     * @return false if that was noted before: they have paid
     */
    static boolean payUnrecorded(WriteSession tx, String requestId) throws SQLException {
        PreparedStatement note = tx.statement("INSERT INTO budget_pledge (request_id, budget_id, start_at, amount)"
                + " VALUES (?, '', 0, 0) ON CONFLICT DO NOTHING"); // of no budget: no pledge that anybody finds
        note.setString(1, requestId);
        return note.executeUpdate() == 1;
    }
}
