package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong, hostile or half: a clear refusal in the dialect's shape, or a closed connection; never a fault. */
class BadInputTest {
    private static final String HELLO =
            "{\"model\":\"sim/echo\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    static Path home;

    private static GateProcess gate;
    private static String key = "";

    @BeforeAll
    static void start() throws Exception {
        gate = GateProcess.start(home);
        key = gate.createKey("bad");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    /** Sends bytes as they are; everything that comes back until the other side closes or falls silent. */
    private static String raw(String request) throws IOException {
        return raw(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String raw(byte[] request) throws IOException {
        URI url = URI.create(gate.url());
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
            socket.setSoTimeout(3_000);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            byte[] buffer = new byte[8_192];
            InputStream in = socket.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                answer.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException silent) {
            return answer.toString();
        } catch (SocketException reset) {
            return answer.isEmpty() ? "closed" : answer.toString();
        }
        return answer.toString();
    }

    private static String head(String path, String... lines) {
        return "POST " + path + " HTTP/1.1\r\nhost: gate\r\nconnection: close\r\n" + String.join("\r\n", lines)
                + "\r\n";
    }

    private static void assertStillServes() throws Exception {
        assertEquals(200, gate.post("/v1/messages", key, HELLO).statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"sim/echo\",\"model\":\"sim/tools\",\"max_tokens\":1,\"messages\":[]}",
                "{\"model\":\"sim/echo\"",
                "[1,2]",
                "\"text\"",
                "",
                "{\"model\":7}",
                "{\"messages\":[]}",
                "{\"model\":\"\"}",
                "{\"model\":\"sim/echo\",\"stream\":\"yes\"}",
                "{\"model\":\"sim/echo\",\"max_tokens\":-1}",
                "{\"model\":\"sim/echo\"} {}"
            })
    void malformedBodiesAreBadRequestsInAnthropicsShape(String body) throws Exception {
        HttpResponse<String> answer = gate.post("/v1/messages", key, body);
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"invalid_request_error\""), answer.body());
        assertTrue(answer.body().startsWith("{\"type\":\"error\""), answer.body());
    }

    @Test
    void nestingBombIsABadRequest() throws Exception {
        String bomb = "{\"model\":\"sim/echo\",\"messages\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertEquals(400, gate.post("/v1/messages", key, bomb).statusCode());
        assertStillServes();
    }

    @Test
    void invalidUtf8IsABadRequest() throws Exception {
        byte[] body = "{\"model\":\"sim/echo\",\"x\":\"??\"}".getBytes(StandardCharsets.ISO_8859_1);
        body[body.length - 4] = (byte) 0xc3;
        body[body.length - 3] = (byte) 0x28;
        String head = head(
                        "/v1/messages",
                        "x-api-key: " + key,
                        "content-type: application/json",
                        "content-length: " + body.length)
                + "\r\n";
        byte[] request = new byte[head.length() + body.length];
        System.arraycopy(head.getBytes(StandardCharsets.ISO_8859_1), 0, request, 0, head.length());
        System.arraycopy(body, 0, request, head.length(), body.length);
        assertTrue(raw(request).startsWith("HTTP/1.1 400"));
    }

    @Test
    void wrongContentTypeIsUnsupported() throws Exception {
        String request = head(
                        "/v1/messages",
                        "x-api-key: " + key,
                        "content-type: application/x-www-form-urlencoded",
                        "content-length: " + HELLO.length())
                + "\r\n" + HELLO;
        assertTrue(raw(request).startsWith("HTTP/1.1 415"));
    }

    @Test
    void claimOfMoreThan32MebibytesIsRefusedAtOnce() throws Exception {
        String answer = raw(
                head("/v1/messages", "x-api-key: " + key, "content-type: application/json", "content-length: 40000000")
                        + "\r\n{");
        assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
        assertTrue(answer.contains("request_too_large"), answer);
    }

    @Test
    void bodyOfMoreThan32KilobytesIsAccepted() throws Exception {
        String large = "{\"model\":\"sim/echo\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\""
                + "x".repeat(3 << 20) + "\"}]}";
        assertEquals(200, gate.post("/v1/messages", key, large).statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, {\"type\":\"error\"",
        "/v1/chat/completions, {\"error\":{",
        "/v1/responses, {\"error\":{",
        "/v1beta/models/sim%2Fecho:generateContent, {\"error\":{\"code\":401"
    })
    void unknownKeyIsA401InEachDialectsShapeAndSaysNotWhy(String path, String shape) throws Exception {
        HttpResponse<String> answer = gate.post(path, "tg_0000000000_00000000000000000000000000000000", HELLO);
        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().replace(" ", "").startsWith(shape), answer.body());
        assertFalse(answer.body().contains("expired") || answer.body().contains("revoked"), answer.body());
        if (path.equals("/v1/messages")) {
            assertEquals("false", answer.headers().firstValue("x-should-retry").orElseThrow());
        }
    }

