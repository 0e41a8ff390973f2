package dev.tollgate.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The keys that sign tokens: ES256. The next one is published a while before it signs, so that whoever keeps our set has it in
 * time; the last one stays published until its last token has expired. Private keys are in the store sealed, in memory in the
 * clear. None is made before the first token. Verifying never asks the store: what it holds was read at the start, and is
 * followed from then on.
 */
final class SigningKeys {
    /** A key, and from when on it signs; until the next one does. */
    private record Timed(ECKey key, long activeAtMillis) {}

    private record Row(String kid, String sealed, long activeAtMillis) {
        @Override
        public String toString() {
            return "Row[" + kid + "]";
        }
    }

    /** What one read of the store gave. */
    private record Ring(List<Timed> oldestFirst, long turn) {
        Timed signing(long nowMillis) {
            Timed current = oldestFirst.getFirst();
            for (Timed each : oldestFirst) {
                if (each.activeAtMillis <= nowMillis) {
                    current = each;
                }
            }
            return current;
        }
    }

    /** The keys as they lie in the store, and how many had been made. */
    private record Sealed(List<Row> rows, long turn) {}

    private final Store store;
    private final TextSealer sealer;
    private final InstantSource clock;
    private final OAuthSettings settings;
    private volatile Sealed sealed;
    private final AtomicReference<@Nullable Ring> ring = new AtomicReference<>();

    /** Reads what there is, and opens nothing yet: whoever has no token to verify pays for no library. */
    SigningKeys(Store store, TextSealer sealer, InstantSource clock, OAuthSettings settings) {
        this.store = store;
        this.sealer = sealer;
        this.clock = clock;
        this.settings = settings;
        this.sealed = readSealed();
    }

    /** The private key that signs now. Blocking at its first use. */
    ECKey signing() {
        return ring().signing(clock.millis()).key;
    }

    /** All public keys whose tokens are or will be about. Blocking at its first use. */
    JWKSet published() {
        return new JWKSet(ring().oldestFirst.stream()
                .map(each -> (JWK) each.key.toPublicJWK())
                .toList());
    }

    private Ring ring() {
        Ring known = ring.get();
        return known == null ? load() : known;
    }

    /** The public key of this id; null if no token of it can be about. It waits for nothing, the store least of all. */
    @Nullable
    ECKey verifying(String kid) {
        Ring known = ring.get();
        if (known == null) {
            known = opened();
        }
        for (Timed each : known.oldestFirst) {
            if (each.key.getKeyID().equals(kid)) {
                return each.key;
            }
        }
        return null;
    }

    /** Opens what was read. Two threads may do so at once: it takes no lock that somebody holds who waits for the store. */
    private Ring opened() {
        Sealed last = sealed;
        Ring fresh = opened(last);
        if (!last.rows.isEmpty()) {
            ring.compareAndSet(null, fresh);
        }
        return fresh;
    }

    private Ring opened(Sealed from) {
        List<Timed> keys = new ArrayList<>();
        for (Row row : from.rows) {
            keys.add(new Timed(parse(sealer.open(row.kid, row.sealed)), row.activeAtMillis));
        }
        return new Ring(List.copyOf(keys), from.turn);
    }

    /** Opens the keys if there are any, so that the first token need not wait for the libraries either. */
    void open() {
        if (ring.get() == null) {
            opened();
        }
    }

    /** Learns of keys that other nodes have made. Blocking; cheap where they have made none. */
    void catchUp() {
        if (store.read(SigningKeys::turn) != sealed.turn) {
            load();
        }
    }

    /** Makes and forgets keys when it is time. Nothing before the first use. */
    void tend() {
        if (ring.get() != null) {
            load();
        }
    }

    private synchronized Ring load() {
        Ring read = read();
        long now = clock.millis();
        long due = read.oldestFirst.isEmpty()
                ? now
                : Math.max(
                        read.oldestFirst.getLast().activeAtMillis
                                + settings.keyRotation().toMillis(),
                        now + settings.keyAhead().toMillis());
        boolean time = read.oldestFirst.isEmpty()
                || read.oldestFirst.getLast().activeAtMillis
                                + settings.keyRotation().toMillis()
                        <= now + settings.keyAhead().toMillis();
        if (time) {
            add(read.turn, due);
            read = read();
        }
        forget(read, now);
        ring.set(read);
        return read;
    }

    private Ring read() {
        Sealed read = readSealed();
        sealed = read;
        return opened(read);
    }

    private Sealed readSealed() {
        // In this order: a key that is made between the two is read again, and none is missed.
        long turn = store.read(SigningKeys::turn);
        return new Sealed(store.read(SigningKeys::rows), turn);
    }

    private static ECKey parse(String jwk) {
        try {
            return ECKey.parse(jwk);
        } catch (ParseException e) {
            // Without the cause: its message may quote the key.
            throw new IllegalStateException("a signing key in the store is no JWK");
        }
    }

    /** Only one node takes the turn; the others find its key. */
    private void add(long turn, long activeAtMillis) {
        String kid = Ids.sortable("key", clock.millis());
        ECKey key;
        try {
            key = new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .keyID(kid)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
        String sealed = sealer.seal(kid, key.toJSONString());
        store.write(tx -> {
            boolean won = tx.handle()
                            .createUpdate(
                                    "UPDATE oauth_state SET key_turn = key_turn + 1 WHERE id = 1 AND key_turn = :turn")
                            .bind("turn", turn)
                            .execute()
                    == 1;
            if (won) {
                tx.handle()
                        .createUpdate("INSERT INTO oauth_key (kid, sealed, active_at) VALUES (:kid, :sealed, :active)")
                        .bind("kid", kid)
                        .bind("sealed", sealed)
                        .bind("active", activeAtMillis)
                        .execute();
            }
            return won;
        });
    }

    /** A key whose successor signs for so long that none of its own tokens is left. */
    private void forget(Ring read, long now) {
        for (int i = 0; i + 1 < read.oldestFirst.size(); i++) {
            long replaced = read.oldestFirst.get(i + 1).activeAtMillis;
            String kid = read.oldestFirst.get(i).key.getKeyID();
            if (replaced + settings.keyAhead().toMillis() <= now) {
                store.write(tx -> tx.handle()
                        .createUpdate("DELETE FROM oauth_key WHERE kid = :kid")
                        .bind("kid", kid)
                        .execute());
            }
        }
    }

    private static long turn(Handle handle) {
        return handle.createQuery("SELECT key_turn FROM oauth_state WHERE id = 1")
                .mapTo(Long.class)
                .one();
    }

    private static List<Row> rows(Handle handle) {
        return handle.createQuery("SELECT kid, sealed, active_at FROM oauth_key ORDER BY active_at")
                .map((row, context) -> new Row(row.getString("kid"), row.getString("sealed"), row.getLong("active_at")))
                .list();
    }
}
