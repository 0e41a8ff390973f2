package dev.tollgate.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.web.page.App;
import dev.tollgate.web.page.ContinuePage;
import dev.tollgate.web.page.Page;
import dev.tollgate.web.page.Permission;
import dev.tollgate.web.page.Viewer;
import dev.tollgate.web.page.Words;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every template with friendly and with hostile content. */
class PagesTest {
    private static final byte[] KEY = new byte[32];
    private static final String ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\u202Eexe.\u200B";
    /** An inline script or style, a handler, or a script's address in a link. */
    private static final Pattern INLINE = Pattern.compile(
            "<script(?! type=\"module\" src=\"/assets/)|<style|href=\"javascript:"
                    + "|<[a-z][a-z0-9]*(?:\\s+[a-z-]+(?:=\"[^\"]*\")?)*\\s+(?:on[a-z]+|style)\\s*=",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern FORM = Pattern.compile("<form[^>]*method=\"post\".*?</form>", Pattern.DOTALL);

    private final Pages pages = pages("https://gate.example.com");

    private static Pages pages(String url) {
        return new Pages(() -> url, KEY, Clock.fixed(SamplePages.NOW, ZoneOffset.UTC));
    }

    private static WebRequest get(String cookie) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        if (!cookie.isEmpty()) {
            headers.add("cookie", cookie);
        }
        return new WebRequest(
                HttpMethod.GET, "/", Map.of(), Params.NONE, Params.NONE, new byte[0], headers, "203.0.113.7");
    }

