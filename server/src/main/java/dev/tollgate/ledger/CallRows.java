package dev.tollgate.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between a {@link CallRecord} and its row. */
final class CallRows {
    private static final String COLUMNS = """
            request_id, at, ended_at, state, key_id, key_name, account, feature, member, dialect, operation, requested_model, alias, \
            stream, user_agent, app, session_id, provider, model, credential_id, credential_name, status, outcome, \
            input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, web_searches, usage_source, reason, priced, \
            cost, reserved, discount, dispatch_us, first_byte_us, total_us, route, attempts, edits""";

    /** Fails where the call has its row: its balances would be counted twice if that passed in silence. */
    static final String INSERT = "INSERT INTO call (" + COLUMNS + ") VALUES (?" + ", ?".repeat(41) + ")";

    static final String SELECT = "SELECT " + COLUMNS + " FROM call WHERE request_id = ?";

    static final String UNRESOLVED = "SELECT " + COLUMNS
            + " FROM call WHERE state = 'unreconciled' AND request_id > ?"
            + " AND NOT EXISTS (SELECT 1 FROM transfer t WHERE t.id = call.request_id || ':resolution')"
            + " ORDER BY request_id LIMIT ?";

    private CallRows() {}

    static void bind(PreparedStatement row, CallRecord call) throws SQLException {
        CallStart start = call.start();
        CallEnd end = call.end();
        Served served = end.served();
        Tokens tokens = call.tokens();
        int at = 0;
        row.setString(++at, start.requestId());
        row.setLong(++at, start.atMillis());
        row.setLong(++at, end.endedAtMillis());
        row.setString(++at, call.state().wireName());
        row.setString(++at, start.payer().keyId());
        row.setString(++at, start.payer().keyName());
        row.setString(++at, start.payer().account());
        row.setString(++at, start.payer().feature());
        row.setString(++at, start.payer().member());
        row.setString(++at, start.dialect());
        row.setString(++at, start.operation());
        row.setString(++at, start.requestedModel());
        row.setString(++at, start.alias());
        row.setLong(++at, start.stream() ? 1 : 0);
        row.setString(++at, start.client().userAgent());
        row.setString(++at, start.client().app());
        row.setString(++at, start.client().sessionId());
        row.setString(++at, served == null ? null : served.provider());
        row.setString(++at, served == null ? null : served.model());
        row.setString(++at, served == null ? null : served.credentialId());
        row.setString(++at, served == null ? null : served.credentialName());
        row.setLong(++at, end.status());
        row.setString(++at, end.outcome().wireName());
        row.setLong(++at, tokens.input());
        row.setLong(++at, tokens.cacheRead());
        row.setLong(++at, tokens.cacheWrite5m());
        row.setLong(++at, tokens.cacheWrite1h());
        row.setLong(++at, tokens.output());
        row.setLong(++at, tokens.reasoning());
        row.setLong(++at, tokens.webSearches());
        row.setString(++at, call.usageSource().wireName());
        row.setString(++at, end.charge() instanceof Charge.AtReservation unknown ? unknown.reason() : null);
        row.setLong(++at, call.priced() ? 1 : 0);
        row.setLong(++at, call.costNanoUsd());
        row.setLong(++at, call.reservedNanoUsd());
        row.setLong(++at, call.discountNanoUsd());
        row.setLong(++at, end.timings().toDispatchMicros());
        row.setLong(++at, end.timings().firstByteMicros());
        row.setLong(++at, end.timings().totalMicros());
        row.setString(++at, isJustServed(end.route(), served) ? null : String.join("\n", end.route()));
        row.setString(++at, AttemptsJson.write(end.attempts(), served));
        row.setString(++at, end.edits().isEmpty() ? null : String.join("\n", end.edits()));
    }

    static CallRecord read(ResultSet row) throws SQLException {
        Payer payer = new Payer(
                row.getString("key_id"),
                row.getString("key_name"),
                row.getString("account"),
                row.getString("feature"),
                row.getString("member"));
        CallStart start = new CallStart(
                row.getString("request_id"),
                row.getLong("at"),
                payer,
                row.getString("dialect"),
                row.getString("operation"),
                row.getString("requested_model"),
                row.getString("alias"),
                row.getLong("stream") != 0,
                new ClientInfo(row.getString("user_agent"), row.getString("app"), row.getString("session_id")));
        Served served = served(row);
        String route = row.getString("route");
        String edits = row.getString("edits");
        CallEnd end = new CallEnd(
                row.getLong("ended_at"),
                Outcome.of(row.getString("outcome")),
                (int) row.getLong("status"),
                served,
                charge(row),
                new Timings(row.getLong("dispatch_us"), row.getLong("first_byte_us"), row.getLong("total_us")),
                route == null ? List.of() : List.of(route.split("\n", -1)),
                AttemptsJson.read(row.getString("attempts"), served),
                edits == null ? List.of() : List.of(edits.split("\n", -1)));
        return new CallRecord(start, end, row.getLong("reserved"));
    }

    /** Of most calls the route is one candidate, which served: its row need not say so twice. */
    private static boolean isJustServed(List<String> route, @Nullable Served served) {
        return served == null
                ? route.isEmpty()
                : route.size() == 1 && route.getFirst().equals(served.provider() + "/" + served.model());
    }

    private static @Nullable Served served(ResultSet row) throws SQLException {
        String provider = row.getString("provider");
        return provider == null
                ? null
                : new Served(
                        provider,
                        row.getString("model"),
                        row.getString("credential_id"),
                        row.getString("credential_name"));
    }

    private static Charge charge(ResultSet row) throws SQLException {
        UsageSource source = UsageSource.of(row.getString("usage_source"));
        boolean priced = row.getLong("priced") != 0;
        return switch (source) {
            case REPORTED, ESTIMATED ->
                new Charge.Metered(tokens(row), source, priced, row.getLong("cost"), row.getLong("discount"));
            case RESERVATION -> new Charge.AtReservation(priced, row.getString("reason"));
            case CACHE -> new Charge.Cached();
            case NONE -> new Charge.Free();
        };
    }

    private static Tokens tokens(ResultSet row) throws SQLException {
        return new Tokens(
                row.getLong("input"),
                row.getLong("cache_read"),
                row.getLong("cache_write_5m"),
                row.getLong("cache_write_1h"),
                row.getLong("output"),
                row.getLong("reasoning"),
                row.getLong("web_searches"));
    }
}
