package dev.tollgate.budget;

import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
            WHERE budget_window.granted + excluded.granted <= ?""";

    private static final String SLICE = """
            INSERT INTO budget_slice (budget_id, start_at, node, granted, spent) VALUES (?, ?, ?, ?, ?) \
            ON CONFLICT (budget_id, start_at, node) DO UPDATE SET granted = budget_slice.granted + excluded.granted, \
            spent = budget_slice.spent + excluded.spent""";

    private static final String WIDEN =
            "UPDATE budget_window SET granted = granted + ? WHERE budget_id = ? AND start_at = ?";

    private final String node;

    /** @param node this one's id, which belongs to its home, as the journal of calls in flight does */
    SliceRows(String node) {
        this.node = node;
    }

    /**
     * What a call needs of one slice, in nano-US-dollars.
     *
     * @param had what it has taken of it already; negative where the node owes to the window
     * @param needed at least, besides
     * @param wanted if there is so much
     */
    record Need(Hold.Part part, long had, long needed, long wanted) {}

    /** What came of asking for several slices: all were granted or none. */
    sealed interface Drawn {
        /** In the order of the needs. */
        record Granted(List<Grant> grants) implements Drawn {}

        /**
         * One of the budgets has not so much.
         *
         * @param need of the budget with the least
         * @param leftNanoUsd what it could still give this call, with what the call has already
         * @param spentNanoUsd by all nodes
         */
        record Lacking(Need need, long leftNanoUsd, long spentNanoUsd) implements Drawn {}
    }

    record Grant(long amountNanoUsd, long spentNanoUsd) {}

    private record Seen(long limit, long granted, long spent) {
        static final Seen GONE = new Seen(0, 0, 0);

        long left() {
            return Math.max(0, limit - granted);
        }
    }

    /** Looks at all of them before it changes any. */
    Drawn draw(WriteSession tx, List<Need> needs) throws SQLException {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            List<Grant> grants = new ArrayList<>(needs.size());
            List<Seen> seen = new ArrayList<>(needs.size());
            List<Drawn.Lacking> shorts = new ArrayList<>(0);
            for (Need need : needs) {
                Seen there = look(tx, need.part().slice());
                seen.add(there);
                if (there.left() < need.needed()) {
                    shorts.add(new Drawn.Lacking(need, Math.max(0, need.had() + there.left()), there.spent()));
                }
            }
            if (!shorts.isEmpty()) {
                return shorts.stream()
                        .min(Comparator.comparingLong(Drawn.Lacking::leftNanoUsd))
                        .orElseThrow();
            }
            for (int i = 0; i < needs.size(); i++) {
                // A quarter of what is left at most: near the limit all nodes get something.
                long amount = Math.max(
                        needs.get(i).needed(),
                        Math.min(needs.get(i).wanted(), seen.get(i).left() / 4));
                if (!grant(tx, needs.get(i).part().slice(), amount, seen.get(i).limit())) {
                    break;
                }
                grants.add(new Grant(amount, seen.get(i).spent()));
            }
            if (grants.size() == needs.size()) {
                return new Drawn.Granted(grants);
            }
            for (int i = 0; i < grants.size(); i++) {
                giveBack(tx, needs.get(i).part().slice(), grants.get(i).amountNanoUsd());
            }
        }
        return new Drawn.Lacking(needs.getFirst(), needs.getFirst().had(), 0);
    }

    private static Seen look(WriteSession tx, Slice slice) throws SQLException {
        PreparedStatement query = tx.statement(LOOK);
        query.setLong(1, slice.startMillis());
        query.setLong(2, slice.startMillis());
        query.setString(3, slice.budgetId());
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? new Seen(row.getLong(1), row.getLong(2), row.getLong(3)) : Seen.GONE;
        }
    }

    private boolean grant(WriteSession tx, Slice slice, long amount, long limit) throws SQLException {
        PreparedStatement grant = tx.statement(GRANT);
        grant.setString(1, slice.budgetId());
        grant.setLong(2, slice.startMillis());
        grant.setLong(3, amount);
        grant.setLong(4, limit);
        if (grant.executeUpdate() != 1) {
            return false; // another node was quicker
        }
        bind(tx.statement(SLICE), slice.budgetId(), slice.startMillis(), amount, 0)
                .executeUpdate();
        return true;
    }

    /** What a node does not need after all. */
    void giveBack(WriteSession tx, Slice slice, long amountNanoUsd) throws SQLException {
        widen(tx, slice.budgetId(), slice.startMillis(), -amountNanoUsd);
        bind(tx.statement(SLICE), slice.budgetId(), slice.startMillis(), -amountNanoUsd, 0)
                .executeUpdate();
    }

    private PreparedStatement bind(PreparedStatement row, String budgetId, long startMillis, long granted, long spent)
            throws SQLException {
        row.setString(1, budgetId);
        row.setLong(2, startMillis);
        row.setString(3, node);
        row.setLong(4, granted);
        row.setLong(5, spent);
        return row;
    }

    private static void widen(WriteSession tx, String budgetId, long startMillis, long amount) throws SQLException {
        PreparedStatement window = tx.statement(WIDEN);
        window.setLong(1, amount);
        window.setString(2, budgetId);
        window.setLong(3, startMillis);
        window.executeUpdate();
    }

    /** A slice of a window, in an order that all nodes keep when they change rows. */
    private record Key(String budgetId, long startMillis) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::budgetId).thenComparingLong(Key::startMillis);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /** Notes what a settlement spends, with the group's other ones: a row is written once for a group, however many calls it settles. */
    void spend(WriteSession tx, String budgetId, long startMillis, long spent) {
        if (spent != 0) {
            tx.attachment(this, this::sumsOfGroup).merge(new Key(budgetId, startMillis), spent, Math::addExact);
        }
    }

    private Map<Key, Long> sumsOfGroup(WriteSession tx) {
        Map<Key, Long> sums = new TreeMap<>();
        tx.beforeCommit(session -> {
            PreparedStatement rows = session.batch(SLICE);
            for (Map.Entry<Key, Long> each : sums.entrySet()) {
                Key key = each.getKey();
                bind(rows, key.budgetId(), key.startMillis(), 0, each.getValue())
                        .addBatch();
            }
        });
        return sums;
    }

    /** Of what has just been drawn for a call that outlives this process: no node's any more, until it is settled. */
    void pledge(WriteSession tx, String requestId, Slice slice, long amount) throws SQLException {
        bind(tx.statement(SLICE), slice.budgetId(), slice.startMillis(), -amount, 0)
                .executeUpdate();
        tx.handle()
                .execute(
                        "INSERT INTO budget_pledge (request_id, budget_id, start_at, amount) VALUES (?, ?, ?, ?)",
                        requestId,
                        slice.budgetId(),
                        slice.startMillis(),
                        amount);
    }

    /**
     * One budget's pledge.
     *
     * @param scope of the budget, which may have been removed meanwhile
     */
    record Pledge(String budgetId, long startMillis, long amount, Scope scope) {}

    List<Pledge> pledges(WriteSession tx, String requestId) {
        return tx.handle()
                .createQuery(
                        "SELECT p.budget_id, p.start_at, p.amount, b.account, b.app, b.feature, b.key_id, b.provider,"
                                + " b.model FROM budget_pledge p JOIN budget b ON b.id = p.budget_id"
                                + " WHERE p.request_id = :requestId ORDER BY p.budget_id")
                .bind("requestId", requestId)
                .map((row, context) -> new Pledge(
                        row.getString("budget_id"),
                        row.getLong("start_at"),
                        row.getLong("amount"),
                        BudgetRows.scope(row)))
                .list();
    }

    /** The pledge is over: what it has cost is spent, and the rest is anybody's. */
    void redeem(WriteSession tx, String requestId, Pledge pledge, long cost) throws SQLException {
        tx.handle()
                .execute(
                        "DELETE FROM budget_pledge WHERE request_id = ? AND budget_id = ?",
                        requestId,
                        pledge.budgetId());
        widen(tx, pledge.budgetId(), pledge.startMillis(), -pledge.amount());
        correct(tx, pledge.budgetId(), pledge.startMillis(), cost);
    }

    /** What is spent turns out to be more, or less, than it was, and with it what is granted; what nodes hold or have at hand stays. */
    void correct(WriteSession tx, String budgetId, long startMillis, long difference) throws SQLException {
        widen(tx, budgetId, startMillis, difference);
        bind(tx.statement(SLICE), budgetId, startMillis, difference, difference).executeUpdate();
    }

    /** At start, when nothing of this node is in flight: what it was granted and has not spent is anybody's again, and a debt is covered. */
    void returnUnspent(WriteSession tx) {
        tx.handle()
                .createUpdate(
                        "UPDATE budget_window SET granted = granted - (SELECT s.granted - s.spent FROM budget_slice s"
                                + " WHERE s.budget_id = budget_window.budget_id AND s.start_at = budget_window.start_at"
                                + " AND s.node = :node) WHERE EXISTS (SELECT 1 FROM budget_slice s"
                                + " WHERE s.budget_id = budget_window.budget_id AND s.start_at = budget_window.start_at"
                                + " AND s.node = :node AND s.granted <> s.spent)")
                .bind("node", node)
                .execute();
        tx.handle()
                .createUpdate("UPDATE budget_slice SET granted = spent WHERE node = :node AND granted <> spent")
                .bind("node", node)
                .execute();
    }
}