    private static String text(WebReply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    private static List<String> header(WebReply reply, String name) {
        return reply.headers().stream()
                .filter(header -> header.getKey().equals(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    static Stream<String> samples() {
        return SamplePages.plain().keySet().stream();
    }

    @Test
    void everyPageHasASample() {
        Set<String> shown = SamplePages.plain().values().stream()
                .map(page -> page.getClass().getSimpleName())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> all = Arrays.stream(Page.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(all, shown);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void hostileTextStaysText(String sample) {
        Page page = new SamplePages(plain -> plain + ATTACK).page(sample);
        Viewer viewer = new Viewer("V" + ATTACK, "v@x" + ATTACK);
        String html = text(pages.show(get("__Host-tollgate=tgs_1"), viewer, page));

        assertFalse(html.contains("<script>alert(1)"), html);
        assertFalse(html.contains("<img src=x"), html);
        assertFalse(INLINE.matcher(html).find(), html);
        assertTrue(html.contains("&lt;script"), "the attack is on the page, as text");
        assertEquals(1, html.split("</html>", -1).length - 1);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void veryLongTextIsNoFault(String sample) {
        Page page = new SamplePages(plain -> plain + "W".repeat(20_000)).page(sample);
        assertTrue(text(pages.show(get(""), null, page)).strip().endsWith("</html>"));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyPageIsStrictAndItsFormsCarryTheToken(String sample) {
        Page page = SamplePages.plain(sample);
        WebReply reply = pages.show(get("__Host-tollgate=tgs_1"), new Viewer("Ada", "ada@example.com"), page);
        String html = text(reply);

        assertEquals(page.status(), reply.status());
        assertEquals("text/html; charset=utf-8", reply.contentType());
        String policy = header(reply, "content-security-policy").getFirst();
        for (String directive : List.of(
                "default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'")) {
            assertTrue(policy.contains(directive), policy);
        }
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals(List.of("DENY"), header(reply, "x-frame-options"));
        assertEquals(List.of("same-origin"), header(reply, "referrer-policy"));
        assertEquals(List.of("same-origin"), header(reply, "cross-origin-opener-policy"));
        assertEquals(List.of("no-store"), header(reply, "cache-control"));
        assertEquals(List.of("max-age=31536000"), header(reply, "strict-transport-security"));
        assertTrue(header(reply, "permissions-policy").getFirst().contains("publickey-credentials-get=(self)"));
        assertEquals(List.of(), header(reply, "set-cookie"), "a session has its token already");

        assertFalse(INLINE.matcher(html).find());
        assertTrue(html.contains("<html lang=\"en\">"));
        assertEquals(2, html.split("<h1", -1).length, "one heading");
        String token = new Csrf(KEY, () -> "https://gate.example.com").token(Csrf.ofSession("tgs_1"));
        FORM.matcher(html)
                .results()
                .forEach(form -> assertTrue(
                        form.group().contains("name=\"csrf\" value=\"" + token + '"'), form.group()));
    }

    @Test
    void whoHasNotSignedInGetsACookieForTheForms() {
        WebReply first = pages.show(get(""), null, SamplePages.plain("device"));
        String cookie = header(first, "set-cookie").getFirst();
        assertTrue(cookie.startsWith("__Host-tollgate-form=") && cookie.endsWith("SameSite=Lax"), cookie);

        String value = cookie.substring(0, cookie.indexOf(';'));
        WebReply second = pages.show(get(value), null, SamplePages.plain("device"));
        assertEquals(List.of(), header(second, "set-cookie"));
        assertEquals(text(first), text(second), "the token is the same as long as the cookie is");
    }

    @Test
    void anAnswerThatBeginsASessionBindsItsFormsToIt() {
        Page page = SamplePages.plain("device");
        WebReply reply = pages.show(get("__Host-tollgate=old"), null, page, "new");
        assertEquals(text(pages.show(get("__Host-tollgate=new"), null, page)), text(reply));
    }

    @Test
    void plainHttpPromisesNoHttps() {
        WebReply reply = pages("http://localhost:8080").show(get(""), null, SamplePages.plain("device"));
        assertEquals(List.of(), header(reply, "strict-transport-security"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "JAVASCRIPT:alert(1)",
                "data:text/html,x",
                "vbscript:x",
                "file:///etc/passwd",
                "//evil.example",
                "/\\evil.example",
                "evil.example",
                "",
            })
    void nothingLeadsOnToWhatABrowserWouldRun(String url) {
        assertThrows(IllegalArgumentException.class, () -> new ContinuePage(url, "App"));
    }

    @Test
    void aWayOnIsKeptWhole() {
        String url = "https://app.example/cb?code=a%26b&state='x;y'&iss=https%3A%2F%2Fgate";
        String html = text(pages.show(get(""), null, new ContinuePage(url, "App")));
        String escaped = url.replace("&", "&amp;").replace("'", "&#39;");
        assertTrue(html.contains("content=\"0;url=" + escaped + '"'), html);
        assertTrue(html.contains("href=\"" + escaped + '"'), html);
        assertTrue(text(pages.show(get(""), null, new ContinuePage("com.example.app:/cb?code=1", "App")))
                .contains("url=com.example.app:/cb?code=1"));
    }

    @Test
    void namesOfOthersCannotTurnTheSentenceAround() {
        assertEquals("evilexe.app", Words.name("evil\u202Eexe.\u2066app"));
        assertEquals("a b", Words.name("  a\u00A0\n\t b\u0000 "));
        assertEquals("(no name)", Words.name("\u200B\u202E"));
        assertEquals("x".repeat(80) + "…", Words.name("x".repeat(81)));
        assertEquals("😀".repeat(80), Words.name("😀".repeat(80)));
        assertEquals("(no name)", new App("\u2067", false, null, false).name());
        assertEquals("😀", new App("😀 app", false, null, false).initial());
    }

    @Test
    void moneyNeverLooksLikeMoreThanItIs() {
        assertEquals("$9.99", Words.usd(9_999_999_999L));
        assertEquals("under $0.01", Words.usd(1));
        assertEquals("$0.00", Words.usd(0));
        assertEquals("$1,234.50", Words.usd(1_234_500_000_000L));
    }

    @Test
    void timesAreSaidAsPeopleSayThem() {
        assertEquals("just now", Words.ago(SamplePages.NOW.plusSeconds(5), SamplePages.NOW));
        assertEquals("1 minute ago", Words.ago(SamplePages.NOW.minusSeconds(119), SamplePages.NOW));
        assertEquals("23 hours ago", Words.ago(SamplePages.NOW.minusSeconds(86_399), SamplePages.NOW));
        assertEquals("on 22 November 2026", Words.ago(SamplePages.NOW.minusSeconds(86_400), SamplePages.NOW));
        assertEquals("23 November 2026, 04:13 UTC", Words.exact(SamplePages.NOW));
    }

    @Test
    void everyScopeHasWordsAndAnUnknownOneIsSuspect() {
        for (String scope : List.of(
                "models:use", "models:use:fast", "usage:read", "mcp:github", "mcp:github:search", "admin:*", "openid",
                "email", "profile", "offline_access")) {
            assertFalse(Permission.of(scope).title().equals(scope), scope);
        }
        assertTrue(Permission.of("admin:*").serious());
        assertTrue(Permission.of("mcp:github").serious());
        for (String unknown : List.of("models", "models:used", "mcp", "mcp::x", "root", "")) {
            assertEquals(unknown, Permission.of(unknown).title());
            assertTrue(Permission.of(unknown).serious());
        }
    }
}
