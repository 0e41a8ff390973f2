package dev.tollgate.holdings;

import dev.tollgate.holdings.Holding.Kind;
import dev.tollgate.holdings.Holding.State;
import dev.tollgate.ledger.Payer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table of holdings. */
final class HoldingRows {
    private static final String SELECT =
            "SELECT request_id, kind, id, dialect, provider, credential_id, credential_name, key_id, key_name, account,"
                    + " feature, member, app, created_at, state, models, priced, bound, seen FROM holding ";

    private HoldingRows() {}

    static void insert(Handle handle, Holding holding) {
        handle.createUpdate("INSERT INTO holding (request_id, kind, id, dialect, provider, credential_id,"
                        + " credential_name, key_id, key_name, account, feature, member, app, created_at, state, models,"
                        + " priced, bound, seen) VALUES (:requestId, :kind, :id, :dialect, :provider, :credentialId,"
                        + " :credentialName, :keyId, :keyName, :account, :feature, :member, :app, :createdAt, :state, :models,"
                        + " :priced, :bound, :seen)")
                .bind("requestId", holding.requestId())
                .bind("kind", holding.kind().wireName())
                .bind("id", orNull(holding.id()))
                .bind("dialect", holding.dialect())
                .bind("provider", holding.provider())
                .bind("credentialId", holding.credentialId())
                .bind("credentialName", holding.credentialName())
                .bind("keyId", holding.payer().keyId())
                .bind("keyName", holding.payer().keyName())
                .bind("account", holding.payer().account())
                .bind("feature", holding.payer().feature())
                .bind("member", holding.payer().member())
                .bind("app", holding.app())
                .bind("createdAt", holding.createdAtMillis())
                .bind("state", holding.state().wireName())
                .bind("models", String.join(" ", holding.models()))
                .bind("priced", holding.priced() ? 1L : 0L)
                .bind("bound", holding.boundNanoUsd())
                .bind("seen", orNull(holding.seen()))
                .execute();
    }

    static List<Holding> find(Handle handle, Kind kind, String dialect, String keyId, String id) {
        return handle.createQuery(SELECT + "WHERE key_id = :keyId AND kind = :kind AND dialect = :dialect"
                        + " AND id = :id AND deleted_at IS NULL")
                .bind("keyId", keyId)
                .bind("kind", kind.wireName())
                .bind("dialect", dialect)
                .bind("id", id)
                .map((row, context) -> read(row))
                .list();
    }

    /** The newest first; those older than one, or those newer than one from the nearest on. */
    static List<Holding> page(
            Handle handle, Kind kind, String dialect, String keyId, String than, boolean newer, int most) {
        String order = newer
                ? "AND request_id > :than ORDER BY request_id"
                : "AND request_id < :than ORDER BY request_id DESC";
        return handle.createQuery(SELECT + "WHERE key_id = :keyId AND kind = :kind AND dialect = :dialect"
                        + " AND id IS NOT NULL AND deleted_at IS NULL " + order + " LIMIT :most")
                .bind("keyId", keyId)
                .bind("kind", kind.wireName())
                .bind("dialect", dialect)
                .bind("than", than)
                .bind("most", (long) most)
                .map((row, context) -> read(row))
                .list();
    }

    static List<Holding> unsettled(Handle handle, String after, int most) {
        return handle.createQuery(SELECT + "WHERE state <> 'settled' AND request_id > :after ORDER BY request_id"
                        + " LIMIT :most")
                .bind("after", after)
                .bind("most", (long) most)
                .map((row, context) -> read(row))
                .list();
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static Holding read(ResultSet row) throws SQLException {
        String models = row.getString("models");
        return new Holding(
                row.getString("request_id"),
                Kind.of(row.getString("kind")),
                orEmpty(row.getString("id")),
                row.getString("dialect"),
                row.getString("provider"),
                row.getString("credential_id"),
                row.getString("credential_name"),
                new Payer(
                        row.getString("key_id"),
                        row.getString("key_name"),
                        row.getString("account"),
                        row.getString("feature"),
                        row.getString("member")),
                row.getString("app"),
                row.getLong("created_at"),
                State.of(row.getString("state")),
                models.isEmpty() ? List.of() : List.of(models.split(" ", -1)),
                row.getLong("priced") == 1,
                row.getLong("bound"),
                orEmpty(row.getString("seen")));
    }
}
