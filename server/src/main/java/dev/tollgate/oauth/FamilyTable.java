package dev.tollgate.oauth;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The SQL of token families. */
final class FamilyTable {
    private static final RowMapper<TokenFamily> TO_FAMILY = (row, context) -> new TokenFamily(
            row.getString("id"),
            row.getString("grant_id"),
            row.getString("client_id"),
            Scopes.split(row.getString("scopes")),
            row.getString("resource"),
            row.getString("jkt"),
            row.getLong("auth_time"),
            Scopes.split(row.getString("amr")),
            row.getLong("created_at"),
            row.getLong("expires_at"),
            row.getLong("revoked_at"));

    private FamilyTable() {}

    static void insert(Handle handle, TokenFamily family) {
        handle.createUpdate("INSERT INTO oauth_family (id, grant_id, client_id, scopes, resource, jkt, auth_time, amr,"
                        + " created_at, expires_at, revoked_at, change) VALUES (:id, :grant, :client, :scopes,"
                        + " :resource, :jkt, :authTime, :amr, :created, :expires, 0, 0)")
                .bind("id", family.id())
                .bind("grant", family.grantId())
                .bind("client", family.clientId())
                .bind("scopes", Scopes.joined(family.scopes()))
                .bind("resource", family.resource())
                .bind("jkt", family.jkt())
                .bind("authTime", family.authTimeMillis())
                .bind("amr", Scopes.joined(family.amr()))
                .bind("created", family.createdAtMillis())
                .bind("expires", family.expiresAtMillis())
                .execute();
    }

    static Optional<TokenFamily> byId(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM oauth_family WHERE id = :id")
                .bind("id", id)
                .map(TO_FAMILY)
                .findOne();
    }

    /** False if it was revoked before. */
    static boolean revoke(Handle handle, String id, long nowMillis) {
        return handle.createUpdate("UPDATE oauth_family SET revoked_at = :now WHERE id = :id AND revoked_at = 0")
                        .bind("now", nowMillis)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    static void numbered(Handle handle, String id, long change) {
        handle.createUpdate("UPDATE oauth_family SET change = :change WHERE id = :id")
                .bind("change", change)
                .bind("id", id)
                .execute();
    }

    /** Those that were revoked since a change. */
    static List<String> revokedAfter(Handle handle, long change) {
        return handle.createQuery("SELECT id FROM oauth_family WHERE change > :change AND revoked_at <> 0")
                .bind("change", change)
                .mapTo(String.class)
                .list();
    }

    /** Those whose access tokens may still be about. */
    static List<String> revokedSince(Handle handle, long sinceMillis) {
        return handle.createQuery("SELECT id FROM oauth_family WHERE change > 0 AND revoked_at > :since")
                .bind("since", sinceMillis)
                .mapTo(String.class)
                .list();
    }
}
