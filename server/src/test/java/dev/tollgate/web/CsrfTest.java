package dev.tollgate.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.web.Csrf.Reason;
import dev.tollgate.web.Csrf.Verdict;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of ours, and forms that others send in a person's name. */
class CsrfTest {
    private static final String HERE = "https://gate.example.com";
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);

    private final Csrf csrf = new Csrf(KEY, () -> "https://Gate.Example.com:443");

    private static WebRequest post(String token, String... headers) {
        MultiMap all = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1]);
        }
        Params form = Objects.requireNonNull(
                Params.parse("csrf=" + URLEncoder.encode(token, StandardCharsets.UTF_8)));
        return new WebRequest(
                HttpMethod.POST, "/account", Map.of(), Params.NONE, form, new byte[0], all, "203.0.113.7");
    }

    private Verdict check(WebRequest request) {
        return csrf.check(request);
    }

    private static Verdict forged(Reason reason) {
        return new Verdict.Forged(reason);
    }

    @Test
    void aFormOfTheSessionPasses() {
        String token = csrf.token(Csrf.ofSession("tgs_1"));
        assertEquals(
                new Verdict.Passed(),
                check(post(token, "cookie", "__Host-tollgate=tgs_1", "origin", HERE, "sec-fetch-site", "same-origin")));
        assertEquals(new Verdict.Passed(), check(post(token, "cookie", "__Host-tollgate=tgs_1")), "an old browser");
    }

    @Test
    void aFormBeforeSignInPassesWithItsOwnCookie() {
        String token = csrf.token(Csrf.ofForm("f1"));
        assertEquals(new Verdict.Passed(), check(post(token, "cookie", "__Host-tollgate-form=f1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "nonsense", ""})
    void anotherSiteIsRefusedEvenWithTheToken(String site) {
        String token = csrf.token(Csrf.ofSession("tgs_1"));
        assertEquals(
                forged(Reason.CROSS_SITE),
                check(post(token, "cookie", "__Host-tollgate=tgs_1", "sec-fetch-site", site)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "http://gate.example.com",
                "https://gate.example.com.evil.example",
                "https://evil.example",
                "https://gate.example.com:8443",
                "",
            })
    void anotherOriginIsRefusedEvenWithTheToken(String origin) {
        String token = csrf.token(Csrf.ofSession("tgs_1"));
        assertEquals(
                forged(Reason.CROSS_SITE), check(post(token, "cookie", "__Host-tollgate=tgs_1", "origin", origin)));
    }

    @Test
    void twoOriginsAreNone() {
        String token = csrf.token(Csrf.ofSession("tgs_1"));
        assertEquals(
                forged(Reason.CROSS_SITE),
                check(post(token, "cookie", "__Host-tollgate=tgs_1", "origin", HERE, "origin", HERE)));
    }

    @Test
    void theTokenOfAnotherSessionIsStale() {
        String mine = csrf.token(Csrf.ofSession("tgs_1"));
        assertEquals(forged(Reason.STALE), check(post(mine, "cookie", "__Host-tollgate=tgs_2")));
        assertEquals(
                forged(Reason.STALE),
                check(post(csrf.token(Csrf.ofForm("tgs_1")), "cookie", "__Host-tollgate=tgs_1")),
                "a form cookie is no session");
    }

    @Test
    void aTokenBeforeSignInIsNoneAfterIt() {
        String before = csrf.token(Csrf.ofForm("f1"));
        assertEquals(
                forged(Reason.STALE),
                check(post(before, "cookie", "__Host-tollgate-form=f1; __Host-tollgate=tgs_1")));
    }

    @ParameterizedTest
    @CsvSource({"__Host-tollgate=tgs_1; __Host-tollgate=tgs_2", "tollgate=tgs_1", "__Host-tollgate=", "x=1"})
    void withoutOneCookieOfOursNobodyIsBelieved(String cookies) {
        String token = csrf.token(Csrf.ofSession("tgs_1"));
        assertEquals(forged(Reason.NO_COOKIE), check(post(token, "cookie", cookies)));
    }

    @Test
    void aMissingOrChangedTokenIsStale() {
        String token = csrf.token(Csrf.ofSession("tgs_1"));
        for (String wrong : new String[] {"", token.substring(1), token + "x", token.toLowerCase(Locale.ROOT)}) {
            assertEquals(forged(Reason.STALE), check(post(wrong, "cookie", "__Host-tollgate=tgs_1")), wrong);
        }
    }

    @Test
    void anotherKeyMakesOtherTokens() {
        Csrf other = new Csrf("another key of thirty-two bytes..".getBytes(StandardCharsets.UTF_8), () -> HERE);
        assertNotEquals(other.token("x"), csrf.token("x"));
        assertThrows(IllegalArgumentException.class, () -> new Csrf(new byte[31], () -> HERE));
    }

    @Test
    void cookiesHoldToTheirHost() {
        String cookie = Cookies.set(Cookies.SESSION, "tgs_1", Duration.ofDays(30));
        assertEquals("__Host-tollgate=tgs_1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000", cookie);
        assertTrue(Cookies.clear(Cookies.SESSION).endsWith("; Max-Age=0"));
        for (String bad : new String[] {"a;b", "a b", "a\r\nx", "a,b", "\"", "é", "a\\b"}) {
            assertThrows(IllegalArgumentException.class, () -> Cookies.set(Cookies.SESSION, bad, null));
        }
        assertThrows(IllegalArgumentException.class, () -> Cookies.set("session", "a", null));
    }
}
