package dev.tollgate.identity.people;

import java.util.List;
import org.jdbi.v3.core.Handle;

/** The SQL of all ways to sign in together. */
final class MethodTable {
    private static final List<String> TABLES =
            List.of("passkey", "person_password", "person_totp", "recovery_code", "outside_identity");

    private MethodTable() {}

    static Methods of(Handle handle, String personId) {
        return new Methods(
                PasskeyTable.of(handle, personId),
                PasswordTable.find(handle, personId).isPresent(),
                PasswordTable.recoveryCodesLeft(handle, personId),
                OutsideTable.of(handle, personId));
    }

    static void deleteAll(Handle handle, String personId) {
        for (String table : TABLES) {
            handle.createUpdate("DELETE FROM " + table + " WHERE person_id = :person")
                    .bind("person", personId)
                    .execute();
        }
    }
}
