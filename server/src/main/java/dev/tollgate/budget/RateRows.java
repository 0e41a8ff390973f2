package dev.tollgate.budget;

import dev.tollgate.identity.Globs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of rates. */
final class RateRows {
    private static final String SELECT =
            "SELECT id, account, member, member_email, app, feature, key_id, key_name, provider, model,"
                    + " requests_per_minute, input_tokens_per_minute, output_tokens_per_minute, calls_at_once,"
                    + " max_input_tokens, max_output_tokens, models, created_at, removed_at FROM rate ";

    private RateRows() {}

    static List<Rate> inForce(Handle handle) {
        return handle.createQuery(SELECT + "WHERE removed_at IS NULL ORDER BY id")
                .map((row, context) -> read(row))
                .list();
    }

    static Optional<Rate> find(Handle handle, String id) {
        return handle.createQuery(SELECT + "WHERE id = :id AND removed_at IS NULL")
                .bind("id", id)
                .map((row, context) -> read(row))
                .findOne();
    }

    static Optional<Rate> find(Handle handle, Scope scope) {
        return ScopeColumns.bind(
                        handle.createQuery(SELECT + "WHERE removed_at IS NULL AND " + ScopeColumns.SAME), scope)
                .map((row, context) -> read(row))
                .findOne();
    }

    /**
     * A rate that was set or removed.
     *
     * @param removed whether it is not in force any more
     */
    record Changed(Rate rate, boolean removed) {}

    /** Those whose last change has a greater number than that. */
    static List<Changed> changedAfter(Handle handle, long change) {
        return handle.createQuery(SELECT + "WHERE change > :change ORDER BY change")
                .bind("change", change)
                .map((row, context) -> new Changed(read(row), row.getObject("removed_at") != null))
                .list();
    }

    /**
     * A row of that id is replaced; its scope and its time of making stay.
     *
     * @param change its number
     */
    static void put(Handle handle, Rate rate, long change) {
        ScopeColumns.bind(
                        handle.createUpdate(
                                "INSERT INTO rate (id, account, member, member_email, app, feature, key_id, key_name, provider, model,"
                                        + " requests_per_minute, input_tokens_per_minute, output_tokens_per_minute, calls_at_once,"
                                        + " max_input_tokens, max_output_tokens, models, created_at, change) VALUES (:id, :account, :member, :memberEmail, :app,"
                                        + " :feature, :keyId, :keyName, :provider, :model, :requests, :input, :output, :concurrent,"
                                        + " :maxInput, :maxOutput, :models, :createdAt, :change) ON CONFLICT (id) DO UPDATE SET"
                                        + " requests_per_minute = excluded.requests_per_minute,"
                                        + " input_tokens_per_minute = excluded.input_tokens_per_minute,"
                                        + " output_tokens_per_minute = excluded.output_tokens_per_minute,"
                                        + " calls_at_once = excluded.calls_at_once,"
                                        + " max_input_tokens = excluded.max_input_tokens,"
                                        + " max_output_tokens = excluded.max_output_tokens, models = excluded.models,"
                                        + " change = excluded.change"),
                        rate.scope())
                .bind("id", rate.id())
                .bind("keyName", rate.keyName())
                .bind("memberEmail", rate.memberEmail())
                .bind("requests", rate.requestsPerMinute())
                .bind("input", rate.inputTokensPerMinute())
                .bind("output", rate.outputTokensPerMinute())
                .bind("concurrent", rate.concurrent())
                .bind("maxInput", rate.call().maxInputTokens())
                .bind("maxOutput", rate.call().maxOutputTokens())
                .bind("models", Globs.join(rate.call().models()))
                .bind("createdAt", rate.createdAtMillis())
                .bind("change", change)
                .execute();
    }

    /** @param change its number */
    static void remove(Handle handle, String id, long atMillis, long change) {
        handle.execute("UPDATE rate SET removed_at = ?, change = ? WHERE id = ?", atMillis, change, id);
    }

    private static Rate read(ResultSet row) throws SQLException {
        return new Rate(
                row.getString("id"),
                ScopeColumns.read(row),
                row.getString("key_name"),
                row.getString("member_email"),
                row.getLong("requests_per_minute"),
                row.getLong("input_tokens_per_minute"),
                row.getLong("output_tokens_per_minute"),
                row.getLong("calls_at_once"),
                new CallLimit(
                        row.getLong("max_input_tokens"),
                        row.getLong("max_output_tokens"),
                        Globs.split(row.getString("models"))),
                row.getLong("created_at"));
    }
}
