package dev.tollgate.ledger;

import dev.tollgate.kernel.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * What was used, added up by the database: of the calls that have their rows, and of the days into which older ones were
 * rolled up ({@link UsageRollup}). Such a day is counted whole if any part of it is asked for. Providers and models have what is owed to
 * them, as in the books: also for attempts that they never answered ({@link AttemptCosts}). Everything here blocks.
 */
public final class UsageSums {
    /** Later than every call. */
    public static final Instant EVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    private static final long MILLIS_OF_DAY = TimeUnit.DAYS.toMillis(1);

    /** What a call came to: what it was billed, and for an unreconciled one what its resolution added or gave back. */
    static final String COST = """
            cost + CASE WHEN state = 'unreconciled' THEN COALESCE((SELECT CASE WHEN t.debit LIKE 'account:%' \
            THEN t.amount ELSE -t.amount END FROM transfer t WHERE t.id = call.request_id || ':resolution'), 0) ELSE 0 END""";

    private static final List<String> SUMS =
            List.of("calls", "input", "output", "cache_read", "cache_write", "cost", "discount", "unreconciled");

    private static final Comparator<UsageRow> BY_IDS = (one, other) -> {
        int order = 0;
        for (int i = 0; order == 0 && i < one.ids().size(); i++) {
            order = one.ids().get(i).compareTo(other.ids().get(i));
        }
        return order;
    };

    private static final Comparator<UsageRow> DEAREST = Comparator.comparingLong(UsageRow::costNanoUsd)
            .thenComparingLong(UsageRow::calls)
            .reversed()
            .thenComparing(BY_IDS);

    private final Store store;

    UsageSums(Store store) {
        this.store = store;
    }

    /** From a moment on until just before another, and the days (since 1970) of which any part lies in it, or none. */
    private record Period(long fromMillis, long untilMillis, long fromDay, long untilDay) {
        Period(long fromMillis, long untilMillis) {
            this(fromMillis, untilMillis, fromMillis / MILLIS_OF_DAY, Math.ceilDiv(untilMillis, MILLIS_OF_DAY));
        }

        static Period of(Instant since, Instant until) {
            return new Period(
                    Math.max(0, since.toEpochMilli()),
                    until.equals(EVER) ? Long.MAX_VALUE : Math.max(0, until.toEpochMilli()));
        }

        Period ofCallsAlone() {
            return new Period(fromMillis, untilMillis, 0, 0);
        }

        void bind(Query query) {
            query.bind("from", fromMillis).bind("until", untilMillis);
        }

        void bindDays(Query query) {
            bind(query);
            query.bind("fromDay", fromDay).bind("untilDay", untilDay);
        }
    }

    /**
     * Usage in a period, the newest day first where days are asked for, then the dearest.
     *
     * @param by at least one, none twice
     * @param until the first moment that is no longer counted, or {@link #EVER}
     */
    public List<UsageRow> summarize(List<UsageBy> by, Instant since, Instant until) {
        return summarize(by, Map.of(), since, until);
    }

    /**
     * The same, of those calls only that have all these: {@link UsageBy#KEY} by its id, and so on.
     *
     * @param only for no {@link UsageBy#DAY}
     */
    public List<UsageRow> summarize(List<UsageBy> by, Map<UsageBy, String> only, Instant since, Instant until) {
        if (by.isEmpty() || by.stream().distinct().count() < by.size() || only.containsKey(UsageBy.DAY)) {
            throw new IllegalArgumentException("usage is summed by at least one thing, and by none twice");
        }
        Map<UsageBy, String> wanted = only.isEmpty() ? only : new EnumMap<>(only);
        int day = by.indexOf(UsageBy.DAY);
        return read(
                by,
                wanted,
                Period.of(since, until),
                (day < 0 ? "" : (day + 1) + " DESC, ") + dearestOf(by),
                day < 0
                        ? DEAREST
                        : Comparator.comparing((UsageRow row) -> row.ids().get(day))
                                .reversed()
                                .thenComparing(DEAREST));
    }

    /**
     * The same of those calls alone that have their rows, so that a part of a day can be told; the dearest, so many at most.
     *
     * @param by at least one, none twice, and no {@link UsageBy#DAY}
     * @param until the first moment that is no longer counted
     */
    public List<UsageRow> ofCalls(List<UsageBy> by, Instant since, Instant until, int most) {
        return read(by, Map.of(), Period.of(since, until).ofCallsAlone(), dearestOf(by) + " LIMIT " + most, DEAREST);
    }

    /** {@link #DEAREST}, by the positions of a query's columns. */
    private static String dearestOf(List<UsageBy> by) {
        int first = by.size() + 2;
        return (first + SUMS.indexOf("cost")) + " DESC, " + first + " DESC, " + positions(by.size());
    }

