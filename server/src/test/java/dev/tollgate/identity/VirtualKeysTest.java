package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.CallerResolution.Identified;
import dev.tollgate.identity.CallerResolution.Reason;
import dev.tollgate.identity.CallerResolution.Rejected;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.CachePolicy;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class VirtualKeysTest {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private final List<String> audited = new ArrayList<>();
    private final AuditTrail trail =
            (tx, actor, action, subject, detail) -> audited.add(actor + " " + action + " " + subject + " " + detail);
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final InstantSource clock = () -> now;
    private @Nullable Store open;

    @BeforeEach
    void openStore() throws SQLException {
        open = Store.open(kind.fresh(home));
    }

    @AfterEach
    void closeStore() {
        store().close();
    }

    private Store store() {
        assertNotNull(open);
        return open;
    }

    private VirtualKeys keys() {
        return VirtualKeys.open(store(), trail, clock);
    }

    private static CallerResolution present(VirtualKeys keys, String key) {
        return keys.callerResolver().resolve("Bearer " + key, null, null, null);
    }

    private static void assertIdentified(CreatedKey created, CallerResolution resolution) {
        Caller caller = assertInstanceOf(Identified.class, resolution).caller();
        assertEquals(created.info().id(), caller.keyId());
        assertEquals(created.info().name(), caller.keyName());
        assertEquals(created.info().modelGlobs(), caller.modelGlobs());
        assertEquals(created.info().strict(), caller.strict());
        assertEquals(created.info().cache(), caller.cache());
        assertEquals(VirtualKeys.DEFAULT_ACCOUNT, caller.account());
    }

    private static void assertUnknown(CallerResolution resolution) {
        assertEquals(new Rejected(Reason.UNKNOWN), resolution);
    }

    private static Refusal refused(Refusal.Kind kind, Runnable change) {
        Refusal refusal = assertThrows(Refusal.class, change::run);
        assertEquals(kind, refusal.kind(), refusal.text());
        assertFalse(refusal.cure().isEmpty());
        return refusal;
    }

    @Test
    void aKeyIsInForceAtOnceAndAfterARestart() {
        VirtualKeys keys = keys();
        CreatedKey created = keys.create("ci", List.of("anthropic/*", "fast"), null, "owner");
        assertTrue(created.key().matches("tg_[0-9A-Za-z]{10}_[0-9A-Za-z]{32}"), "its form");
        assertTrue(created.key().startsWith("tg_" + created.info().id() + "_"));
        assertIdentified(created, present(keys, created.key()));
        assertIdentified(created, present(keys(), created.key()));
        assertEquals(List.of(created.info()), keys().list("", 100));
    }

    @Test
    void aStrictKeyIsStrictAtOnceAndAfterARestart() {
        VirtualKeys keys = keys();
        CreatedKey strict = keys.create("strict", List.of(), null, true, null, "owner");
        CreatedKey easy = keys.create("easy", List.of(), null, "owner");
        assertTrue(strict.info().strict());
        assertFalse(easy.info().strict());
        for (VirtualKeys read : List.of(keys, keys())) {
            assertIdentified(strict, present(read, strict.key()));
            assertIdentified(easy, present(read, easy.key()));
        }
        assertTrue(keys().revoke("strict", "owner").strict());
    }

    @Test
    void whetherAnswersAreKeptIsKnownAtOnceAndAfterARestart() {
        VirtualKeys keys = keys();
        CachePolicy policy = new CachePolicy(600, CachePolicy.Scope.ACCOUNT);
        CreatedKey kept = keys.create("kept", List.of(), null, false, policy, "owner");
        assertEquals(policy, kept.info().cache());
        for (VirtualKeys read : List.of(keys, keys())) {
            assertIdentified(kept, present(read, kept.key()));
            assertEquals(List.of(kept.info()), read.list("", 100));
        }
    }

    @Test
    void revokingTakesEffectAtOnceAndForGood() {
        VirtualKeys keys = keys();
        CallerResolver callers = keys.callerResolver();
        CreatedKey byName = keys.create("a", List.of(), null, "owner");
        CreatedKey byId = keys.create("b", List.of(), null, "owner");
        CreatedKey kept = keys.create("c", List.of(), null, "owner");
        KeyInfo revoked = keys.revoke("a", "owner");
        assertEquals(now, revoked.revokedAt());
        keys.revoke(byId.info().id(), "owner");
        assertUnknown(callers.resolve(byName.key(), null, null, null));
        assertUnknown(callers.resolve(byId.key(), null, null, null));
        assertUnknown(present(keys(), byName.key()));
        assertIdentified(kept, present(keys(), kept.key()));
    }

    @Test
    void revokingAgainChangesNothing() {
        VirtualKeys keys = keys();
        CreatedKey created = keys.create("a", List.of(), null, "owner");
        KeyInfo first = keys.revoke("a", "owner");
        now = now.plusSeconds(60);
        assertEquals(first, keys.revoke(created.info().id(), "owner"));
        refused(Refusal.Kind.NOT_FOUND, () -> keys.revoke("a", "owner"));
        refused(Refusal.Kind.NOT_FOUND, () -> keys.revoke("' OR '1'='1", "owner"));
        assertEquals(2, audited.size());
    }

    @Test
    void aKeyExpiresByTheClockAtEachCall() {
        VirtualKeys keys = keys();
        CreatedKey created = keys.create("short", List.of(), Duration.ofSeconds(60), "owner");
        assertEquals(now.plusSeconds(60), created.info().expiresAt());
        now = now.plusSeconds(60).minusMillis(1);
        assertIdentified(created, present(keys, created.key()));
        now = now.plusMillis(1);
        assertUnknown(present(keys, created.key()));
        assertUnknown(present(keys(), created.key()));
    }

    @Test
    void aNameIsFreeAgainOnceItsKeyIsRevokedOrExpired() {
        VirtualKeys keys = keys();
        keys.create("ci", List.of(), null, "owner");
        Refusal taken = refused(Refusal.Kind.CONFLICT, () -> keys.create("ci", List.of(), null, "owner"));
        assertTrue(taken.cure().contains("./tollgate key revoke ci"));
        keys.revoke("ci", "owner");
        CreatedKey second = keys.create("ci", List.of(), Duration.ofSeconds(1), "owner");
        now = now.plusSeconds(1);
        CreatedKey third = keys.create("ci", List.of(), null, "owner");
        assertEquals(third.info().id(), keys.revoke("ci", "owner").id());
        assertUnknown(present(keys, second.key()));
        assertEquals(3, keys.list("", 100).size());
    }

    @Test
    void listsTheNewestFirst() {
        VirtualKeys keys = keys();
        for (String name : List.of("a", "b", "c")) {
            keys.create(name, List.of(), null, "owner");
            now = now.plusSeconds(1);
        }
        assertEquals(
                List.of("c", "b", "a"),
                keys.list("", 100).stream().map(KeyInfo::name).toList());
    }

    @Test
    void listsPageByPageAlsoThoseOfOneMoment() {
        VirtualKeys keys = keys();
        for (int i = 0; i < 10; i++) {
            keys.create("k" + i, List.of(), null, "owner");
            now = i % 4 == 3 ? now.plusSeconds(1) : now;
        }
        List<KeyInfo> all = keys.list("", 100);
        assertEquals(10, all.size());
        List<KeyInfo> paged = new ArrayList<>();
        for (List<KeyInfo> page = keys.list("", 3);
                !page.isEmpty();
                page = keys.list(paged.getLast().id(), 3)) {
            assertTrue(page.size() <= 3);
            paged.addAll(page);
        }
        assertEquals(all, paged);
        refused(Refusal.Kind.INVALID, () -> keys.list("unknown", 3));
    }

    @Test
    void refusesNamesGlobsAndTimesThatCannotBe() {
        VirtualKeys keys = keys();
        for (String name : List.of("", "-a", "a b", "a/b", "x".repeat(65), "ä", "a'; DROP TABLE virtual_key; --")) {
            refused(Refusal.Kind.INVALID, () -> keys.create(name, List.of(), null, "owner"));
        }
        for (String glob : List.of("", "a b", "{a,b}", "a\n", "x".repeat(201), "claude|gpt", "ä")) {
            refused(Refusal.Kind.INVALID, () -> keys.create("n", List.of(glob), null, "owner"));
        }
        List<String> many = IntStream.range(0, 65).mapToObj(i -> "m" + i).toList();
        refused(Refusal.Kind.INVALID, () -> keys.create("n", many, null, "owner"));
        refused(Refusal.Kind.INVALID, () -> keys.create("n", List.of(), Duration.ZERO, "owner"));
        refused(Refusal.Kind.INVALID, () -> keys.create("n", List.of(), Duration.ofSeconds(-1), "owner"));
        refused(Refusal.Kind.INVALID, () -> keys.create("n", List.of(), Duration.ofDays(3651), "owner"));
        assertEquals(List.of(), keys.list("", 100));
        assertEquals(List.of(), audited);
        assertEquals(
                List.of("a", "b*"),
                keys.create("n", List.of("a", "b*", "a"), null, "owner").info().modelGlobs());
    }

    /** Every column of every row, as text. */
    private List<Map<String, Object>> rows() {
        return store().read(handle ->
                handle.createQuery("SELECT * FROM virtual_key").mapToMap().list());
    }

    @Test
    void theStoreHoldsASaltedHashAndNothingOfTheSecret() throws NoSuchAlgorithmException {
        VirtualKeys keys = keys();
        CreatedKey created = keys.create("ci", List.of(), null, "owner");
        String secret = created.key().substring(created.key().lastIndexOf('_') + 1);
        Map<String, Object> row = rows().getFirst();
        assertFalse(row.toString().contains(secret));
        byte[] salt = Base64.getUrlDecoder().decode(String.valueOf(row.get("salt")));
        byte[] hash = Base64.getUrlDecoder().decode(String.valueOf(row.get("hash")));
        assertEquals(16, salt.length);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(salt);
        assertTrue(MessageDigest.isEqual(hash, sha256.digest(secret.getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void noTwoKeysShareASalt() {
        VirtualKeys keys = keys();
        keys.create("a", List.of(), null, "owner");
        keys.create("b", List.of(), null, "owner");
        List<Map<String, Object>> rows = rows();
        assertNotEquals(rows.get(0).get("salt"), rows.get(1).get("salt"));
    }

    @Test
    void aHashIsNeverAcceptedAsTheKey() {
        VirtualKeys keys = keys();
        CreatedKey created = keys.create("ci", List.of(), null, "owner");
        String hash = String.valueOf(rows().getFirst().get("hash"));
        String salt = String.valueOf(rows().getFirst().get("salt"));
        String id = created.info().id();
        for (String forged :
                List.of(hash, salt + hash, "tg_" + id + "_" + hash, "tg_" + id + "_" + hash.substring(0, 32))) {
            assertInstanceOf(Rejected.class, present(keys, forged));
        }
    }

    @Test
    void theBeginningOfAKeyIsNotEnough() {
        VirtualKeys keys = keys();
        String key = keys.create("ci", List.of(), null, "owner").key();
        for (int length = 1; length < key.length(); length++) {
            assertInstanceOf(Rejected.class, present(keys, key.substring(0, length)));
        }
        assertUnknown(present(keys, key + "x"));
        for (int i = 0; i < key.length(); i++) {
            char other = key.charAt(i) == 'x' ? 'y' : 'x';
            assertInstanceOf(
                    Rejected.class, present(keys, key.substring(0, i) + other + key.substring(i + 1)), "at " + i);
        }
    }

    @Test
    void secretsAreInNoTextThatCouldBeLogged() {
        VirtualKeys keys = keys();
        CreatedKey created = keys.create("ci", List.of(), null, "owner");
        String secret = created.key().substring(14);
        assertFalse(created.toString().contains(secret));
        assertFalse(audited.toString().contains(secret));
        assertFalse(keys.list("", 100).toString().contains(secret));
        assertFalse(present(keys, created.key()).toString().contains(secret));
    }

    @Test
    void eachChangeLeavesItsAuditRow() {
        VirtualKeys keys = keys();
        String id = keys.create("ci", List.of("fast"), Duration.ofDays(1), "owner")
                .info()
                .id();
        keys.revoke("ci", "someone");
        String detail =
                "{\"name\":\"ci\",\"models\":[\"fast\"],\"strict\":false,\"expires_at\":\"2026-11-23T12:00:00Z\"}";
        assertEquals(
                List.of("owner key.created " + id + " " + detail, "someone key.revoked " + id + " " + detail), audited);
    }

    @Test
    void aKeyWhoseAuditRowFailsIsNeverInForce() {
        AuditTrail broken = (tx, actor, action, subject, detail) -> {
            throw new IllegalStateException("no audit");
        };
        VirtualKeys keys = VirtualKeys.open(store(), broken, clock);
        assertThrows(StoreUnavailable.class, () -> keys.create("ci", List.of(), null, "owner"));
        assertEquals(List.of(), keys().list("", 100));
    }

    @Test
    void manyKeysAreEachFoundAfterARestart() {
        VirtualKeys keys = keys();
        List<CreatedKey> created = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            created.add(keys.create("key-" + i, i % 3 == 0 ? List.of() : List.of("m" + i % 5), null, "owner"));
        }
        Collections.shuffle(created);
        // 300 is a whole number of these pages: the last one is full, and the next empty.
        VirtualKeys again = VirtualKeys.open(store(), trail, clock, 20);
        for (CreatedKey key : created) {
            assertIdentified(key, present(keys, key.key()));
            assertIdentified(key, present(again, key.key()));
        }
        assertNull(created.getFirst().info().revokedAt());
    }
}
