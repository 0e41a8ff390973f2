package dev.tollgate.identity;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.CachePolicy;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The keys that Tollgate issues: {@code tg_<id>_<secret>}. The secret exists once, in {@link CreatedKey}; the store and
 * the memory hold a salted hash.
 */
public final class VirtualKeys {
    /** Who pays where nothing else is said. */
    public static final String DEFAULT_ACCOUNT = Accounts.DEFAULT;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int LOAD_PAGE = 10_000;
    private static final Duration LONGEST = Duration.ofDays(3650);

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final KeyIndex index = new KeyIndex();
    /** The index follows the store in the order of the commits. */
    private final ReentrantLock changing = new ReentrantLock();

    private VirtualKeys(Store store, AuditTrail audit, InstantSource clock, int pageSize) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        load(pageSize);
    }

    private void load(int pageSize) {
        KeyIndex.Loader loader = index.new Loader();
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            String after = next.get();
            next = store.read(handle -> KeyTable.load(handle, after, pageSize, clock.millis(), loader));
        }
        loader.finish();
    }

    /** Reads all keys that are in force into memory. */
    public static VirtualKeys open(Store store, AuditTrail audit, InstantSource clock) {
        return open(store, audit, clock, LOAD_PAGE);
    }

    static VirtualKeys open(Store store, AuditTrail audit, InstantSource clock, int pageSize) {
        return new VirtualKeys(store, audit, clock, pageSize);
    }

    /** Tells callers apart by these keys. */
    public CallerResolver callerResolver() {
        return callerResolver(BearerTokens.NONE);
    }

    /** Tells callers apart by these keys, and by access tokens. */
    public CallerResolver callerResolver(BearerTokens tokens) {
        return new CallerResolver(index, tokens, clock);
    }

    /**
     * Issues a key, which is in force when this returns.
     *
     * @param modelGlobs what it may use; empty is everything
     * @param expires {@code null}: never
     * @throws Refusal if the name is not well formed or in use by a key in force, or a glob is not well formed
     */
    public CreatedKey create(String name, List<String> modelGlobs, @Nullable Duration expires, String actor) {
        return create(name, modelGlobs, expires, false, null, actor);
    }

    /**
     * As {@link #create(String, List, Duration, String)}.
     *
     * @param strict whether its calls are refused that would lose anything of meaning in conversion
     * @param cache whether answers may be given again; {@code null}: not by this key
     */
    public CreatedKey create(
            String name,
            List<String> modelGlobs,
            @Nullable Duration expires,
            boolean strict,
            @Nullable CachePolicy cache,
            String actor) {
        if (!NAME.matcher(name).matches()) {
            throw Refusal.invalid(
                    "That is no name for a key.",
                    "Use 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or a digit.");
        }
        List<String> globs = Globs.require(modelGlobs);
        requireLifetime(expires);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String id = KeyText.newId();
        String text = KeyText.of(id, KeyText.newSecret());
        Instant end = expires == null ? null : now.plus(expires);
        KeyInfo key = new KeyInfo(id, name, DEFAULT_ACCOUNT, globs, strict, cache, now, end, null);
        byte[] saltAndHash = SecretHash.newEntry(text);
        changing.lock();
        try {
            store.write(tx -> {
                KeyTable.releaseExpiredName(tx.handle(), name, now.toEpochMilli());
                if (!KeyTable.insert(tx.handle(), key, saltAndHash)) {
                    throw Refusal.conflict(
                            "A key named " + name + " is in force.",
                            "Choose another name, or revoke it: ./tollgate key revoke " + name);
                }
                audit.record(tx, actor, "key.created", id, describe(key));
                return key;
            });
            Grant grant = new Grant(key.account(), key.modelGlobs(), key.strict(), key.cache());
            index.add(id, name, grant, saltAndHash, expiryMillis(key), now.toEpochMilli());
        } finally {
            changing.unlock();
        }
        return new CreatedKey(key, text);
    }

    private static void requireLifetime(@Nullable Duration expires) {
        boolean wrong = expires != null && (!expires.isPositive() || expires.compareTo(LONGEST) > 0);
        if (wrong) {
            throw Refusal.invalid("A key expires in between a moment and ten years.", "Give a time such as 90d.");
        }
    }

    private static long expiryMillis(KeyInfo key) {
        Instant expires = key.expiresAt();
        return expires == null ? KeyIndex.NEVER : expires.toEpochMilli();
    }

    /**
     * Keys, newest first, expired and revoked ones included. Blocking.
     *
     * @param after the id of the last one of the page before; empty for the first page
     * @throws Refusal if there is no key of that id
     */
    public List<KeyInfo> list(String after, int most) {
        return store.read(handle -> {
            KeyInfo last = after.isEmpty()
                    ? null
                    : KeyTable.byId(handle, after)
                            .orElseThrow(() -> Refusal.invalid(
                                    "after is not the id of a key.",
                                    "Give the id of the last row of the page before."));
            return KeyTable.page(handle, last, most);
        });
    }

    /**
     * The key of that id, be it in force or not; else the one that has that name now. Blocking.
     *
     * @param idOrName the key's id, or the name of a key that has not been revoked
     */
    public Optional<KeyInfo> find(String idOrName) {
        return store.read(handle -> find(handle, idOrName));
    }

    /** The id first: it alone can name a key that is no longer in force. */
    private static Optional<KeyInfo> find(Handle handle, String idOrName) {
        return KeyTable.byId(handle, idOrName).or(() -> KeyTable.byHeldName(handle, idOrName));
    }

    /**
     * Revokes a key; it opens nothing from the moment that this returns. Doing it again changes nothing.
     *
     * @param idOrName the key's id, or the name of a key that is in force
     * @throws Refusal if there is no such key
     */
    public KeyInfo revoke(String idOrName, String actor) {
        changing.lock();
        try {
            KeyInfo revoked = store.write(tx -> {
                KeyInfo key = find(tx.handle(), idOrName)
                        .orElseThrow(() ->
                                Refusal.notFound("There is no such key in force.", "List them: ./tollgate key list"));
                if (key.revokedAt() != null) {
                    return key;
                }
                KeyTable.revoke(tx.handle(), key.id(), clock.millis());
                audit.record(tx, actor, "key.revoked", key.id(), describe(key));
                Optional<KeyInfo> after = KeyTable.byId(tx.handle(), key.id());
                return after.orElseThrow();
            });
            index.remove(revoked.id(), clock.millis());
            return revoked;
        } finally {
            changing.unlock();
        }
    }

    private static String describe(KeyInfo key) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", key.name());
        fields.put("models", key.modelGlobs());
        fields.put("strict", key.strict());
        CachePolicy cache = key.cache();
        if (cache != null) {
            fields.put("cache_max_age_seconds", cache.maxAgeSeconds());
            fields.put("cache_scope", cache.scope().wireName());
        }
        Instant expires = key.expiresAt();
        fields.put("expires_at", expires == null ? null : expires.toString());
        return Json.MAPPER.writeValueAsString(fields);
    }
}
