package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.oauth.RateLimits.Kind;
import org.junit.jupiter.api.Test;

/** Whose requests are counted together. */
class RateLimitsTest {
    private final RateLimits limits = new RateLimits();

    /** Asks until it is too often. */
    private void exhaust(String address) {
        assertThrows(OAuthRefusal.class, () -> {
            for (int i = 0; i < 1_000; i++) {
                limits.count(Kind.REGISTER, address);
            }
        });
    }

    private void assertTooOften(String address) {
        OAuthRefusal refusal = assertThrows(OAuthRefusal.class, () -> limits.count(Kind.REGISTER, address));
        assertEquals(429, refusal.error().getHTTPStatusCode());
    }

    private void assertFree(String address) {
        assertDoesNotThrow(() -> limits.count(Kind.REGISTER, address), address);
    }

    @Test
    void ipv4AddressesInTheFormOfIpv6AreNotOneNetwork() {
        exhaust("::ffff:192.0.2.1");
        assertFree("::ffff:198.51.100.7");
        assertTooOften("192.0.2.1");
        assertFree("192.0.2.2");
    }

    @Test
    void whatAHomeHasOfIpv6IsOneNetwork() {
        exhaust("2001:db8:0:ab00::1");
        assertTooOften("2001:db8:0:abff:ffff::2");
        assertFree("2001:db8:0:ac00::1");
    }

    @Test
    void whatIsNoAddressCountsByItself() {
        exhaust("unknown");
        assertTooOften("unknown");
        assertFree("");
    }
}
