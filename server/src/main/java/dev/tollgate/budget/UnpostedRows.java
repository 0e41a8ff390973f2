package dev.tollgate.budget;

import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What settlements have spent of windows, durably, before their slices' rows show it. A group of settlements appends one row here;
 * {@link Posting} adds up many of them and then changes each slice's row once, in the order of the table. So a call of one of a
 * hundred thousand budgets does not write a page of its own, twice: once to the log, once to the file.
 *
 * <p>What is granted is changed at once, always, so the cap does not hang on this.
 */
final class UnpostedRows {
    private static final String APPEND = """
            INSERT INTO budget_unposted (node, seq, spends) \
            SELECT ?, COALESCE(MAX(seq), 0) + 1, ? FROM budget_unposted WHERE node = ?""";

    private static final String POST = """
            INSERT INTO budget_slice (budget_id, start_at, node, granted, spent) VALUES (?, ?, ?, 0, ?) \
            ON CONFLICT (budget_id, start_at, node) DO UPDATE SET spent = budget_slice.spent + excluded.spent""";

    /** Of more windows than these it is quicker to read all rows. */
    private static final int FEW = 4;

    private UnpostedRows() {}

    /** Notes what a group has spent. */
    static void append(WriteSession tx, String node, Map<Slice.Key, Long> spent) throws SQLException {
        StringBuilder lines = new StringBuilder(64 * spent.size());
        spent.forEach((key, amount) -> lines.append(key.budgetId())
                .append(' ')
                .append(key.startMillis())
                .append(' ')
                .append((long) amount)
                .append('\n'));
        PreparedStatement append = tx.statement(APPEND);
        append.setString(1, node);
        append.setString(2, lines.toString());
        append.setString(3, node);
        append.executeUpdate();
    }

    /** How far a node has come with its rows up to that one: the windows up to that one are done. */
    private record Progress(long through, Slice.Key done) {}

    /**
     * A node's rows up to one of them, added up.
     *
     * @param done the last window that is posted; null if none is
     * @param left the others
     */
    record Sums(long through, Slice.@Nullable Key done, NavigableMap<Slice.Key, Long> left) {}

    /**
     * Posts the next windows.
     *
     * @param known what the step before left, if anybody remembers; the store knows better whether it is still so
     * @param most windows
     * @return what is left of that posting; null if nothing, though rows may have come since it was begun
     */
    static @Nullable Sums step(WriteSession tx, String node, @Nullable Sums known, int most) throws SQLException {
        Progress progress = progress(tx.handle(), node);
        boolean still = known != null
                && progress != null
                && progress.through == known.through
                && progress.done.equals(known.done);
        Sums sums = still ? known : sums(tx.handle(), node, progress);
        if (sums == null) {
            return null;
        }
        PreparedStatement post = tx.statement(POST);
        Iterator<Map.Entry<Slice.Key, Long>> next = sums.left.entrySet().iterator();
        Slice.Key done = sums.done;
        for (int posted = 0; next.hasNext() && posted < most; posted++) {
            Map.Entry<Slice.Key, Long> each = next.next();
            done = each.getKey();
            post.setString(1, done.budgetId());
            post.setLong(2, done.startMillis());
            post.setString(3, node);
            post.setLong(4, each.getValue());
            post.addBatch();
        }
        post.executeBatch();
        if (done == null || !next.hasNext()) {
            tx.handle().execute("DELETE FROM budget_unposted WHERE node = ? AND seq <= ?", node, sums.through);
            tx.handle().execute("DELETE FROM budget_posting WHERE node = ?", node);
            return null;
        }
        tx.handle()
                .execute(
                        "INSERT INTO budget_posting (node, through, budget_id, start_at) VALUES (?, ?, ?, ?)"
                                + " ON CONFLICT (node) DO UPDATE SET through = excluded.through,"
                                + " budget_id = excluded.budget_id, start_at = excluded.start_at",
                        node,
                        sums.through,
                        done.budgetId(),
                        done.startMillis());
        return new Sums(sums.through, done, sums.left.tailMap(done, false));
    }

    /** Posts all that a node has not. */
    static void postAll(WriteSession tx, String node) throws SQLException {
        while (stepAnew(tx, node, Integer.MAX_VALUE)) {
            // first what is left of a posting that was begun, then what has come since
        }
    }

    /**
     * Posts the next windows of a node of which nobody remembers anything.
     *
     * @param most windows
     * @return whether there was any; rows that came after a posting was begun are another one's
     */
    static boolean stepAnew(WriteSession tx, String node, int most) throws SQLException {
        boolean any = tx.handle()
                .createQuery("SELECT 1 FROM budget_unposted WHERE node = :node LIMIT 1")
                .bind("node", node)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
        if (any) {
            step(tx, node, null, most);
        }
        return any;
    }

