package dev.tollgate.budget;

import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of the nodes that are granted slices. */
final class NodeRows {
    private static final String SIGN =
            "UPDATE budget_node SET turn = ?, seen_at = ? WHERE node = ? AND epoch = ? AND turn < ?";

    private NodeRows() {}

    /**
     * A node's row.
     *
     * @param seenAtMillis when it last told that it lives, in epoch milliseconds by its own clock
     */
    record Node(String id, long epoch, long turn, long seenAtMillis) {}

    /** This node begins, or begins anew. */
    static Node enter(Handle handle, String id, long nowMillis) {
        return handle.createQuery("INSERT INTO budget_node (node, epoch, turn, seen_at) VALUES (:node, 0, 0, :now)"
                        + " ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at"
                        + " RETURNING node, epoch, turn, seen_at")
                .bind("node", id)
                .bind("now", nowMillis)
                .map((row, context) -> read(row))
                .one();
    }

    /** False, and nothing has changed, if the node was taken for dead and what it held is others' now. */
    static boolean sign(WriteSession tx, Node node, long nowMillis) throws SQLException {
        PreparedStatement sign = tx.statement(SIGN);
        sign.setLong(1, node.turn());
        sign.setLong(2, nowMillis);
        sign.setString(3, node.id());
        sign.setLong(4, node.epoch());
        sign.setLong(5, node.turn());
        return sign.executeUpdate() == 1;
    }

    /** How often the node has signed, once whatever it signed last is over: the row is locked until then. -1 without a row. */
    static long turn(Handle handle, String id) {
        return handle.createQuery("UPDATE budget_node SET turn = turn WHERE node = :node RETURNING turn")
                .bind("node", id)
                .mapTo(Long.class)
                .findOne()
                .orElse(-1L);
    }

    static Optional<Node> find(Handle handle, String id) {
        return handle.createQuery("SELECT node, epoch, turn, seen_at FROM budget_node WHERE node = :node")
                .bind("node", id)
                .map((row, context) -> read(row))
                .findOne();
    }

    /**
     * Takes a node for dead: whoever spends under the epoch before has to stop.
     *
     * @return its row since then; empty, and nothing has changed, if it has been seen since that moment, or there is no such node
     */
    static Optional<Node> nextEpoch(Handle handle, String id, long seenAtMostMillis) {
        return handle.createQuery("UPDATE budget_node SET epoch = epoch + 1 WHERE node = :node AND seen_at <= :most"
                        + " RETURNING node, epoch, turn, seen_at")
                .bind("node", id)
                .bind("most", seenAtMostMillis)
                .map((row, context) -> read(row))
                .findOne();
    }

    /** Whether a node is still dead by that very epoch. It cannot come back, nor be freed by another, before the transaction ends. */
    static boolean isStill(Handle handle, Node dead) {
        return handle.execute(
                        "UPDATE budget_node SET epoch = epoch WHERE node = ? AND epoch = ? AND seen_at = ?",
                        dead.id(),
                        dead.epoch(),
                        dead.seenAtMillis())
                == 1;
    }

    /**
     * A node that has not told for long that it lives, and what it was granted and has not spent, in nano-US-dollars.
     */
    record Silent(String id, long seenAtMillis, long grantedNanoUsd) {}

    /** Whether it has not told since that moment that it lives. */
    static boolean isSilent(Handle handle, String id, long beforeMillis) {
        return find(handle, id)
                .filter(node -> node.seenAtMillis() < beforeMillis)
                .isPresent();
    }

    /** Those that hold something of budgets in force, the one that has been silent for the longest first. */
    static List<Silent> silent(Handle handle, long beforeMillis) {
        return handle.createQuery(
                        "SELECT n.node, n.seen_at, CAST(SUM(s.granted - s.spent) AS BIGINT) FROM budget_node n"
                                + " JOIN budget_slice s ON s.node = n.node JOIN budget b ON b.id = s.budget_id"
                                + " WHERE n.seen_at < :before AND s.granted > s.spent AND b.removed_at IS NULL"
                                + " GROUP BY n.node, n.seen_at ORDER BY n.seen_at, n.node")
                .bind("before", beforeMillis)
                .map((row, context) -> new Silent(row.getString(1), row.getLong(2), row.getLong(3)))
                .list();
    }

    private static Node read(ResultSet row) throws SQLException {
        return new Node(row.getString("node"), row.getLong("epoch"), row.getLong("turn"), row.getLong("seen_at"));
    }
}
