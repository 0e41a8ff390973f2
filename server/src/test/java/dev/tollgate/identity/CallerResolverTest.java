package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tollgate.identity.CallerResolution.Identified;
import dev.tollgate.identity.CallerResolution.Insufficient;
import dev.tollgate.identity.CallerResolution.Missing;
import dev.tollgate.identity.CallerResolution.Reason;
import dev.tollgate.identity.CallerResolution.Rejected;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerResolverTest {
    private static final String TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJwZXJfYW5uIn0.c2lnbmF0dXJl";

    private static final String USAGE = TOKEN + "usage";
    private static final String OPENID = TOKEN + "openid";

    private final KeyIndex index = new KeyIndex();
    private final List<String> presented = new ArrayList<>();
    private final CallerResolver callers =
            new CallerResolver(index, this::token, InstantSource.fixed(Instant.ofEpochMilli(1_000_000)));
    private final String key = issue("ci");
    private final String other = issue("other");

    private @Nullable Caller token(String token, long nowMillis) {
        presented.add(token);
        assertEquals(1_000_000, nowMillis);
        Set<Right> rights = token.equals(TOKEN) ? Right.ALL : token.equals(USAGE) ? Set.of(Right.USAGE) : Set.of();
        return rights.isEmpty() && !token.equals(OPENID)
                ? null
                : Caller.ofToken("gra_1", "App", "default", rights, List.of("fast"), "per_ann", "client-1");
    }

    private String issue(String name) {
        String id = KeyText.newId();
        String text = KeyText.of(id, KeyText.newSecret());
        Grant grant = new Grant("default", List.of("fast"), false, null);
        index.add(id, name, grant, SecretHash.newEntry(text), KeyIndex.NEVER, 0);
        return text;
    }

    private void assertCaller(
            String name, @Nullable String a, @Nullable String b, @Nullable String c, @Nullable String d) {
        Caller caller =
                assertInstanceOf(Identified.class, callers.resolve(a, b, c, d)).caller();
        assertEquals(name, caller.keyName());
        assertEquals(List.of("fast"), caller.modelGlobs());
    }

    private void assertRejected(
            Reason reason, @Nullable String a, @Nullable String b, @Nullable String c, @Nullable String d) {
        assertEquals(new Rejected(reason), callers.resolve(a, b, c, d));
    }

    @Test
    void acceptsTheKeyInEachOfItsPlaces() {
        assertCaller("ci", "Bearer " + key, null, null, null);
        assertCaller("ci", key, null, null, null);
        assertCaller("ci", null, key, null, null);
        assertCaller("ci", null, null, key, null);
        assertCaller("ci", null, null, null, key);
        assertCaller("other", null, other, null, null);
    }

    @Test
    void takesAnAccessTokenInAnyHeaderAndKnowsPersonAndApp() {
        assertCaller("App", "Bearer " + TOKEN, null, null, null);
        assertCaller("App", null, TOKEN, null, null);
        assertCaller("App", "Bearer " + TOKEN, TOKEN, TOKEN, null);
        Identified ann = assertInstanceOf(Identified.class, callers.resolve("Bearer " + TOKEN, null, null, null));
        assertEquals("per_ann", ann.caller().member());
        assertEquals("client-1", ann.caller().app());
        assertEquals("gra_1", ann.caller().keyId());
    }

    @Test
    void aTokenOpensOnlyWhatItsScopesAreFor() {
        Insufficient noModels = new Insufficient(Right.MODELS);
        Insufficient noUsage = new Insufficient(Right.USAGE);
        assertEquals(noModels, callers.resolve("Bearer " + USAGE, null, null, null));
        assertEquals(noModels, callers.resolve(null, OPENID, null, null, Right.MODELS));
        assertEquals(noUsage, callers.resolve("Bearer " + OPENID, null, null, null, Right.USAGE));
        assertInstanceOf(Identified.class, callers.resolve("Bearer " + USAGE, null, null, null, Right.USAGE));
        assertInstanceOf(Identified.class, callers.resolve("Bearer " + TOKEN, null, null, null, Right.USAGE));
        assertInstanceOf(Identified.class, callers.resolve(null, key, null, null, Right.USAGE));
        assertEquals(
                new Rejected(Reason.UNKNOWN), callers.resolve("Bearer " + TOKEN + "x", null, null, null, Right.USAGE));
    }

    @Test
    void neverTakesAnAccessTokenInTheAddress() {
        assertRejected(Reason.TOKEN_IN_ADDRESS, null, null, null, TOKEN);
        assertRejected(Reason.TOKEN_IN_ADDRESS, "Bearer " + TOKEN, null, null, TOKEN);
        assertRejected(Reason.TOKEN_IN_ADDRESS, null, null, null, TOKEN + "x");
        assertEquals(List.of(), presented);
    }

    @Test
    void aTokenThatOpensNothingLooksLikeAnUnknownKey() {
        assertRejected(Reason.UNKNOWN, "Bearer " + TOKEN + "x", null, null, null);
        assertRejected(Reason.UNKNOWN, "DPoP " + TOKEN, null, null, null);
        assertRejected(Reason.CONFLICTING, "Bearer " + TOKEN, key, null, null);
        assertRejected(Reason.SUBSCRIPTION_LOGIN, "Bearer " + TOKEN, "sk-ant-oat01-x", null, null);
    }

    @Test
    void keysAreNeverShownToWhoeverKnowsTokens() {
        assertCaller("ci", "Bearer " + key, key, null, null);
        assertRejected(Reason.UNKNOWN, "Bearer " + key + "x", null, null, null);
        assertRejected(Reason.PROVIDER_KEY, "Bearer sk-proj-1", null, null, null);
        assertEquals(List.of(), presented);
    }

    @Test
    void acceptsTheSameKeyInSeveralPlaces() {
        assertCaller("ci", "Bearer " + key, key, null, null);
        assertCaller("ci", "Bearer " + key, key, key, key);
    }

    @Test
    void toleratesBlanksAndTheSchemesCase() {
        assertCaller("ci", "  bearer   " + key + " ", null, null, null);
        assertCaller("ci", "BEARER\t" + key, null, null, null);
        assertCaller("ci", null, "\t" + key + "  ", null, null);
        assertCaller("ci", "Bearer " + key, " " + key, "", "  ");
    }

    @Test
    void refusesTwoDifferentKeysThoughBothAreGood() {
        assertRejected(Reason.CONFLICTING, "Bearer " + key, other, null, null);
        assertRejected(Reason.CONFLICTING, null, key, other, null);
        assertRejected(Reason.CONFLICTING, null, key, null, "sk-ant-api03-x");
        assertRejected(Reason.CONFLICTING, "Basic dXNlcjpwdw==", key, null, null);
    }

    @Test
    void missingIsNoKeyAnywhere() {
        assertEquals(new Missing(), callers.resolve(null, null, null, null));
        assertEquals(new Missing(), callers.resolve("", " ", "\t", ""));
        assertEquals(new Missing(), callers.resolve("Bearer", null, null, null));
        assertEquals(new Missing(), callers.resolve("Bearer   ", null, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-ant-api03-abc",
                "sk-proj-abc",
                "sk-svcacct-abc",
                "sk-admin-abc",
                "sk-abc",
                "AIzaSyAbc",
                "AQ.Abc",
                "ABSKabc",
                "bedrock-api-key-abc",
                "sk-ant-admin01-abc"
            })
    void recognisesAProvidersKey(String providerKey) {
        assertRejected(Reason.PROVIDER_KEY, "Bearer " + providerKey, null, null, null);
        assertRejected(Reason.PROVIDER_KEY, null, null, null, providerKey);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-ant-oat01-abc", "sk-ant-ort01-abc", "sk-ant-sid01-abc"})
    void recognisesASubscriptionsLoginWhereverItStands(String login) {
        assertRejected(Reason.SUBSCRIPTION_LOGIN, "Bearer " + login, null, null, null);
        assertRejected(Reason.SUBSCRIPTION_LOGIN, null, login, null, null);
        assertRejected(Reason.SUBSCRIPTION_LOGIN, "Bearer " + login, key, null, null);
    }

    @Test
    void anythingElseIsUnknown() {
        String nobodys = KeyText.of(KeyText.newId(), KeyText.newSecret());
        String wrongSecret = key.substring(0, 14) + other.substring(14);
        for (String presented : new String[] {
            nobodys,
            wrongSecret,
            "x",
            "tg_",
            "tga_" + key.substring(3),
            "' OR '1'='1' --",
            "tg_'; DROP TABLE virtual_key; --______________________",
            key.replace('_', '-'),
            key.substring(0, 20) + '\0' + key.substring(21),
            key.substring(0, 20) + '\u0661' + key.substring(21),
            "\ud83d\ude00".repeat(23),
        }) {
            assertRejected(Reason.UNKNOWN, "Bearer " + presented, null, null, null);
            assertRejected(Reason.UNKNOWN, null, presented, null, null);
        }
    }

    @Test
    void aHugeValueIsUnknownAndCheap() {
        String huge = " ".repeat(5_000_000) + key;
        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertRejected(Reason.UNKNOWN, "Bearer " + huge, null, null, null));
        assertRejected(Reason.UNKNOWN, null, key + "x".repeat(5_000_000), null, null);
    }
}
