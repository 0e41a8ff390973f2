package dev.tollgate.identity.people;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The SQL of passwords, their authenticators and recovery codes. */
final class PasswordTable {
    /** A person by email, and the hash of their password if they have one. */
    record Account(Person person, @Nullable String phc) {
        @Override
        public String toString() {
            return "Account[person=" + person + "]";
        }
    }

    /** What an authenticator shares with us, encrypted, and the step of the last code that was taken. */
    record Authenticator(String sealed, long lastStep) {}

    private PasswordTable() {}

    static Optional<Account> byEmail(Handle handle, String email) {
        return handle.createQuery("SELECT " + PersonTable.COLUMNS + ", w.phc FROM person p"
                        + " LEFT JOIN person_password w ON w.person_id = p.id WHERE p.email = :email")
                .bind("email", email)
                .map((row, context) -> new Account(PersonTable.TO_PERSON.map(row, context), row.getString("phc")))
                .findOne();
    }

    static Optional<String> find(Handle handle, String personId) {
        return handle.createQuery("SELECT phc FROM person_password WHERE person_id = :person")
                .bind("person", personId)
                .mapTo(String.class)
                .findOne();
    }

    static void put(Handle handle, String personId, String phc, long nowMillis) {
        handle.createUpdate("INSERT INTO person_password (person_id, phc, changed_at) VALUES (:person, :phc, :now)"
                        + " ON CONFLICT (person_id) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at")
                .bind("person", personId)
                .bind("phc", phc)
                .bind("now", nowMillis)
                .execute();
    }

    /** The same password under another hash, unless it has been changed meanwhile. */
    static void rehash(Handle handle, String personId, String former, String phc) {
        handle.createUpdate("UPDATE person_password SET phc = :phc WHERE person_id = :person AND phc = :former")
                .bind("person", personId)
                .bind("former", former)
                .bind("phc", phc)
                .execute();
    }

    static Optional<Authenticator> authenticator(Handle handle, String personId) {
        return handle.createQuery("SELECT sealed, last_step FROM person_totp WHERE person_id = :person")
                .bind("person", personId)
                .map((row, context) -> new Authenticator(row.getString("sealed"), row.getLong("last_step")))
                .findOne();
    }

    static void putAuthenticator(Handle handle, String personId, String sealed, long step, long nowMillis) {
        handle.createUpdate("INSERT INTO person_totp (person_id, sealed, last_step, since)"
                        + " VALUES (:person, :sealed, :step, :now) ON CONFLICT (person_id) DO UPDATE SET"
                        + " sealed = excluded.sealed, last_step = excluded.last_step, since = excluded.since")
                .bind("person", personId)
                .bind("sealed", sealed)
                .bind("step", step)
                .bind("now", nowMillis)
                .execute();
    }

    /** False if a code of this step or a later one has been taken (RFC 6238 section 5.2). */
    static boolean take(Handle handle, String personId, String sealed, long step) {
        return handle.createUpdate("UPDATE person_totp SET last_step = :step"
                                + " WHERE person_id = :person AND sealed = :sealed AND last_step < :step")
                        .bind("step", step)
                        .bind("person", personId)
                        .bind("sealed", sealed)
                        .execute()
                == 1;
    }

    static void putRecoveryCodes(Handle handle, String personId, List<String> macs) {
        handle.createUpdate("DELETE FROM recovery_code WHERE person_id = :person")
                .bind("person", personId)
                .execute();
        for (String mac : macs) {
            handle.createUpdate("INSERT INTO recovery_code (person_id, mac, used_at) VALUES (:person, :mac, 0)")
                    .bind("person", personId)
                    .bind("mac", mac)
                    .execute();
        }
    }

    /** Whether there is such a code that has not been used. */
    static boolean hasRecoveryCode(Handle handle, String personId, String mac) {
        return handle.createQuery("SELECT COUNT(*) FROM recovery_code"
                                + " WHERE person_id = :person AND mac = :mac AND used_at = 0")
                        .bind("person", personId)
                        .bind("mac", mac)
                        .mapTo(Long.class)
                        .one()
                == 1;
    }

    /** False if there is no such code, or it has been used. */
    static boolean useRecoveryCode(Handle handle, String personId, String mac, long nowMillis) {
        return handle.createUpdate("UPDATE recovery_code SET used_at = :now"
                                + " WHERE person_id = :person AND mac = :mac AND used_at = 0")
                        .bind("now", nowMillis)
                        .bind("person", personId)
                        .bind("mac", mac)
                        .execute()
                == 1;
    }

    static int recoveryCodesLeft(Handle handle, String personId) {
        return handle.createQuery("SELECT COUNT(*) FROM recovery_code WHERE person_id = :person AND used_at = 0")
                .bind("person", personId)
                .mapTo(Integer.class)
                .one();
    }

    static void delete(Handle handle, String personId) {
        for (String table : List.of("person_password", "person_totp", "recovery_code")) {
            handle.createUpdate("DELETE FROM " + table + " WHERE person_id = :person")
                    .bind("person", personId)
                    .execute();
        }
    }
}