    @Test
    void expiredRevokedAndUnknownKeysLookTheSame() throws Exception {
        String revoked = gate.createKey("to-be-revoked");
        gate.manage("DELETE", "/keys/to-be-revoked", "");
        String unknown = strip(gate.post("/v1/messages", "tg_0000000000_00000000000000000000000000000000", HELLO)
                .body());
        assertEquals(unknown, strip(gate.post("/v1/messages", revoked, HELLO).body()));
        assertEquals(
                unknown, strip(gate.post("/v1/messages", "x' OR '1'='1", HELLO).body()));
    }

    private static String strip(String body) {
        return body.replaceAll("req_[0-9a-z]+", "ID");
    }

    @Test
    void keysThatBeginAlikeAreDifferentKeys() throws Exception {
        char last = key.charAt(key.length() - 1);
        String sibling = key.substring(0, key.length() - 1) + (last == 'A' ? 'B' : 'A');
        assertEquals(200, gate.post("/v1/messages", key, HELLO).statusCode());
        assertEquals(401, gate.post("/v1/messages", sibling, HELLO).statusCode());
        assertEquals(200, gate.post("/v1/messages", key, HELLO).statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"' OR '1'='1", "tg_'; DROP TABLE virtual_key; --", "tg_%_%", "tg_0000000000_' UNION SELECT 1 --"
            })
    void sqlInTheBearerHeaderIsJustAnUnknownKey(String injected) throws Exception {
        assertEquals(401, gate.post("/v1/messages", injected, HELLO).statusCode());
        assertEquals(200, gate.post("/v1/messages", key, HELLO).statusCode());
    }

    @ParameterizedTest
    @ValueSource(ints = {33 * 1024, 1024 * 1024, 31 * 1024 * 1024})
    void bodyUpTo32MebibytesIsTaken(int bytes) throws Exception {
        String body = HELLO.replace("Hello", "a".repeat(bytes - HELLO.length()));
        assertEquals(200, gate.post("/v1/messages", key, body).statusCode());
    }

    @Test
    @SuppressWarnings("StringConcatToTextBlock") // a text block would lose the carriage returns
    void noOriginIsLetIn() throws Exception {
        HttpResponse<String> answer = gate.post("/v1/messages", key, HELLO, "x-custom", "1");
        assertTrue(answer.headers().firstValue("access-control-allow-origin").isEmpty());
        String preflight = raw("OPTIONS /v1/messages HTTP/1.1\r\nhost: gate\r\norigin: https://evil.example\r\n"
                + "access-control-request-method: POST\r\nconnection: close\r\n\r\n");
        assertTrue(preflight.startsWith("HTTP/1.1 204"), preflight);
        assertFalse(preflight.toLowerCase(Locale.ROOT).contains("access-control"), preflight);
    }

    @Test
    void twoDifferentKeysAreRefusedAndTheSameKeyTwiceIsNot() throws Exception {
        String other = gate.createKey("other");
        HttpResponse<String> two = gate.post("/v1/messages", key, HELLO, "x-api-key", other);
        assertEquals(401, two.statusCode());
        assertTrue(two.body().contains("different keys"), two.body());
        assertEquals(
                200, gate.post("/v1/messages", key, HELLO, "x-api-key", key).statusCode());
    }

