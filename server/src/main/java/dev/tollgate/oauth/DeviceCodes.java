package dev.tollgate.oauth;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.oauth.DeviceTable.Row;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sign-ins of devices that cannot show a page (RFC 8628): a code for the device, another for its person to type elsewhere. */
public final class DeviceCodes {
    /** Without vowels, so that no word comes of it (RFC 8628 section 6.1): 20^8 are 34 bits, for some minutes and few guesses. */
    private static final String ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";

    private static final int LENGTH = 8;
    static final long POLL_SECONDS = 5;
    /** Sign-ins that wait, of all devices together. */
    static final int MOST = 10_000;
    /** For so long a person who types an expired or used code is told so. */
    static final Duration REMEMBERED = Duration.ofHours(1);

    private static final SecureRandom RANDOM = new SecureRandom();

    /** What a device is given. */
    record Issued(String deviceCode, String userCode, long expiresInSeconds) {
        @Override
        public String toString() {
            return "Issued[]";
        }
    }

    /**
     * A sign-in as its person sees it, before and after the decision.
     *
     * @param id names it in {@link #approve} and {@link #deny}; opens nothing
     * @param address where it was begun, an IP address as text
     */
    public record Waiting(
            String id, String clientId, List<String> scopes, String resource, String address, Instant createdAt) {
        /** The same for these scopes alone. */
        Waiting within(List<String> less) {
            return new Waiting(id, clientId, less, resource, address, createdAt);
        }
    }

    /** What a user code that was typed is. */
    public sealed interface Lookup {
        /** It waits for the person. */
        record Found(Waiting waiting) implements Lookup {}

        /** It has been allowed or refused before. */
        record Used() implements Lookup {}

        /** It waited too long. */
        record Expired() implements Lookup {}

        /** There is none, or there is none any more. */
        record Unknown() implements Lookup {}
    }

    /** What a device gets that asks whether its person has decided. */
    sealed interface Poll {
        /** Its tokens, this once. */
        record Approved(Redemption.Redeemed redeemed) implements Poll {}

        /** Not yet. */
        record Pending() implements Poll {}

        /** Not yet, and it asks too often. */
        record SlowDown() implements Poll {}

        /** The person refused. */
        record Denied() implements Poll {}

        /** Nobody decided in time. */
        record Expired() implements Poll {}

        /** Unknown, another client's, or used. */
        record Invalid() implements Poll {}
    }

    private final Store store;
    private final AuditTrail audit;
    private final RefreshTokens families;
    private final InstantSource clock;
    private final OAuthSettings settings;
    private final byte[] key;

    /**
     * Over a store.
     *
     * @param key of at least 32 bytes that the database does not hold, the same on every node
     */
    DeviceCodes(
            Store store,
            AuditTrail audit,
            RefreshTokens families,
            InstantSource clock,
            OAuthSettings settings,
            byte[] key) {
        this.store = store;
        this.audit = audit;
        this.families = families;
        this.clock = clock;
        this.settings = settings;
        this.key = key.clone();
    }

    /**
     * Begins a sign-in.
     *
     * @throws OAuthRefusal 503 if too many wait already
     */
    Issued issue(Client client, List<String> scopes, String resource, String address) {
        String deviceCode = Secrets.fresh(Secrets.DEVICE);
        String userCode = newUserCode();
        long now = clock.millis();
        Row row = new Row(
                Secrets.hash(deviceCode),
                Secrets.mac(key, userCode),
                client.id(),
                scopes,
                resource,
                address,
                DeviceTable.PENDING,
                "",
                0,
                List.of(),
                POLL_SECONDS,
                0,
                now,
                now + settings.deviceCode().toMillis());
        boolean begun = store.write(tx -> {
            if (!Room.make(tx.handle(), "oauth_device", now - REMEMBERED.toMillis(), now, MOST)) {
                return false;
            }
            DeviceTable.insert(tx.handle(), row);
            return true;
        });
        if (!begun) {
            throw OAuthRefusal.noRoom();
        }
        return new Issued(
                deviceCode,
                userCode.substring(0, LENGTH / 2) + "-" + userCode.substring(LENGTH / 2),
                settings.deviceCode().toSeconds());
    }

    private static String newUserCode() {
        StringBuilder code = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }

