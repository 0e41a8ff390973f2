package dev.tollgate.identity;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * All keys in force, in memory. Readers take no lock. The keys are spread over 1,024 shards by their id, which is random;
 * a change copies one shard and puts the copy in its place, so it costs the same few microseconds with a million keys.
 */
final class KeyIndex {
    static final int SHARDS = 1024;
    /** Of a key that never expires. */
    static final long NEVER = Long.MAX_VALUE;
    /** Expired keys are forgotten this long after, and not at once, lest a clock that was wrong for a while costs keys. */
    static final long FORGET_EXPIRED_AFTER_MILLIS = 86_400_000L;

    /** What a presented secret is compared with where there is no such key: no clock may tell which ids exist. */
    private static final byte[] NOBODY = new byte[SecretHash.ENTRY_BYTES];

    private final AtomicReferenceArray<KeyShard> shards = new AtomicReferenceArray<>(SHARDS);
    private final ConcurrentHashMap<Grant, Grant> grants = new ConcurrentHashMap<>();

    KeyIndex() {
        for (int i = 0; i < SHARDS; i++) {
            shards.set(i, KeyShard.EMPTY);
        }
    }

    private static int shardOf(long packedId) {
        return (int) (packedId % SHARDS);
    }

    /** Who holds this key, or null if nobody does, or no longer. */
    @Nullable
    Caller find(String keyText, long nowMillis) {
        long packedId = KeyText.packedId(keyText);
        if (packedId == KeyText.NONE) {
            return null;
        }
        KeyShard shard = shards.getAcquire(shardOf(packedId));
        int at = shard.find(packedId);
        if (at < 0) {
            SecretHash.matches(keyText, NOBODY, 0);
            return null;
        }
        boolean genuine = shard.matches(at, keyText);
        if (!genuine || nowMillis >= shard.expiresAtMillis(at)) {
            return null;
        }
        Grant grant = shard.grant(at);
        return new Caller(
                KeyText.id(keyText),
                shard.name(at),
                grant.account(),
                grant.modelGlobs(),
                grant.strict(),
                grant.cache(),
                null,
                null);
    }

    /** Puts a key in force. Changes are serialised by whoever makes them. */
    void add(String id, String name, Grant grant, byte[] saltAndHash, long expiresAtMillis, long nowMillis) {
        long packedId = packed(id);
        KeyShard.Builder copy = copyWithout(packedId, nowMillis);
        copy.add(packedId, expiresAtMillis, shared(grant), saltAndHash, name);
        shards.setRelease(shardOf(packedId), copy.build());
    }

    /** Puts a key out of force, if it is in force. Changes are serialised by whoever makes them. */
    void remove(String id, long nowMillis) {
        long packedId = packed(id);
        shards.setRelease(shardOf(packedId), copyWithout(packedId, nowMillis).build());
    }

    private KeyShard.Builder copyWithout(long packedId, long nowMillis) {
        KeyShard old = shards.getAcquire(shardOf(packedId));
        KeyShard.Builder copy = new KeyShard.Builder(old.size() + 1);
        for (int i = 0; i < old.size(); i++) {
            boolean longExpired = old.expiresAtMillis(i) <= nowMillis - FORGET_EXPIRED_AFTER_MILLIS;
            if (old.id(i) != packedId && !longExpired) {
                copy.add(old, i);
            }
        }
        return copy;
    }

    private static long packed(String id) {
        long packedId = KeyText.pack(id);
        if (packedId == KeyText.NONE) {
            throw new IllegalArgumentException("no id of a key");
        }
        return packedId;
    }

    private Grant shared(Grant grant) {
        Grant first = grants.putIfAbsent(grant, grant);
        return first == null ? grant : first;
    }

    /** Fills an index that nobody reads yet, without copying shards over and over. */
    final class Loader {
        private final KeyShard.@Nullable Builder[] builders = new KeyShard.Builder[SHARDS];

        void add(String id, String name, Grant grant, byte[] saltAndHash, long expiresAtMillis) {
            long packedId = packed(id);
            KeyShard.Builder builder = builders[shardOf(packedId)];
            if (builder == null) {
                builder = new KeyShard.Builder(8);
                builders[shardOf(packedId)] = builder;
            }
            builder.add(packedId, expiresAtMillis, shared(grant), saltAndHash, name);
        }

        void finish() {
            for (int i = 0; i < SHARDS; i++) {
                KeyShard.Builder builder = builders[i];
                if (builder != null) {
                    shards.setRelease(i, builder.build());
                }
            }
        }
    }
}
