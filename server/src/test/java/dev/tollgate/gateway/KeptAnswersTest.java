package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.NewProvider;
import dev.tollgate.catalog.Platform;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import dev.tollgate.kernel.CachePolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers that are kept grow old, and what of them is held. */
@Timeout(120)
class KeptAnswersTest {
    /** The most that {@link CallHouse}'s cache keeps of one answer. */
    private static final int LARGEST = (1 << 20) / 16;

    @TempDir
    Path home = Path.of("");

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile int length = 1;

    @SuppressWarnings("NullAway.Init")
    private CallHouse house;

    @SuppressWarnings("NullAway.Init")
    private HttpServer provider;

    private String key = "";

    @BeforeEach
    void open() throws Exception {
        open(ChatCodec.codec());
    }

    private void open(Codec chat) throws Exception {
        house = new CallHouse(
                home,
                Map.of(
                        Protocol.MESSAGES, MessagesCodec.codec(),
                        Protocol.CHAT_COMPLETIONS, chat,
                        Protocol.RESPONSES, ResponsesCodec.codec(),
                        Protocol.GENERATE_CONTENT, GeminiCodec.codec()),
                Executors.newVirtualThreadPerTaskExecutor());
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = ("{\"id\":\"c" + asked.incrementAndGet()
                            + "\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                            + "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\""
                            + "x".repeat(length)
                            + "\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}")
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        provider.start();
        String url = "http://127.0.0.1:" + provider.getAddress().getPort();
        house.catalog.addProvider(new NewProvider("oai", Dialect.OPENAI, Platform.DIRECT, url, AuthStyle.NONE), "test");
        CachePolicy policy = new CachePolicy(600, CachePolicy.Scope.CALLER);
        key = house.keys.create("keeps", List.of(), null, false, policy, "test").key();
    }

    @AfterEach
    void close() {
        http.close();
        provider.stop(0);
        house.close();
    }

