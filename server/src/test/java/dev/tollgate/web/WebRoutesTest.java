package dev.tollgate.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The kit over real HTTP. */
class WebRoutesTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Map<String, Error> ERRORS = Map.of(
            "/asserts", new AssertionError("tgs_hidden"),
            "/lacks", new NoClassDefFoundError("tgs_hidden"));

    @SuppressWarnings("NullAway.Init")
    private static PageServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PageServer.start(routes -> {
            routes.add(
                    HttpMethod.POST,
                    "/echo",
                    Authentication.NONE,
                    Egress.NONE,
                    request -> WebReply.text(200, request.form().asMap() + " " + request.body().length));
            routes.add(
                    HttpMethod.GET,
                    "/query",
                    Authentication.NONE,
                    Egress.NONE,
                    request -> WebReply.text(200, String.valueOf(request.query().repeated(List.of("a")))));
            routes.add(HttpMethod.GET, "/throws", Authentication.NONE, Egress.NONE, request -> {
                throw new IllegalStateException("the secret is tgs_hidden", new IOException("tgs_hidden"));
            });
            for (Map.Entry<String, Error> fault : ERRORS.entrySet()) {
                routes.add(HttpMethod.GET, fault.getKey(), Authentication.NONE, Egress.NONE, request -> {
                    throw fault.getValue();
                });
            }
            routes.add(
                    HttpMethod.GET,
                    "/endless",
                    Authentication.NONE,
                    Egress.NONE,
                    request -> WebReply.text(200, "" + deeper(0)));
        });
    }

    private static int deeper(int depth) {
        return depth < 0 ? depth : deeper(depth + 1) + 1;
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String type, String body) throws Exception {
        return send(to("/echo").header("content-type", type).POST(BodyPublishers.ofString(body)));
    }

    @Test
    void aFormIsReadWhateverElseItsTypeSays() throws Exception {
        assertEquals("{a=[b c]} 5", post(FORM + "; charset=UTF-8", "a=b+c").body());
        assertEquals(
                "{a=[1]} 3", post("Application/X-WWW-Form-Urlencoded", "a=1").body());
        assertEquals("{} 7", post("application/json", "{\"a\":1}").body());
    }

    @Test
    void anOversizedBodyIsRefusedWithAPage() throws Exception {
        HttpResponse<String> reply = post(FORM, "a=" + "x".repeat((64 << 10) - 1));
        assertEquals(413, reply.statusCode());
        assertTrue(reply.body().contains("larger than any form here"), reply.body());
        assertEquals(200, post(FORM, "a=" + "x".repeat((64 << 10) - 2)).statusCode());
    }

    @Test
    void brokenEncodingIsRefusedWithAPage() throws Exception {
        HttpResponse<String> reply = post(FORM, "a=%zz");
        assertEquals(400, reply.statusCode());
        assertTrue(reply.body().contains("That could not be read"), reply.body());
    }

    @Test
    void aRepeatedParameterIsSeen() throws Exception {
        assertEquals("a", send(to("/query?a=1&a=2").GET()).body());
        assertEquals("null", send(to("/query?a=1").GET()).body());
    }

    @Test
    void aFaultIsLoggedOnceWithWhereItCameFromAndNotWhatItSays() throws Exception {
        Logger ours = (Logger) LoggerFactory.getLogger("dev.tollgate");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        ours.addAppender(log);
        HttpResponse<String> reply = send(to("/throws").GET());
        ours.detachAppender(log);
        List<ILoggingEvent> faults = log.list.stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .toList();
        assertEquals(1, faults.size(), faults.toString());
        String line = faults.getFirst().getFormattedMessage();
        assertFalse(line.contains("tgs_hidden"), line);
        assertNull(faults.getFirst().getThrowableProxy());
        assertTrue(line.contains("java.lang.IllegalStateException"), line);
        assertTrue(line.contains("caused by java.io.IOException"), line);
        assertTrue(line.contains("WebRoutesTest.java:"), line);
        String reference = line.substring(line.indexOf("req_"), line.indexOf(':'));
        assertTrue(reply.body().contains("<code>" + reference + "</code>"), line);
    }

    /** A page takes its time, and an event loop has none. */
    @Test
    void noPageIsMadeOnTheEventLoop() throws Exception {
        assertEquals(400, post(FORM, "a=%zz").statusCode());
        assertEquals(413, post(FORM, "a=" + "x".repeat(64 << 10)).statusCode());
        assertTrue(server.tellers.size() >= 2);
        assertTrue(server.tellers.stream().allMatch(Thread::isVirtual), server.tellers.toString());
    }

    @Test
    void aFaultGivesAReferenceAndNotItsCause() throws Exception {
        HttpResponse<String> reply = send(to("/throws").GET());
        assertEquals(500, reply.statusCode());
        assertFalse(reply.body().contains("tgs_hidden"));
        assertTrue(reply.body().contains("<code>req_"), reply.body());
        assertEquals("no-store", reply.headers().firstValue("cache-control").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/asserts", "/lacks", "/endless"})
    void anErrorIsAnsweredAsAnyFaultIs(String path) throws Exception {
        HttpResponse<String> reply = send(to(path).GET().timeout(Duration.ofMinutes(1)));
        assertEquals(500, reply.statusCode());
        assertTrue(reply.body().contains("<code>req_"), reply.body());
        assertFalse(reply.body().contains("tgs_hidden"));
    }

    @Test
    void whereNothingIsABrowserGetsAPageAndAProgramWhatItUnderstands() throws Exception {
        String browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        HttpResponse<String> page =
                send(to("/nowhere").header("accept", browser).GET());
        assertEquals(404, page.statusCode());
        assertTrue(page.body().contains("There is nothing here"), page.body());
        assertEquals("text/html; charset=utf-8", one(page, "content-type"));
        assertTrue(one(page, "content-security-policy").contains("default-src 'none'"));
        assertEquals("not found", send(to("/nowhere").GET()).body());
        assertEquals(
                "not found",
                send(to("/nowhere").header("accept", "application/json").GET()).body());
        assertEquals(
                "not found", send(to("/api/x").header("accept", browser).GET()).body());
        HttpResponse<String> wrong = send(to("/echo").header("accept", browser).GET());
        assertEquals(405, wrong.statusCode());
        assertEquals("POST", one(wrong, "allow"));
        assertTrue(wrong.body().contains("cannot be opened like this"), wrong.body());
        HttpResponse<String> form = send(to("/nowhere")
                .header("accept", browser)
                .header("content-type", FORM)
                .POST(BodyPublishers.ofString("a=" + "x".repeat(100_000))));
        assertEquals(404, form.statusCode());
    }

    @Test
    void aFormOfNobodysIsRefusedWithACure() throws Exception {
        HttpResponse<String> reply =
                send(to("/device").header("content-type", FORM).POST(BodyPublishers.ofString("user_code=B")));
        assertEquals(403, reply.statusCode());
        assertTrue(reply.body().contains("Allow cookies for http://localhost"), reply.body());
        HttpResponse<String> foreign = send(to("/device")
                .header("content-type", FORM)
                .header("origin", "https://evil.example")
                .POST(BodyPublishers.ofString("user_code=B")));
        assertEquals(403, foreign.statusCode());
        assertTrue(foreign.body().contains("did not come from this site"), foreign.body());
    }

    @Test
    void assetsAreKeptForEverUnderTheirDigest() throws Exception {
        for (String name : List.of(Assets.STYLESHEET, Assets.PASSKEYS, Assets.ICON)) {
            HttpResponse<String> reply = send(to(Assets.href(name)).GET());
            assertEquals(200, reply.statusCode());
            assertEquals("public, max-age=31536000, immutable", one(reply, "cache-control"));
            assertEquals("nosniff", one(reply, "x-content-type-options"));
            assertFalse(reply.body().isEmpty());
            String etag = one(reply, "etag");
            HttpResponse<String> again = send(to(Assets.href(name))
                    .header("if-none-match", "\"x\", W/" + etag)
                    .GET());
            assertEquals(304, again.statusCode());
            assertEquals("", again.body());
            assertEquals(
                    200,
                    send(to(Assets.href(name)).header("if-none-match", "\"x\"").GET())
                            .statusCode());
        }
        assertEquals(
                "text/javascript; charset=utf-8",
                one(send(to(Assets.href(Assets.PASSKEYS)).GET()), "content-type"));
        assertEquals(
                "text/css; charset=utf-8",
                one(send(to(Assets.href(Assets.STYLESHEET)).GET()), "content-type"));
        HttpResponse<String> favicon = send(to("/favicon.ico").GET());
        assertEquals("image/svg+xml", one(favicon, "content-type"));
        assertEquals("public, max-age=86400", one(favicon, "cache-control"));
    }

    private static String one(HttpResponse<?> reply, String name) {
        List<String> all = reply.headers().allValues(name);
        assertEquals(1, all.size(), name + ": " + all);
        return all.getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tollgate.css",
                "package-info.class",
                "..%2FAssets.class",
                "%2e%2e%2fPages.class",
                "..%5cPages.class",
                "tollgate.0000000000000000.css",
                "%00",
            })
    void aFileThatIsNotOnTheListIsNotThere(String file) throws Exception {
        assertEquals(404, send(to("/assets/" + file).GET()).statusCode());
        assertEquals(
                Optional.empty(), send(to("/assets/" + file).GET()).headers().firstValue("etag"));
    }
}
