package dev.tollgate.identity.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.store.Store;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How a person whose password strangers are guessing at signs in with a browser that is new: one of their recovery codes
 * makes it a known one, which has attempts of its own. It opens nothing by itself; password and authenticator follow as ever.
 *
 * <p>A code has 80 random bits, so nobody finds one by trying, and there is no count for an account that strangers could use
 * up in turn. What a network may try is bounded for the sake of the store alone.
 */
public final class NewDevices {
    /** Wrong codes of one network in a minute: so many that a neighbour who uses them up costs seconds. */
    private static final int PER_NETWORK_MINUTE = 60;

    private static final int MOST_NETWORKS = 100_000;
    /** Whose codes are looked for under an email that nobody has: the same work, and never found. */
    private static final String NOBODY = "nobody";

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final DeviceTokens devices;
    private final RecoveryCodes recovery;
    private final Cache<String, Bucket> networks;

    NewDevices(Store store, AuditTrail audit, InstantSource clock, DeviceTokens devices, RecoveryCodes recovery) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.devices = devices;
        this.recovery = recovery;
        this.networks = Caffeine.newBuilder()
                .maximumSize(MOST_NETWORKS)
                .expireAfterAccess(Duration.ofMinutes(2))
                .ticker(Buckets.ticker(clock))
                .build();
    }

    /**
     * Makes the visitor's browser a known one of this email's person. The code is used up, and nothing is if it is wrong.
     * Blocking.
     */
    public DeviceAdmission admit(String email, String code, Visitor visitor) {
        Bucket bucket = networks.get(
                Networks.of(visitor.address()),
                network -> Buckets.of(PER_NETWORK_MINUTE, PER_NETWORK_MINUTE, Duration.ofMinutes(1), clock));
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            return new DeviceAdmission.Throttled(Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
        Optional<String> person = holder(email, code);
        if (person.isEmpty() || !used(person.get(), code, visitor)) {
            return new DeviceAdmission.Refused();
        }
        bucket.addTokens(1);
        return new DeviceAdmission.Admitted(devices.issue(visitor.deviceToken(), person.get()));
    }

    /** Whose code this is, if it is one of this email's person. Read first: whoever guesses makes nobody wait for a write. */
    private Optional<String> holder(String email, String code) {
        String normal = Texts.email(email).orElse("");
        return store.read(handle -> {
            String id = PersonTable.byEmail(handle, normal).map(Person::id).orElse(NOBODY);
            return PasswordTable.hasRecoveryCode(handle, id, recovery.mac(id, code))
                    ? Optional.of(id)
                    : Optional.empty();
        });
    }

    private boolean used(String personId, String code, Visitor visitor) {
        String mac = recovery.mac(personId, code);
        String details = Texts.details("address", visitor.address(), "device", DeviceNames.of(visitor.userAgent()));
        return store.write(tx -> {
            boolean active = PersonTable.locked(tx.handle(), personId)
                    .filter(Person::active)
                    .isPresent();
            if (!active || !PasswordTable.useRecoveryCode(tx.handle(), personId, mac, clock.millis())) {
                return false;
            }
            audit.record(tx, personId, "person.device_admitted", personId, details);
            return true;
        });
    }
}
