package dev.tollgate.vault;

import dev.tollgate.kernel.Refusal;
import java.util.Optional;
import java.util.SortedSet;
import org.jdbi.v3.core.Handle;

/** The keyring in the store: one row, and a row per term for the credentials to refer to. */
final class KeyringRows {
    /**
     * The sealed keyring.
     *
     * @param rootSource the wire name of the source whose key seals it
     * @param rootParameters of the passphrase's Argon2id; else empty
     * @param rootId {@link RootKey#id} of the key that seals it
     * @param sequence one more at each change, so that of two changes at once one is refused
     * @param termSince epoch milliseconds at which the primary term began
     * @param sealed base64url
     */
    record Row(String rootSource, String rootParameters, String rootId, long sequence, long termSince, String sealed) {}

    private KeyringRows() {}

    static Optional<Row> find(Handle handle) {
        return handle.createQuery("""
                        SELECT root_source, root_parameters, root_id, sequence, term_since, sealed
                        FROM vault_keyring WHERE id = 1""")
                .map((row, context) -> new Row(
                        row.getString("root_source"),
                        row.getString("root_parameters"),
                        row.getString("root_id"),
                        row.getLong("sequence"),
                        row.getLong("term_since"),
                        row.getString("sealed")))
                .findOne();
    }

    /** Does nothing if there is one already: another node was first. */
    static void insert(Handle handle, Row row, SortedSet<Integer> terms, long now) {
        int inserted = handle.createUpdate("""
                        INSERT INTO vault_keyring
                            (id, root_source, root_parameters, root_id, sequence, term_since, sealed)
                        VALUES (1, :source, :parameters, :rootId, :sequence, :termSince, :sealed)
                        ON CONFLICT (id) DO NOTHING""")
                .bind("source", row.rootSource)
                .bind("parameters", row.rootParameters)
                .bind("rootId", row.rootId)
                .bind("sequence", row.sequence)
                .bind("termSince", row.termSince)
                .bind("sealed", row.sealed)
                .execute();
        if (inserted == 1) {
            syncTerms(handle, terms, now);
        }
    }

    /**
     * @throws Refusal if the stored keyring is not the one that this row follows
     */
    static void replace(Handle handle, Row row, SortedSet<Integer> terms, long now) {
        int updated = handle.createUpdate("""
                        UPDATE vault_keyring SET root_source = :source, root_parameters = :parameters,
                            root_id = :rootId, sequence = :sequence, term_since = :termSince, sealed = :sealed
                        WHERE id = 1 AND sequence = :previous""")
                .bind("source", row.rootSource)
                .bind("parameters", row.rootParameters)
                .bind("rootId", row.rootId)
                .bind("sequence", row.sequence)
                .bind("previous", row.sequence - 1)
                .bind("termSince", row.termSince)
                .bind("sealed", row.sealed)
                .execute();
        if (updated == 0) {
            throw Refusal.conflict("Another Tollgate on this database has changed the vault.", "Try again.");
        }
        syncTerms(handle, terms, now);
    }

    private static void syncTerms(Handle handle, SortedSet<Integer> terms, long now) {
        for (int stored : handle.createQuery("SELECT term FROM vault_term")
                .map((row, context) -> row.getInt("term"))
                .list()) {
            if (!terms.contains(stored)) {
                handle.createUpdate("DELETE FROM vault_term WHERE term = :term")
                        .bind("term", stored)
                        .execute();
            }
        }
        for (int term : terms) {
            handle.createUpdate("""
                            INSERT INTO vault_term (term, created_at) VALUES (:term, :now)
                            ON CONFLICT (term) DO NOTHING""").bind("term", term).bind("now", now).execute();
        }
    }
}
