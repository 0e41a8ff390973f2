package dev.tollgate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.kernel.CachePolicy.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For how long answers may be given again, and to whom. */
class CachePolicyTest {
    @Test
    void ofTwoTheShorterAndTheNarrowerHold() {
        CachePolicy all = new CachePolicy(60, Scope.ACCOUNT);
        CachePolicy longer = new CachePolicy(600, Scope.CALLER);
        assertEquals(new CachePolicy(60, Scope.CALLER), CachePolicy.both(all, longer));
        assertEquals(new CachePolicy(60, Scope.CALLER), CachePolicy.both(longer, all));
        assertEquals(new CachePolicy(60, Scope.ACCOUNT), CachePolicy.both(all, new CachePolicy(61, Scope.ACCOUNT)));
        assertEquals(all, CachePolicy.both(all, null));
        assertEquals(all, CachePolicy.both(null, all));
        assertNull(CachePolicy.both(null, null));
    }

    @Test
    void withoutAScopeItIsTheCallersOwn() {
        assertEquals(new CachePolicy(1, Scope.CALLER), CachePolicy.of(1, null));
        assertEquals(new CachePolicy(604_800, Scope.ACCOUNT), CachePolicy.of(604_800, "account"));
        assertThrows(Refusal.class, () -> CachePolicy.of(1, "ACCOUNT"));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 604_801, Long.MAX_VALUE})
    void anAgeOutOfRangeIsRefused(long seconds) {
        assertThrows(Refusal.class, () -> CachePolicy.of(seconds, null));
    }
}
