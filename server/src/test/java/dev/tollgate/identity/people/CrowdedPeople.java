package dev.tollgate.identity.people;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;

/** People's services where others' passwords take all the room that there is for hashing. */
public final class CrowdedPeople {
    private CrowdedPeople() {}

    public static PeopleServices open(
            Store store,
            AuditTrail audit,
            InstantSource clock,
            byte[] secret,
            TextSealer sealer,
            Supplier<String> publicUrl) {
        PasswordHasher full = new PasswordHasher(secret, PeopleHouse.CHEAP, 0, 0, Duration.ofMillis(1));
        return PeopleServices.open(store, audit, clock, secret, sealer, publicUrl, full);
    }
}
