package dev.tollgate.identity;

import dev.tollgate.kernel.CachePolicy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** The SQL of virtual keys. */
final class KeyTable {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private static final String INFO =
            "SELECT id, name, account, model_globs, strict, cache_seconds, cache_scope, created_at, expires_at, revoked_at"
                    + " FROM virtual_key ";

    private static final RowMapper<KeyInfo> TO_INFO = (row, context) -> {
        long expiresAt = row.getLong("expires_at");
        Instant expires = row.wasNull() ? null : Instant.ofEpochMilli(expiresAt);
        long revokedAt = row.getLong("revoked_at");
        Instant revoked = row.wasNull() ? null : Instant.ofEpochMilli(revokedAt);
        return new KeyInfo(
                row.getString("id"),
                row.getString("name"),
                row.getString("account"),
                Globs.split(row.getString("model_globs")),
                row.getLong("strict") != 0,
                cache(row),
                Instant.ofEpochMilli(row.getLong("created_at")),
                expires,
                revoked);
    };

    private static @Nullable CachePolicy cache(ResultSet row) throws SQLException {
        long seconds = row.getLong("cache_seconds");
        return row.wasNull() ? null : CachePolicy.of(seconds, row.getString("cache_scope"));
    }

    private KeyTable() {}

    /**
     * Loads some of the keys that are in force, or expired so lately that a clock may have been wrong: those after an id,
     * in the order of ids. Page by page, since a million rows at once would not fit into memory.
     *
     * @return the last id of the page, if there may be more pages
     */
    static Optional<String> load(Handle handle, String afterId, int pageSize, long nowMillis, KeyIndex.Loader into) {
        List<String> ids = handle.createQuery(
                        "SELECT id, name, account, model_globs, strict, cache_seconds, cache_scope, salt, hash, expires_at"
                                + " FROM virtual_key"
                                + " WHERE id > :after AND revoked_at IS NULL"
                                + " AND (expires_at IS NULL OR expires_at > :since) ORDER BY id LIMIT :page")
                .bind("after", afterId)
                .bind("page", (long) pageSize)
                .bind("since", nowMillis - KeyIndex.FORGET_EXPIRED_AFTER_MILLIS)
                .map((row, context) -> {
                    byte[] saltAndHash = new byte[SecretHash.ENTRY_BYTES];
                    byte[] salt = DECODER.decode(row.getString("salt"));
                    byte[] hash = DECODER.decode(row.getString("hash"));
                    System.arraycopy(salt, 0, saltAndHash, 0, SecretHash.SALT_BYTES);
                    System.arraycopy(hash, 0, saltAndHash, SecretHash.SALT_BYTES, SecretHash.HASH_BYTES);
                    long expiresAt = row.getLong("expires_at");
                    long expires = row.wasNull() ? KeyIndex.NEVER : expiresAt;
                    Grant grant = new Grant(
                            row.getString("account"),
                            Globs.split(row.getString("model_globs")),
                            row.getLong("strict") != 0,
                            cache(row));
                    into.add(row.getString("id"), row.getString("name"), grant, saltAndHash, expires);
                    return row.getString("id");
                })
                .list();
        return ids.size() < pageSize ? Optional.empty() : Optional.of(ids.getLast());
    }

    /**
     * The newest first.
     *
     * @param after the last one of the page before; null for the first page
     */
    static List<KeyInfo> page(Handle handle, @Nullable KeyInfo after, int most) {
        long before = after == null ? Long.MAX_VALUE : after.createdAt().toEpochMilli();
        return handle.createQuery(INFO
                        + "WHERE created_at <= :before AND (created_at < :before OR id > :after)"
                        + " ORDER BY created_at DESC, id LIMIT :most")
                .bind("before", before)
                .bind("after", after == null ? "" : after.id())
                .bind("most", most)
                .map(TO_INFO)
                .list();
    }

    static Optional<KeyInfo> byId(Handle handle, String id) {
        return handle.createQuery(INFO + "WHERE id = :id")
                .bind("id", id)
                .map(TO_INFO)
                .findOne();
    }

    static Optional<KeyInfo> byHeldName(Handle handle, String name) {
        return handle.createQuery(INFO + "WHERE held_name = :name")
                .bind("name", name)
                .map(TO_INFO)
                .findOne();
    }

    /** Frees the name if the key that holds it has expired. */
    static void releaseExpiredName(Handle handle, String name, long nowMillis) {
        handle.createUpdate("UPDATE virtual_key SET held_name = NULL WHERE held_name = :name AND expires_at <= :now")
                .bind("name", name)
                .bind("now", nowMillis)
                .execute();
    }

    /** False if another key holds the name. */
    static boolean insert(Handle handle, KeyInfo key, byte[] saltAndHash) {
        byte[] salt = Arrays.copyOf(saltAndHash, SecretHash.SALT_BYTES);
        byte[] hash = Arrays.copyOfRange(saltAndHash, SecretHash.SALT_BYTES, SecretHash.ENTRY_BYTES);
        CachePolicy cache = key.cache();
        int inserted = handle.createUpdate("INSERT INTO virtual_key"
                        + " (id, name, held_name, account, model_globs, strict, cache_seconds, cache_scope, salt, hash,"
                        + " created_at, expires_at)"
                        + " VALUES (:id, :name, :name, :account, :globs, :strict, :cacheSeconds, :cacheScope, :salt, :hash,"
                        + " :createdAt, :expiresAt)"
                        + " ON CONFLICT (held_name) DO NOTHING")
                .bind("id", key.id())
                .bind("name", key.name())
                .bind("account", key.account())
                .bind("globs", Globs.join(key.modelGlobs()))
                .bind("strict", key.strict() ? 1L : 0L)
                .bind("cacheSeconds", cache == null ? null : Long.valueOf(cache.maxAgeSeconds()))
                .bind("cacheScope", cache == null ? null : cache.scope().wireName())
                .bind("salt", ENCODER.encodeToString(salt))
                .bind("hash", ENCODER.encodeToString(hash))
                .bind("createdAt", key.createdAt().toEpochMilli())
                .bind("expiresAt", millis(key.expiresAt()))
                .execute();
        return inserted == 1;
    }

    static void revoke(Handle handle, String id, long nowMillis) {
        handle.createUpdate("UPDATE virtual_key SET revoked_at = :now, held_name = NULL WHERE id = :id")
                .bind("now", nowMillis)
                .bind("id", id)
                .execute();
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }
}
