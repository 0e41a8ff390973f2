package dev.tollgate.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a sign-in may lead on to, and what attackers would like instead. */
class ReturnToTest {
    private final ReturnTo places = new ReturnTo(List.of("/account", "/oauth/authorize"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/account",
                "/account/",
                "/account?x=1",
                "/account/passkeys",
                "/oauth/authorize?client_id=a&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&state=a%2Fb//c:..",
            })
    void aPlaceOfOursIsKept(String place) {
        assertEquals(place, places.of(place));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "account",
                "/",
                "/accounts",
                "/accountant/x",
                "/other",
                "//evil.example",
                "///evil.example",
                "/\\evil.example",
                "\\\\evil.example",
                "/account\\..\\x",
                "/\t/evil.example",
                "/\n/evil.example",
                "\t//evil.example",
                " /account",
                "/account x",
                "/account\r\nset-cookie: a=b",
                "/account\u0000",
                "/account\u00e9",
                "/account\u2028",
                "/account//evil.example",
                "/account/../evil",
                "/account/./x",
                "/account/..",
                "/account/%2e%2e/evil",
                "/account/%2F%2Fevil.example",
                "/%61ccount",
                "/account#//evil.example",
                "https://evil.example/account",
                "https:/account",
                "javascript:alert(1)",
                "JaVaScRiPt:alert(1)",
                "data:text/html,x",
                "/.account",
                "/account.evil.example",
                "/account@evil.example",
                "//account@evil.example",
                "/;//account",
            })
    void anAttackersPlaceIsNot(String place) {
        assertNull(places.of(place));
        assertEquals("/account", places.or(place, "/account"));
    }

    @Test
    void nothingIsNoPlace() {
        assertNull(places.of(null));
    }

    @Test
    void anEndlessPlaceIsNone() {
        assertNull(places.of("/account?" + "x".repeat(9000)));
    }

    @Test
    void aPrefixMustBeAPlainPath() {
        assertThrows(IllegalArgumentException.class, () -> new ReturnTo(List.of("/")));
        assertThrows(IllegalArgumentException.class, () -> new ReturnTo(List.of("/account/")));
        assertThrows(IllegalArgumentException.class, () -> new ReturnTo(List.of("https://x")));
    }
}