    /**
     * What was used of one provider's models on each day, in order.
     *
     * @param from the first day (UTC)
     * @param to the last day
     */
    public List<DailyUsage> daily(String provider, LocalDate from, LocalDate to) {
        String name = Texts.clean(provider, 64);
        Period period = new Period(from.toEpochDay() * MILLIS_OF_DAY, (to.toEpochDay() + 1) * MILLIS_OF_DAY);
        return read(List.of(UsageBy.DAY, UsageBy.MODEL), Map.of(UsageBy.PROVIDER, name), period, "1, 2", BY_IDS)
                .stream()
                .map(row -> new DailyUsage(
                        LocalDate.parse(row.ids().getFirst()),
                        row.ids().getLast().substring(name.length() + 1),
                        row.calls(),
                        row.inputTokens(),
                        row.outputTokens(),
                        row.cacheReadTokens(),
                        row.cacheWriteTokens(),
                        row.costNanoUsd(),
                        row.unreconciled()))
                .toList();
    }

    private List<UsageRow> read(
            List<UsageBy> by, Map<UsageBy, String> only, Period period, String order, Comparator<UsageRow> sameOrder) {
        // Serializable, because both databases then read one snapshot: two questions are asked.
        return store.read(outside -> outside.inTransaction(TransactionIsolationLevel.SERIALIZABLE, handle -> {
            Query query = handle.createQuery(sql(by, only, order));
            period.bindDays(query);
            only.forEach((what, value) -> query.bind(what.wireName(), value));
            List<UsageRow> rows = query.map((row, context) -> usageRow(by, row)).list();
            return AttemptCosts.placed(handle, by, only, period::bind, rows, sameOrder);
        }));
    }

    /**
     * Each of the two tables is summed by itself and only the sums are joined, so that no call is copied on its way. Text and
     * numbers are cast so that both databases give back what both were asked for.
     */
    static String sql(List<UsageBy> by, Map<UsageBy, String> only, String order) {
        StringBuilder sql = new StringBuilder("SELECT ");
        for (int i = 1; i <= by.size(); i++) {
            sql.append("by_").append(i).append(", ");
        }
        String groups = positions(by.size());
        sql.append("MAX(key_name), ")
                .append(SUMS.stream()
                        .map(sum -> "CAST(SUM(" + sum + ") AS BIGINT)")
                        .collect(Collectors.joining(", ")))
                .append(" FROM (SELECT ");
        for (int i = 0; i < by.size(); i++) {
            sql.append(by.get(i).ofCall()).append(" AS by_").append(i + 1).append(", ");
        }
        sql.append("MAX(key_name) AS key_name, COUNT(*) AS calls, SUM(input) AS input, SUM(output) AS output,")
                .append(" SUM(cache_read) AS cache_read, SUM(cache_write_5m + cache_write_1h) AS cache_write,")
                .append(" SUM(" + COST + ") AS cost, SUM(discount) AS discount,")
                .append(" SUM(CASE WHEN state = 'unreconciled' THEN 1 ELSE 0 END) AS unreconciled")
                .append(" FROM call WHERE at >= :from AND at < :until");
        only.keySet().forEach(what -> sql.append(" AND ").append(what.ofCall()).append(" = :" + what.wireName()));
        sql.append(" GROUP BY ").append(groups).append(" UNION ALL SELECT ");
        by.forEach(what -> sql.append(what.ofDay()).append(", "));
        sql.append("MAX(key_name), SUM(calls), SUM(input), SUM(output), SUM(cache_read),")
                .append(" SUM(cache_write_5m + cache_write_1h), SUM(cost), SUM(discount), 0")
                .append(" FROM usage_day WHERE day >= :fromDay AND day < :untilDay");
        only.keySet().forEach(what -> sql.append(" AND ").append(what.ofDay()).append(" = :" + what.wireName()));
        return sql.append(" GROUP BY ")
                .append(groups)
                .append(") AS counted GROUP BY ")
                .append(groups)
                .append(" ORDER BY ")
                .append(order)
                .toString();
    }

    private static String positions(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    }

    private static UsageRow usageRow(List<UsageBy> by, ResultSet row) throws SQLException {
        List<String> ids = new ArrayList<>();
        int at = 0;
        for (UsageBy what : by) {
            ids.add(id(what, row, ++at));
        }
        String keyName = row.getString(++at);
        return new UsageRow(
                ids,
                names(by, ids, keyName),
                row.getLong(++at),
                row.getLong(++at),
                row.getLong(++at),
                row.getLong(++at),
                row.getLong(++at),
                row.getLong(++at),
                row.getLong(++at),
                row.getLong(++at));
    }

    /** What usage is summed by, as a column of a row says it. */
    static String id(UsageBy what, ResultSet row, int column) throws SQLException {
        return what == UsageBy.DAY ? LocalDate.ofEpochDay(row.getLong(column)).toString() : row.getString(column);
    }

    /** Of no call, but a cost. */
    static UsageRow costing(List<UsageBy> by, List<String> ids, String keyName, long costNanoUsd) {
        return new UsageRow(ids, names(by, ids, keyName), 0, 0, 0, 0, 0, costNanoUsd, 0, 0);
    }

    private static List<String> names(List<UsageBy> by, List<String> ids, @Nullable String keyName) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            names.add(name(by.get(i), ids.get(i), keyName));
        }
        return names;
    }

    private static String name(UsageBy what, String id, @Nullable String keyName) {
        if (what == UsageBy.KEY && keyName != null) {
            return keyName;
        }
        return id.isEmpty() ? what.nameOfNone() : id;
    }
}