    /**
     * Looks a code up that a person typed: case, blanks and dashes do not matter. Whoever calls this counts the attempts of
     * the person and of the address, and refuses when they are too many. Blocking.
     */
    public Lookup look(String typed) {
        String code = typed.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "");
        if (code.length() != LENGTH || typed.length() > 4 * LENGTH) {
            return new Lookup.Unknown();
        }
        Optional<Row> found = store.read(handle -> DeviceTable.byUserCode(handle, Secrets.mac(key, code)));
        if (found.isEmpty()) {
            return new Lookup.Unknown();
        }
        Row row = found.get();
        if (!row.state().equals(DeviceTable.PENDING)) {
            return new Lookup.Used();
        }
        if (clock.millis() >= row.expiresAt()) {
            return new Lookup.Expired();
        }
        return new Lookup.Found(new Waiting(
                row.hash(),
                row.clientId(),
                row.scopes(),
                row.resource(),
                row.address(),
                Instant.ofEpochMilli(row.createdAt())));
    }

    /**
     * Lets the device in, under a grant of the person that has been made for it.
     *
     * @param id of {@link Waiting}
     * @param authTimeMillis when the person signed in
     * @param amr how, by RFC 8176
     * @return false if it has been decided before, or is too late: the grant is then the caller's to revoke
     */
    public boolean approve(String id, AccessGrant grant, long authTimeMillis, List<String> amr, String actor) {
        return store.write(tx -> {
            boolean decided = DeviceTable.approve(tx.handle(), id, grant, authTimeMillis, amr, clock.millis());
            if (decided) {
                audit.record(tx, actor, "device.approved", grant.id(), grant.clientId());
            }
            return decided;
        });
    }

    /** Turns the device away. False if it has been decided before, or is too late. */
    public boolean deny(String id, String actor) {
        return store.write(tx -> {
            boolean decided = DeviceTable.deny(tx.handle(), id, clock.millis());
            if (decided) {
                audit.record(tx, actor, "device.denied", id, "");
            }
            return decided;
        });
    }

    /** Answers the device (RFC 8628 section 3.5). */
    Poll poll(String deviceCode, Client client, String jkt) {
        if (!deviceCode.startsWith(Secrets.DEVICE)) {
            return new Poll.Invalid();
        }
        return store.write(tx -> poll(tx, Secrets.hash(deviceCode), client, jkt));
    }

    private Poll poll(WriteSession tx, String hash, Client client, String jkt) {
        long now = clock.millis();
        Optional<Row> found = DeviceTable.byHash(tx.handle(), hash);
        if (found.isEmpty() || !found.get().clientId().equals(client.id())) {
            return new Poll.Invalid();
        }
        Row row = found.get();
        if (row.state().equals(DeviceTable.USED)) {
            return new Poll.Invalid();
        }
        if (row.state().equals(DeviceTable.DENIED)) {
            return new Poll.Denied();
        }
        if (now >= row.expiresAt()) {
            return new Poll.Expired();
        }
        if (row.state().equals(DeviceTable.APPROVED)) {
            return redeem(tx, row, client, jkt, now);
        }
        // A second of grace: the network may bring two polls closer together than they were sent.
        boolean early = now - row.polledAt() < (row.pollSeconds() - 1) * 1_000;
        long next = early ? row.pollSeconds() + POLL_SECONDS : row.pollSeconds();
        DeviceTable.polled(tx.handle(), hash, now, next);
        return early ? new Poll.SlowDown() : new Poll.Pending();
    }

    private Poll redeem(WriteSession tx, Row row, Client client, String jkt, long now) {
        Optional<AccessGrant> grant = GrantTable.byId(tx.handle(), row.grantId());
        if (grant.isEmpty() || !grant.get().alive(Instant.ofEpochMilli(now))) {
            return new Poll.Denied();
        }
        if (!DeviceTable.use(tx.handle(), row.hash())) {
            return new Poll.Invalid();
        }
        List<String> scopes = Scopes.both(row.scopes(), grant.get().scopes());
        return new Poll.Approved(families.start(
                tx,
                new RefreshTokens.Start(
                        Ids.sortable("fam", now),
                        grant.get(),
                        client,
                        scopes,
                        row.resource(),
                        jkt,
                        row.authTime(),
                        row.amr()),
                ""));
    }
}