    /**
     * Posts the next windows of a node that has not told since that moment that it lives: nobody else does.
     *
     * @param most windows
     * @return whether there was one
     */
    static boolean stepSilent(WriteSession tx, long beforeMillis, int most) throws SQLException {
        Optional<String> silent = tx.handle()
                .createQuery("SELECT n.node FROM budget_node n WHERE n.seen_at < :before"
                        + " AND EXISTS (SELECT 1 FROM budget_unposted u WHERE u.node = n.node) ORDER BY n.node LIMIT 1")
                .bind("before", beforeMillis)
                .mapTo(String.class)
                .findOne();
        return silent.isPresent() && stepAnew(tx, silent.get(), most);
    }

    /**
     * Rows to be added to a query of (number, text, number, number, text), so that what is posted and what is not are seen as of one
     * moment. Its first number is then theirs if it is 1 or 2; the names in it are those of {@link #lines}.
     *
     * @param windows how many are asked for
     */
    static String andUnposted(int windows) {
        String these = windows > FEW
                ? ""
                : IntStream.range(0, windows)
                        .mapToObj(number -> "spends LIKE :line" + number)
                        .collect(Collectors.joining(" OR ", " WHERE ", ""));
        return " UNION ALL SELECT 1, node, seq, 0, spends FROM budget_unposted" + these
                + " UNION ALL SELECT 2, node, through, start_at, budget_id FROM budget_posting";
    }

    /**
     * Finds the rows that name windows, and perhaps some that do not.
     *
     * @param starts epoch milliseconds, by the budgets' ids
     */
    static Map<String, String> lines(Map<String, Long> starts) {
        Map<String, String> lines = new HashMap<>();
        if (starts.size() <= FEW) {
            starts.forEach((id, start) -> lines.put("line" + lines.size(), "%" + id + " " + start + " %"));
        }
        return lines;
    }

    /** What is not posted, as of the moment of a query. */
    static final class Unposted {
        private final Map<String, List<Row>> rows = new HashMap<>();
        private final Map<String, Progress> progress = new HashMap<>();

        /** False, and nothing has changed, if the row is not one of {@link #andUnposted}. */
        boolean take(ResultSet row) throws SQLException {
            String node = row.getString(2);
            return switch (row.getInt(1)) {
                case 1 ->
                    rows.computeIfAbsent(node, first -> new ArrayList<>())
                            .add(new Row(row.getLong(3), row.getString(5)));
                case 2 -> {
                    Slice.Key done = new Slice.Key(row.getString(5), row.getLong(4));
                    progress.put(node, new Progress(row.getLong(3), done));
                    yield true;
                }
                default -> false;
            };
        }

        /** By all nodes together, in nano-US-dollars. */
        Map<Slice.Key, Long> sums() {
            Map<Slice.Key, Long> sums = new HashMap<>();
            rows.forEach((node, its) -> {
                Progress come = progress.get(node);
                for (Row row : its) {
                    row.forEach((key, amount) -> {
                        if (come == null || row.seq > come.through || key.compareTo(come.done) > 0) {
                            sums.merge(key, amount, Math::addExact);
                        }
                    });
                }
            });
            return sums;
        }
    }

    private static @Nullable Progress progress(Handle handle, String node) {
        return handle.createQuery("SELECT through, budget_id, start_at FROM budget_posting WHERE node = :node")
                .bind("node", node)
                .map((row, context) -> new Progress(row.getLong(1), new Slice.Key(row.getString(2), row.getLong(3))))
                .findOne()
                .orElse(null);
    }

    private static @Nullable Sums sums(Handle handle, String node, @Nullable Progress progress) {
        NavigableMap<Slice.Key, Long> spent = new TreeMap<>();
        long through = 0;
        for (Row row : rows(handle, node, progress == null ? Long.MAX_VALUE : progress.through)) {
            through = row.seq;
            row.forEach((key, amount) -> spent.merge(key, amount, Math::addExact));
        }
        if (progress == null) {
            return spent.isEmpty() ? null : new Sums(through, null, spent);
        }
        return new Sums(progress.through, progress.done, spent.tailMap(progress.done, false));
    }

    private static List<Row> rows(Handle handle, String node, long through) {
        return handle.createQuery("SELECT seq, spends FROM budget_unposted WHERE node = :node AND seq <= :through"
                        + " ORDER BY seq")
                .bind("node", node)
                .bind("through", through)
                .map((row, context) -> new Row(row.getLong(1), row.getString(2)))
                .list();
    }

    private record Row(long seq, String spends) {
        @FunctionalInterface
        interface Spend {
            void of(Slice.Key key, long amountNanoUsd);
        }

        void forEach(Spend spend) {
            spends.lines().forEach(line -> {
                int start = line.indexOf(' ');
                int amount = line.indexOf(' ', start + 1);
                spend.of(
                        new Slice.Key(line.substring(0, start), Long.parseLong(line, start + 1, amount, 10)),
                        Long.parseLong(line, amount + 1, line.length(), 10));
            });
        }
    }
}
