package dev.tollgate.budget;

import dev.tollgate.kernel.store.Store;
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
import java.util.function.Predicate;
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
    /** Rows' numbers grow, and begin with the time: one of a posting that is long over never comes again. */
    private static final String APPEND = """
            INSERT INTO budget_unposted (node, seq, spends) \
            SELECT ?, COALESCE(MAX(seq), ?) + 1, ? FROM budget_unposted WHERE node = ?""";

    private static final String POST = """
            INSERT INTO budget_slice (budget_id, start_at, node, granted, spent) VALUES (?, ?, ?, 0, ?) \
            ON CONFLICT (budget_id, start_at, node) DO UPDATE SET spent = budget_slice.spent + excluded.spent""";

    /** Of more windows than these it is quicker to read all rows. */
    private static final int FEW = 4;

    /** Windows in a step: with each goes a group of settlements, which must not wait long. */
    static final int STEP = 200;

    /** Before all windows. */
    private static final Slice.Key NONE = new Slice.Key("", 0);

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
        append.setLong(2, System.currentTimeMillis() * 1_000);
        append.setString(3, lines.toString());
        append.setString(4, node);
        append.executeUpdate();
    }

    /** How far a node has come with its rows up to that one: the windows up to that one are done. */
    record Progress(long through, Slice.Key done) {}

    /**
     * What a posting has still to do.
     *
     * @param left sums of the node's rows up to the posting's last, of the windows that are not done
     */
    record Sums(Progress progress, NavigableMap<Slice.Key, Long> left) {}

    /** Begins a posting of all that is there now, or goes on with the one that was begun; null if there is nothing to post. */
    static @Nullable Progress begin(WriteSession tx, String node) {
        Progress begun = progress(tx.handle(), node);
        if (begun != null) {
            return begun;
        }
        Progress first = tx.handle()
                .createQuery("SELECT MAX(seq) FROM budget_unposted WHERE node = :node")
                .bind("node", node)
                .mapTo(Long.class)
                .findOne()
                .map(through -> new Progress(through, NONE))
                .orElse(null);
        if (first != null) {
            note(tx.handle(), node, first);
        }
        return first;
    }

    private static void note(Handle handle, String node, Progress progress) {
        handle.execute(
                "INSERT INTO budget_posting (node, through, budget_id, start_at) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (node) DO UPDATE SET through = excluded.through,"
                        + " budget_id = excluded.budget_id, start_at = excluded.start_at",
                node,
                progress.through,
                progress.done.budgetId(),
                progress.done.startMillis());
    }

    /** Reads what a posting that was begun has still to do. Of very many rows this takes long; what has become of it meanwhile, a step sees. */
    static Sums sums(Handle handle, String node, Progress progress) {
        NavigableMap<Slice.Key, Long> spent = new TreeMap<>();
        handle.createQuery("SELECT seq, spends FROM budget_unposted WHERE node = :node AND seq <= :through")
                .bind("node", node)
                .bind("through", progress.through)
                .map((row, context) -> new Row(row.getLong(1), row.getString(2)))
                .forEach(row -> row.forEach((key, amount) -> spent.merge(key, amount, Math::addExact)));
        return new Sums(progress, spent.tailMap(progress.done, false));
    }

    /**
     * Posts the next windows of a posting that was begun.
     *
     * @param sums what {@link #sums} or the step before left; the store knows better whether it is still so
     * @param most windows
     * @return what is left of the posting; null if nothing, though rows may have come since it was begun
     */
    static @Nullable Sums step(WriteSession tx, String node, Sums sums, int most) throws SQLException {
        Progress progress = progress(tx.handle(), node);
        if (progress == null) {
            return null; // somebody else has posted it
        }
        Sums present = progress.equals(sums.progress) ? sums : sums(tx.handle(), node, progress);
        PreparedStatement post = tx.statement(POST);
        Iterator<Map.Entry<Slice.Key, Long>> next = present.left.entrySet().iterator();
        Slice.Key done = progress.done;
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
        if (next.hasNext()) {
            Progress come = new Progress(progress.through, done);
            note(tx.handle(), node, come);
            return new Sums(come, present.left.tailMap(done, false));
        }
        tx.handle().execute("DELETE FROM budget_unposted WHERE node = ? AND seq <= ?", node, progress.through);
        tx.handle().execute("DELETE FROM budget_posting WHERE node = ?", node);
        return null;
    }

    /** Posts all that a node has not, in one transaction. */
    static void postAll(WriteSession tx, String node) throws SQLException {
        // first what is left of a posting that was begun, then what has come since
        for (Progress progress = begin(tx, node); progress != null; progress = begin(tx, node)) {
            step(tx, node, sums(tx.handle(), node, progress), Integer.MAX_VALUE);
        }
    }

    /**
     * The same in small steps, so that no settlement waits long. Blocking.
     *
     * @param allowed whether a transaction may still post what the node has not
     */
    static void postAll(Store store, String node, Predicate<WriteSession> allowed) {
        Store.Write<Optional<Progress>> begin =
                tx -> allowed.test(tx) ? Optional.ofNullable(begin(tx, node)) : Optional.empty();
        for (Optional<Progress> begun = store.write(begin); begun.isPresent(); begun = store.write(begin)) {
            Progress progress = begun.get();
            Optional<Sums> left = Optional.of(store.read(handle -> sums(handle, node, progress)));
            while (left.isPresent()) {
                Sums present = left.get();
                left = store.write(
                        tx -> allowed.test(tx) ? Optional.ofNullable(step(tx, node, present, STEP)) : Optional.empty());
            }
        }
    }

    /** A node that has not told since that moment that it lives, and has something that is not posted; nobody else posts it. */
    static Optional<String> silent(Handle handle, long beforeMillis) {
        return handle.createQuery("SELECT n.node FROM budget_node n WHERE n.seen_at < :before"
                        + " AND EXISTS (SELECT 1 FROM budget_unposted u WHERE u.node = n.node) ORDER BY n.node LIMIT 1")
                .bind("before", beforeMillis)
                .mapTo(String.class)
                .findOne();
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
