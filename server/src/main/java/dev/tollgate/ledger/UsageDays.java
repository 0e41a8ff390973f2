package dev.tollgate.ledger;

import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the calls of one step of {@link UsageRollup} add to the rows of {@code usage_day}; their transfers go with them. */
final class UsageDays {
    private static final String ADD = """
            INSERT INTO usage_day (day, key_id, account, provider, model, app, feature, key_name, member, calls, overruns, input, \
            cache_read, cache_write_5m, cache_write_1h, output, reasoning, web_searches, cost, discount) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
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

    private static final String REMOVE = "DELETE FROM transfer WHERE id = ? AND amount = ?";

    /** Among the labels; the model is the next. */
    private static final int PROVIDER = 2;

    /**
     * One row of {@code usage_day}.
     *
     * @param labels in the order of its key, after the day
     */
    private record Place(long day, List<String> labels) implements Comparable<Place> {
        /** The same of what was sent elsewhere. */
        private Place at(AttemptCosts.Place there) {
            List<String> its = new ArrayList<>(labels);
            its.set(PROVIDER, there.provider());
            its.set(PROVIDER + 1, there.model());
            return new Place(day, its);
        }

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
        /** The same for all calls of a key. */
        private String member = "";

        private long calls;
        /** Of those calls, that are gone: the column {@code overruns}. */
        private long transfers;

        private final long[] counts = new long[COUNTS.size()];

        private void cost(long nanoUsd) {
            int cost = COUNTS.indexOf("cost");
            counts[cost] = Math.addExact(counts[cost], nanoUsd);
        }
    }

    /**
     * A call that moves more than its own row.
     *
     * @param served where it is counted
     * @param overrunNanoUsd 0 if it has none
     * @param elsewhere what is owed to other places for attempts, in nano-US-dollars
     */
    private record Moving(
            String requestId,
            Place served,
            String keyName,
            String member,
            long overrunNanoUsd,
            Map<AttemptCosts.Place, Long> elsewhere) {}

    /** Sorted, so that two nodes never wait for each other's rows. */
    private final SortedMap<Place, Sums> days = new TreeMap<>();

    private final List<Moving> moving = new ArrayList<>();

    /** Counts a call where it was served. */
    void add(ResultSet row) throws SQLException {
        Place served = place(row);
        String keyName = row.getString("key_name");
        String member = orEmpty(row, "member");
        Sums sums = sums(served, keyName, member);
        sums.calls++;
        for (int i = 0; i < COUNTS.size(); i++) {
            sums.counts[i] = Math.addExact(sums.counts[i], row.getLong(COUNTS.get(i)));
        }
        long overrun = Math.max(0, row.getLong("cost") - row.getLong("reserved"));
        Map<AttemptCosts.Place, Long> elsewhere = AttemptCosts.elsewhere(
                AttemptCosts.Place.of(row.getString("provider"), row.getString("model")), row.getString("attempts"));
        if (overrun > 0 || !elsewhere.isEmpty()) {
            moving.add(new Moving(row.getString("request_id"), served, keyName, member, overrun, elsewhere));
        }
    }

    private Sums sums(Place place, String keyName, String member) {
        Sums sums = days.computeIfAbsent(place, first -> new Sums());
        sums.keyName = keyName.compareTo(sums.keyName) > 0 ? keyName : sums.keyName;
        sums.member = member;
        return sums;
    }

    private static Place place(ResultSet row) throws SQLException {
        return new Place(
                UsageRollup.day(row.getLong("at")),
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

    /** Writes it. */
    void write(WriteSession tx) throws SQLException {
        for (Moving call : moving) {
            Sums sums = sums(call.served, call.keyName, call.member);
            if (call.overrunNanoUsd > 0 && removed(tx, call.requestId + ":overrun", call.overrunNanoUsd)) {
                sums.transfers++;
            }
            move(tx, call, sums);
        }
        PreparedStatement add = tx.statement(ADD);
        for (var each : days.entrySet()) {
            Sums sums = each.getValue();
            int at = 0;
            add.setLong(++at, each.getKey().day());
            for (String label : each.getKey().labels()) {
                add.setString(++at, label);
            }
            add.setString(++at, sums.keyName);
            add.setString(++at, sums.member);
            add.setLong(++at, sums.calls);
            add.setLong(++at, sums.transfers);
            for (long count : sums.counts) {
                add.setLong(++at, count);
            }
            add.executeUpdate();
        }
    }

    /** To where it is owed. A transfer that is not as it should be stays, with what it moves, for a verification to find. */
    private void move(WriteSession tx, Moving call, Sums from) throws SQLException {
        Map<String, Long> owed = new HashMap<>();
        call.elsewhere.forEach((place, cost) -> owed.merge(place.provider(), cost, Math::addExact));
        owed.remove(call.served.labels().get(PROVIDER)); // between models of one provider nothing is transferred
        Set<String> staying = new HashSet<>();
        for (Map.Entry<String, Long> each : owed.entrySet()) {
            String id = call.requestId + ":attempt:" + Parties.PROVIDER + each.getKey();
            if (removed(tx, id, each.getValue())) {
                from.transfers++;
            } else {
                staying.add(each.getKey());
            }
        }
        call.elsewhere.forEach((place, cost) -> {
            if (!staying.contains(place.provider())) {
                from.cost(-cost);
                sums(call.served.at(place), call.keyName, call.member).cost(cost);
            }
        });
    }

    private static boolean removed(WriteSession tx, String id, long nanoUsd) throws SQLException {
        PreparedStatement remove = tx.statement(REMOVE);
        remove.setString(1, id);
        remove.setLong(2, nanoUsd);
        return remove.executeUpdate() == 1;
    }
}
