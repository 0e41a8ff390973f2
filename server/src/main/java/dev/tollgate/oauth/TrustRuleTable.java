package dev.tollgate.oauth;

import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The SQL of trust rules. */
final class TrustRuleTable {
    private static final long NO_CAP = -1;
    private static final String MONTH = "month";
    private static final String DAY = "day";

    private TrustRuleTable() {}

    static List<TrustRule> all(Handle handle) {
        return handle.createQuery("SELECT * FROM federation_rule ORDER BY name")
                .map((row, context) -> read(row))
                .list();
    }

    /** Those of one issuer, the oldest first. */
    static List<TrustRule> ofIssuer(Handle handle, String issuer) {
        return handle.createQuery("SELECT * FROM federation_rule WHERE issuer = :issuer ORDER BY created_at, id")
                .bind("issuer", issuer)
                .map((row, context) -> read(row))
                .list();
    }

    static Optional<TrustRule> named(Handle handle, String name) {
        return handle.createQuery("SELECT * FROM federation_rule WHERE name = :name")
                .bind("name", name)
                .map((row, context) -> read(row))
                .findOne();
    }

    static Optional<TrustRule> byId(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM federation_rule WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> read(row))
                .findOne();
    }

    static boolean exists(Handle handle, String id) {
        return handle.createQuery("SELECT COUNT(*) FROM federation_rule WHERE id = :id")
                        .bind("id", id)
                        .mapTo(Long.class)
                        .one()
                == 1;
    }

    static long count(Handle handle) {
        return handle.createQuery("SELECT COUNT(*) FROM federation_rule")
                .mapTo(Long.class)
                .one();
    }

    /** Whether the name was free. */
    static boolean insert(Handle handle, TrustRule rule) {
        TrustRule.Cap cap = rule.cap();
        return handle.createUpdate(
                                "INSERT INTO federation_rule (id, name, kind, issuer, near, audience, claims, scopes,"
                                        + " account, cap_nano_usd, cap_window, lifetime_seconds, created_at) VALUES (:id, :name,"
                                        + " :kind, :issuer, :near, :audience, :claims, :scopes, :account, :cap, :window,"
                                        + " :lifetime, :created) ON CONFLICT (name) DO NOTHING")
                        .bind("id", rule.id())
                        .bind("name", rule.name())
                        .bind("kind", rule.kind().wireName())
                        .bind("issuer", rule.issuer())
                        .bind("near", rule.near() ? 1L : 0L)
                        .bind("audience", rule.audience())
                        .bind("claims", Json.MAPPER.writeValueAsString(rule.claims()))
                        .bind("scopes", Scopes.joined(rule.scopes()))
                        .bind("account", rule.account())
                        .bind("cap", cap == null ? NO_CAP : cap.nanoUsd())
                        .bind("window", cap == null ? "" : cap.monthly() ? MONTH : DAY)
                        .bind("lifetime", rule.lifetime().toSeconds())
                        .bind("created", rule.createdAt().toEpochMilli())
                        .execute()
                == 1;
    }

    /** False if it was not there. */
    static boolean delete(Handle handle, String id) {
        return handle.createUpdate("DELETE FROM federation_rule WHERE id = :id")
                        .bind("id", id)
                        .execute()
                == 1;
    }

    private static TrustRule read(ResultSet row) throws SQLException {
        return new TrustRule(
                row.getString("id"),
                row.getString("name"),
                Objects.requireNonNull(TrustRule.Kind.of(row.getString("kind"))),
                row.getString("issuer"),
                row.getLong("near") == 1,
                row.getString("audience"),
                claims(row.getString("claims")),
                Scopes.split(row.getString("scopes")),
                row.getString("account"),
                cap(row.getLong("cap_nano_usd"), row.getString("cap_window")),
                Duration.ofSeconds(row.getLong("lifetime_seconds")),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }

    private static SortedMap<String, String> claims(String json) {
        SortedMap<String, String> claims = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : Json.MAPPER.readTree(json).properties()) {
            claims.put(each.getKey(), each.getValue().stringValue());
        }
        return claims;
    }

    private static TrustRule.@Nullable Cap cap(long nanoUsd, String window) {
        return nanoUsd == NO_CAP ? null : new TrustRule.Cap(nanoUsd, window.equals(MONTH));
    }
}
