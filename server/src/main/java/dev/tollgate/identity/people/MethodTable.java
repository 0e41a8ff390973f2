package dev.tollgate.identity.people;

import dev.tollgate.identity.provider.IdentityProviders;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The SQL of all ways to sign in together. */
final class MethodTable {
    private static final List<String> TABLES =
            List.of("passkey", "person_password", "person_totp", "recovery_code", "outside_identity");

    private MethodTable() {}

    static Methods of(Handle handle, String personId) {
        Set<String> issuers = IdentityProviders.issuers(handle);
        Map<Boolean, List<OutsideIdentity>> outside = OutsideTable.of(handle, personId).stream()
                .collect(Collectors.partitioningBy(identity -> issuers.contains(identity.issuer())));
        return new Methods(
                PasskeyTable.of(handle, personId),
                PasswordTable.find(handle, personId).isPresent(),
                PasswordTable.recoveryCodesLeft(handle, personId),
                outside.getOrDefault(true, List.of()),
                outside.getOrDefault(false, List.of()));
    }

    static void deleteAll(Handle handle, String personId) {
        for (String table : TABLES) {
            handle.createUpdate("DELETE FROM " + table + " WHERE person_id = :person")
                    .bind("person", personId)
                    .execute();
        }
    }
}