    private static final Pattern CONTENT_LENGTH = Pattern.compile("content-length: (\\d+)");
    private static final String BODY = "{\"model\":\"oai/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    private HttpResponse<String> call(String directive) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(house.url() + "/v1/chat/completions"))
                        .header("authorization", "Bearer " + key)
                        .header("content-type", "application/json")
                        .header("cache-control", directive)
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofString(BODY))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The same call with those lines in its head; the whole answer as it came. */
    private String raw(String... lines) throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
            client.setSoTimeout(30_000);
            String head = "POST /v1/chat/completions HTTP/1.1\r\nhost: gate\r\nauthorization: Bearer " + key
                    + "\r\ncontent-type: application/json\r\ncontent-length: " + BODY.length() + "\r\n"
                    + String.join("\r\n", lines) + "\r\n\r\n";
            client.getOutputStream().write((head + BODY).getBytes(UTF_8));
            client.getOutputStream().flush();
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                int next = client.getInputStream().read();
                assertTrue(next >= 0, answer::toString);
                answer.append((char) next);
            }
            Matcher size = CONTENT_LENGTH.matcher(answer);
            assertTrue(size.find(), answer::toString);
            byte[] body = client.getInputStream().readNBytes(Integer.parseInt(size.group(1)));
            return answer.append(new String(body, UTF_8)).toString();
        }
    }

    private static String cache(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-tollgate-cache").orElse("");
    }

    private static long age(HttpResponse<String> answer) {
        return answer.headers().firstValueAsLong("age").orElseThrow();
    }

    private void pass(long seconds) {
        house.passedNanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void anAnswerTellsItsAgeAndIsGivenUntilItIsTooOld() throws Exception {
        HttpResponse<String> first = call("max-age=0");
        assertEquals("miss", cache(first));
        pass(300);
        HttpResponse<String> old = call("max-age=500");
        assertEquals("hit", cache(old));
        assertTrue(age(old) >= 300 && age(old) < 400, () -> "age " + age(old));
        assertEquals(first.body(), old.body());
        pass(250);
        assertEquals("hit", cache(call("only-if-cached")));
        pass(60);
        assertEquals(504, call("only-if-cached").statusCode());
        HttpResponse<String> newer = call("");
        assertEquals("miss", cache(newer));
        assertNotEquals(first.body(), newer.body());
    }

    @Test
    void aClientThatWantsItYoungerGetsANewOneWhichIsKept() throws Exception {
        HttpResponse<String> first = call("");
        pass(100);
        HttpResponse<String> newer = call("max-age=50");
        assertEquals("miss", cache(newer));
        assertNotEquals(first.body(), newer.body());
        HttpResponse<String> hit = call("max-age=50");
        assertEquals(newer.body(), hit.body());
        assertTrue(age(hit) < 50);
    }

    @Test
    void anAnswerThatIsTooLargeIsNotKeptAndNothingOfItIsHeld() throws Exception {
        length = LARGEST;
        assertEquals("miss", cache(call("")));
        assertEquals("miss", cache(call("")));
        length = LARGEST / 2;
        assertEquals("miss", cache(call("")));
        assertEquals("hit", cache(call("")));
        house.awaitHeld(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFaultInJudgingAnAnswerCostsTheCopyAndNotTheCall(boolean error, @TempDir Path other) throws Exception {
        provider.stop(0);
        house.close();
        home = other;
        AtomicBoolean broken = new AtomicBoolean(true);
        Codec chat = ChatCodec.codec();
        open(new Codec(
                chat.protocol(),
                chat.requestReader(),
                chat.requestWriter(),
                (body, offset, size, exchange) -> {
                    if (broken.get() && error) {
                        throw new StackOverflowError("broken");
                    } else if (broken.get()) {
                        throw new IllegalStateException("broken");
                    }
                    return chat.wholeReader().read(body, offset, size, exchange);
                },
                chat.wholeWriter(),
                chat.eventReader(),
                chat.eventWriter(),
                chat.errorReader()));
        length = 1_000;
        for (int call = 1; call <= 2; call++) {
            HttpResponse<String> answer = call("");
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("miss", cache(answer), "nothing of the one before was kept");
            assertTrue(answer.body().contains("\"c" + call + "\""), answer.body());
            assertTrue(answer.body().endsWith("\"total_tokens\":3}}"), "whole: " + answer.body());
        }
        house.awaitHeld(0);
        broken.set(false);
        HttpResponse<String> kept = call("");
        assertEquals("miss", cache(kept));
        HttpResponse<String> hit = call("");
        assertEquals("hit", cache(hit));
        assertEquals(kept.body(), hit.body());
        house.awaitHeld(0);
    }

    /** RFC 9110, section 7.6.1: they concern the connection, end here, and so shape no answer. */
    @Test
    void headersOfTheConnectionPlayNoPart() throws Exception {
        String first = call("").body();
        for (String[] lines : List.of(
                new String[] {"connection: close"},
                new String[] {"connection: close", "keep-alive: timeout=5", "te: trailers"},
                new String[] {"connection: close, x-mine", "x-mine: 1"},
                new String[] {"connection: X-Mine , close", "x-mine: 2"},
                new String[] {"connection: x-mine", "connection: close", "x-mine: 3"},
                new String[] {"connection: close, x-mine"})) {
            String answer = raw(lines);
            assertTrue(answer.contains("x-tollgate-cache: hit"), answer);
            assertTrue(answer.endsWith(first), answer);
        }
        assertEquals(1, asked.get());
    }

    /** Else whoever names a header there could put the answer of another request into its place. */
    @Test
    void aHeaderThatGoesOnIsAnotherRequestThanOneThatEndsHere() throws Exception {
        String without = raw("connection: close, x-mine", "x-mine: 1");
        assertTrue(without.contains("x-tollgate-cache: miss"), without);
        String with = raw("connection: close", "x-mine: 1");
        assertTrue(with.contains("x-tollgate-cache: miss"), with);
        assertTrue(with.contains("\"c2\""), with);
        String again = raw("connection: close", "x-mine: 1");
        assertTrue(again.contains("x-tollgate-cache: hit") && again.contains("\"c2\""), again);
        assertTrue(raw("connection: close").contains("\"c1\""));
    }
}