    @Test
    void claudeLoginIsRefusedWithTheSanctionedWays() throws Exception {
        HttpResponse<String> answer = gate.post("/v1/messages", "sk-ant-oat01-0000000000000000000000000000", HELLO);
        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().contains("claude.ai") && answer.body().contains("API key"), answer.body());
    }

    @Test
    void keyIsAcceptedInAllFourPlaces() throws Exception {
        String json = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}";
        String gemini = "/v1beta/models/sim%2Fecho:generateContent";
        assertEquals(200, post(gemini + "?key=" + key, json));
        assertEquals(200, post(gemini, json, "x-goog-api-key: " + key));
        assertEquals(200, post("/v1/messages", HELLO, "x-api-key: " + key));
        assertEquals(200, post("/v1/messages?beta=true", HELLO, "authorization: Bearer " + key));
        assertEquals(200, post("/anthropic/v1/messages?beta=true", HELLO, "authorization: bearer " + key));
        assertEquals(401, post("/v1/messages", HELLO));
    }

    private static int post(String path, String body, String... headers) throws IOException {
        String lines = headers.length == 0 ? "accept: */*" : String.join("\r\n", headers);
        String answer = raw(head(path, lines, "content-type: application/json", "content-length: " + body.length())
                + "\r\n" + body);
        return Integer.parseInt(answer.substring(9, 12));
    }

    @Test
    @SuppressWarnings("StringConcatToTextBlock") // a text block would lose the carriage returns
    void hostAndForwardedHeadersThatLieChangeNothing() throws Exception {
        String request =
                "POST /v1/messages HTTP/1.1\r\nhost: admin.internal\r\nx-forwarded-host: localhost\r\nx-forwarded-for: 127.0.0.1\r\n"
                        + "x-original-url: /admin/v1/keys\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        assertTrue(raw(request).startsWith("HTTP/1.1 401"));
        String admin =
                "GET /admin/v1/keys HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 127.0.0.1\r\nconnection: close\r\n\r\n";
        assertTrue(raw(admin).startsWith("HTTP/1.1 401"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/v1/keys",
                "/admin/v1/budgets",
                "/admin/v1/credentials",
                "/admin/v1/audit/export",
                "/metrics"
            })
    void virtualKeyOpensNoAdminDoor(String path) throws Exception {
        assertEquals(401, gate.get(path, "authorization", "Bearer " + key).statusCode());
        assertEquals(401, gate.get(path).statusCode());
    }

    @Test
    void ownerTokenIsNoKeyForModels() throws Exception {
        assertEquals(401, gate.post("/v1/messages", gate.ownerToken(), HELLO).statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/batches",
                "/v1/fine_tuning/jobs",
                "/v1//messages",
                "/v1/messages/",
                "/V1/messages",
                "/v1/messages/../keys",
                "/v1/messages%2f",
                "/admin/v2/keys",
                "/v1beta/models/echo:tuneEverything"
            })
    void pathThatNoRouteDeclaresDoesNotExist(String path) throws Exception {
        int status = post(path, HELLO, "x-api-key: " + key);
        assertTrue(status == 404 || status == 405 || status == 400, path + " gave " + status);
    }

    @Test
    void headerFloodIsRefused() throws Exception {
        String flood = "GET /healthz HTTP/1.1\r\nhost: gate\r\n"
                + ("x-flood: " + "y".repeat(1_000) + "\r\n").repeat(100) + "\r\n";
        String answer = raw(flood);
        assertTrue(
                answer.startsWith("HTTP/1.1 431") || answer.equals("closed"),
                answer.substring(0, Math.min(40, answer.length())));
        assertStillServes();
    }

    @Test
    void conflictingFramingSmugglesNothing() throws Exception {
        String smuggled = "GET /healthz HTTP/1.1\r\nhost: gate\r\n\r\n";
        String request = "POST /v1/messages HTTP/1.1\r\nhost: gate\r\nx-api-key: " + key
                + "\r\ncontent-type: application/json\r\n"
                + "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled;
        String answer = raw(request);
        assertFalse(answer.startsWith("HTTP/1.1 200"), answer);
        assertStillServes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n", "-5\r\nabc\r\n", "ffffffffffffffff\r\n"})
    void brokenChunksAreRefusedOrClosed(String chunk) throws Exception {
        String request = "POST /v1/messages HTTP/1.1\r\nhost: gate\r\nx-api-key: " + key
                + "\r\ncontent-type: application/json\r\n" + "transfer-encoding: chunked\r\n\r\n" + chunk;
        String answer = raw(request);
        assertFalse(answer.startsWith("HTTP/1.1 2") || answer.startsWith("HTTP/1.1 5"), answer);
        assertStillServes();
    }

    @Test
    void compressedBodyIsUnsupported() throws Exception {
        assertEquals(415, post("/v1/messages", HELLO, "x-api-key: " + key, "content-encoding: gzip"));
    }

    @Test
    void webSocketUpgradeIsRefusedCleanly() throws Exception {
        String answer = raw("GET /v1/responses HTTP/1.1\r\nhost: gate\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                + "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nauthorization: Bearer "
                + key + "\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 426") || answer.startsWith("HTTP/1.1 404"), answer);
    }

    @Test
    void clientThatSendsAByteASecondIsCutOffAndDelaysNobody() throws Exception {
        URI url = URI.create(gate.url());
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
            slow.getOutputStream()
                    .write(head(
                                    "/v1/messages",
                                    "x-api-key: " + key,
                                    "content-type: application/json",
                                    "content-length: 1000")
                            .concat("\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            slow.setSoTimeout(1_000);
            long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
            boolean cut = false;
            while (!cut && System.nanoTime() < deadline) {
                try {
                    slow.getOutputStream().write('{');
                    cut = slow.getInputStream().read() >= 0;
                } catch (SocketTimeoutException stillOpen) {
                    assertStillServes();
                } catch (SocketException reset) {
                    cut = true;
                }
            }
            assertTrue(cut, "within 40 s");
        }
    }

    @Test
    void headAndHelloAnswerWhatClientsProbeFor() throws Exception {
        assertTrue(raw("HEAD / HTTP/1.1\r\nhost: gate\r\nconnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 200"));
        assertTrue(raw("HEAD /api/hello HTTP/1.1\r\nhost: gate\r\nconnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 200"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/",
                "http://example.org/",
                "ftp://127.0.0.1/",
                "http://user:pw@127.0.0.1/",
                "http://2852039166/",
                "http://0x7f.1/",
                "http://[::ffff:169.254.169.254]/",
                "https://127.0.0.1/?a=b",
                "not a url"
            })
    void providerAddressesThatAreNoPlaceForAProviderAreRefused(String url) throws Exception {
        HttpResponse<String> answer = gate.admin(
                "POST", "/providers", "{\"name\":\"ssrf\",\"dialect\":\"openai\",\"base_url\":\"" + url + "\"}");
        assertEquals(400, answer.statusCode(), answer.body());
    }
}
