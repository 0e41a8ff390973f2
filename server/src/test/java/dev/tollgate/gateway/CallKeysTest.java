package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheKeys;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.gateway.Stages.Identified;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.CachePolicy.Scope;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which calls share an answer, beside what their bodies say. */
class CallKeysTest {
    private static final byte[] BODY = "{\"model\":\"m\",\"messages\":[]}".getBytes(UTF_8);
    private static final Candidate HERE = candidate("https://here.example", "m");

    private final CallKeys keys = new CallKeys(new CacheKeys());

    private static Candidate candidate(String url, String model) {
        return new Candidate(
                new Provider("p", Set.of(Dialect.OPENAI), URI.create(url), AuthStyle.BEARER, false), model, null, true);
    }

    private static Permitted call(String account, String keyId, Candidate... candidates) {
        Permitted any = Calls.permitted(Operation.CHAT_COMPLETIONS, BODY, candidates);
        Caller caller = new Caller(keyId, "key", account, List.of());
        return new Permitted(new Identified(any.inbound(), caller), BODY, any.fields(), "m", null, List.of(candidates));
    }

    private CacheKey key(Permitted call, Scope scope, boolean strict) {
        return Objects.requireNonNull(keys.of(call, scope, strict));
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void neverIsAnAnswerSharedAcrossAccounts(Scope scope) {
        assertEquals(key(call("one", "k", HERE), scope, false), key(call("one", "k", HERE), scope, false));
        assertNotEquals(key(call("one", "k", HERE), scope, false), key(call("two", "k", HERE), scope, false));
        assertNotEquals(key(call("one", "", HERE), scope, false), key(call("", "one", HERE), scope, false));
    }

    @Test
    void keysOfAnAccountShareWhereItsScopeIsTheAccount() {
        Permitted one = call("a", "k1", HERE);
        Permitted two = call("a", "k2", HERE);
        assertEquals(key(one, Scope.ACCOUNT, false), key(two, Scope.ACCOUNT, false));
        assertNotEquals(key(one, Scope.CALLER, false), key(two, Scope.CALLER, false));
        assertNotEquals(key(one, Scope.CALLER, false), key(one, Scope.ACCOUNT, false));
    }

    /** A strict call would have been refused where another lost something. */
    @Test
    void whatIsStrictSharesWithNothingElse() {
        Permitted call = call("a", "k", HERE);
        assertNotEquals(key(call, Scope.ACCOUNT, true), key(call, Scope.ACCOUNT, false));
    }

    /** A rate may have made the answer shorter than what another key asks for in the same words. */
    @Test
    void theLongestAnswerThatIsAllowedCounts() {
        Permitted call = call("a", "k", HERE);
        Permitted bounded = call.bounded(Bounds.NONE.atMost(5), List.of());
        assertNotEquals(key(call, Scope.ACCOUNT, false), key(bounded, Scope.ACCOUNT, false));
        assertEquals(
                key(bounded, Scope.ACCOUNT, false),
                key(call.bounded(Bounds.NONE.atMost(5), List.of("why")), Scope.ACCOUNT, false));
    }

    @Test
    void whereTheCallMayGoCountsAndInWhichOrder() {
        Candidate moved = candidate("https://there.example", "m");
        Candidate other = candidate("https://here.example", "n");
        CacheKey here = key(call("a", "k", HERE), Scope.ACCOUNT, false);
        assertNotEquals(here, key(call("a", "k", moved), Scope.ACCOUNT, false));
        assertNotEquals(here, key(call("a", "k", other), Scope.ACCOUNT, false));
        assertNotEquals(here, key(call("a", "k", HERE, other), Scope.ACCOUNT, false));
        assertNotEquals(
                key(call("a", "k", HERE, other), Scope.ACCOUNT, false),
                key(call("a", "k", other, HERE), Scope.ACCOUNT, false));
    }
}
