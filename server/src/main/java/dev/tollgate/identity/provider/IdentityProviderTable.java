package dev.tollgate.identity.provider;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The SQL of identity providers. */
final class IdentityProviderTable {
    private static final String COLUMNS =
            "name, title, issuer, client_id, hosted_domains, tenants, near, created_at, sealed";

    /** A provider with its client's secret, sealed. */
    record Row(IdentityProvider provider, String sealed) {}

    private IdentityProviderTable() {}

    static List<IdentityProvider> all(Handle handle) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM identity_provider ORDER BY title, name")
                .map((row, context) -> read(row).provider())
                .list();
    }

    static Optional<Row> find(Handle handle, String name) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM identity_provider WHERE name = :name")
                .bind("name", name)
                .map((row, context) -> read(row))
                .findOne();
    }

    /** Whether the name was free. */
    static boolean insert(Handle handle, IdentityProvider provider, String sealed) {
        return handle.createUpdate("INSERT INTO identity_provider (" + COLUMNS + ") VALUES (:name, :title, :issuer,"
                                + " :client, :domains, :tenants, :near, :createdAt, :sealed)"
                                + " ON CONFLICT (name) DO NOTHING")
                        .bind("name", provider.name())
                        .bind("title", provider.title())
                        .bind("issuer", provider.issuer())
                        .bind("client", provider.clientId())
                        .bind("domains", String.join(" ", provider.hostedDomains()))
                        .bind("tenants", String.join(" ", provider.tenants()))
                        .bind("near", provider.near() ? 1L : 0L)
                        .bind("createdAt", provider.createdAt().toEpochMilli())
                        .bind("sealed", sealed)
                        .execute()
                == 1;
    }

    static void delete(Handle handle, String name) {
        handle.createUpdate("DELETE FROM identity_provider WHERE name = :name")
                .bind("name", name)
                .execute();
    }

    private static Row read(ResultSet row) throws SQLException {
        return new Row(
                new IdentityProvider(
                        row.getString("name"),
                        row.getString("title"),
                        row.getString("issuer"),
                        row.getString("client_id"),
                        words(row.getString("hosted_domains")),
                        words(row.getString("tenants")),
                        row.getLong("near") == 1,
                        Instant.ofEpochMilli(row.getLong("created_at"))),
                row.getString("sealed"));
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }
}
