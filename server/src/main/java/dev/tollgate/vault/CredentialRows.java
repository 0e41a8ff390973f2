package dev.tollgate.vault;

import dev.tollgate.vault.CredentialInfo.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** The credentials in the store. Secrets and data keys are encrypted before they come here. */
final class CredentialRows {
    /** One row. The last two are ciphertexts, base64url. */
    record Row(CredentialInfo info, int term, String wrappedKey, String sealedSecret) {}

    private static final String COLUMNS = "id, name, owner, provider, kind, version, term, wrapped_key, sealed_secret, "
            + "last_four, fingerprint, max_context, state, state_reason, created_at, rotated_at";

    private CredentialRows() {}

    static boolean exist(Handle handle) {
        return handle.createQuery("SELECT id FROM vault_credential LIMIT 1")
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    static List<Row> all(Handle handle) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM vault_credential ORDER BY id")
                .map((row, context) -> read(row))
                .list();
    }

    /** Rows whose data key is wrapped in another term than this one, by id, after the one given. */
    static List<Row> notInTerm(Handle handle, int term, String afterId, int limit) {
        return handle.createQuery("SELECT " + COLUMNS + " FROM vault_credential "
                        + "WHERE term <> :term AND id > :after ORDER BY id LIMIT :limit")
                .bind("term", term)
                .bind("after", afterId)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list();
    }

    static SortedSet<Integer> termsInUse(Handle handle) {
        return new TreeSet<>(handle.createQuery("SELECT DISTINCT term FROM vault_credential")
                .mapTo(Integer.class)
                .list());
    }

    private static Row read(ResultSet row) throws SQLException {
        CredentialInfo info = new CredentialInfo(
                row.getString("id"),
                row.getString("name"),
                row.getString("owner"),
                row.getString("provider"),
                row.getString("kind"),
                row.getLong("version"),
                row.getString("last_four"),
                row.getString("fingerprint"),
                row.getLong("max_context"),
                State.of(row.getString("state")),
                row.getString("state_reason"),
                row.getLong("created_at"),
                row.getLong("rotated_at"));
        return new Row(info, row.getInt("term"), row.getString("wrapped_key"), row.getString("sealed_secret"));
    }

    /**
     * Adds a credential.
     *
     * @param kindGiven a person said which kind it is; later versions are taken on the same word
     * @return false if the name is taken, or the provider has this secret already
     */
    static boolean insert(Handle handle, Row row, boolean kindGiven) {
        Update insert = handle.createUpdate("""
                INSERT INTO vault_credential (id, name, owner, provider, kind, kind_given, version, term, wrapped_key,
                    sealed_secret, last_four, fingerprint, max_context, state, state_reason, created_at, rotated_at)
                VALUES (:id, :name, :owner, :provider, :kind, :kindGiven, :version, :term, :wrappedKey,
                    :sealedSecret, :lastFour, :fingerprint, :maxContext, :state, :stateReason, :createdAt, :rotatedAt)
                ON CONFLICT DO NOTHING""");
        insert.bind("name", row.info.name())
                .bind("owner", row.info.owner())
                .bind("provider", row.info.provider())
                .bind("kindGiven", kindGiven ? 1 : 0)
                .bind("maxContext", row.info.maxContextTokens())
                .bind("createdAt", row.info.createdAt());
        return bindVersion(insert, row).execute() == 1;
    }

    /** The next version of a credential. False if the row is no longer at the version before. */
    static boolean replaceSecret(Handle handle, Row row) {
        Update update = handle.createUpdate("""
                UPDATE vault_credential SET kind = :kind, version = :version, term = :term,
                    wrapped_key = :wrappedKey, sealed_secret = :sealedSecret, last_four = :lastFour,
                    fingerprint = :fingerprint, state = :state, state_reason = :stateReason, rotated_at = :rotatedAt
                WHERE id = :id AND version = :version - 1""");
        return bindVersion(update, row).execute() == 1;
    }

    private static Update bindVersion(Update statement, Row row) {
        return statement
                .bind("id", row.info.id())
                .bind("kind", row.info.kind())
                .bind("version", row.info.version())
                .bind("term", row.term)
                .bind("wrappedKey", row.wrappedKey)
                .bind("sealedSecret", row.sealedSecret)
                .bind("lastFour", row.info.lastFour())
                .bind("fingerprint", row.info.fingerprint())
                .bind("state", row.info.state().wireName())
                .bind("stateReason", row.info.stateReason())
                .bind("rotatedAt", row.info.rotatedAt());
    }

    static boolean isKindGiven(Handle handle, String id) {
        return handle.createQuery("SELECT kind_given FROM vault_credential WHERE id = :id")
                .bind("id", id)
                .mapTo(Integer.class)
                .findOne()
                .filter(given -> given == 1)
                .isPresent();
    }

    /** Does nothing to a row that has got another version or term meanwhile. */
    static void rewrap(Handle handle, Row row, int newTerm, String newWrappedKey) {
        handle.createUpdate("""
                        UPDATE vault_credential SET term = :newTerm, wrapped_key = :wrappedKey
                        WHERE id = :id AND version = :version AND term = :oldTerm""")
                .bind("newTerm", newTerm)
                .bind("wrappedKey", newWrappedKey)
                .bind("id", row.info.id())
                .bind("version", row.info.version())
                .bind("oldTerm", row.term)
                .execute();
    }

    /** False if the row is gone, has another version, or is in that state already. */
    static boolean setState(Handle handle, String id, long version, State state, String reason) {
        int updated = handle.createUpdate("""
                        UPDATE vault_credential SET state = :state, state_reason = :reason
                        WHERE id = :id AND version = :version AND state <> :state""")
                .bind("state", state.wireName())
                .bind("reason", reason)
                .bind("id", id)
                .bind("version", version)
                .execute();
        return updated == 1;
    }

    /** False if the row is gone. */
    static boolean setMaxContext(Handle handle, String id, long tokens) {
        return handle.execute("UPDATE vault_credential SET max_context = ? WHERE id = ?", tokens, id) == 1;
    }

    static boolean delete(Handle handle, String id) {
        int deleted = handle.createUpdate("DELETE FROM vault_credential WHERE id = :id")
                .bind("id", id)
                .execute();
        return deleted == 1;
    }

    static Optional<String> nameOfSecret(Handle handle, String provider, String fingerprint) {
        return handle.createQuery("""
                        SELECT name FROM vault_credential
                        WHERE provider = :provider AND fingerprint = :fingerprint""")
                .bind("provider", provider)
                .bind("fingerprint", fingerprint)
                .mapTo(String.class)
                .findOne();
    }
}
