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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

    private HttpResponse<String> call(String directive) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(house.url() + "/v1/chat/completions"))
                        .header("authorization", "Bearer " + key)
                        .header("content-type", "application/json")
                        .header("cache-control", directive)
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"model\":\"oai/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
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
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (house.bodies.held() != 0) {
            assertTrue(System.nanoTime() < deadline, () -> house.bodies.held() + " bytes are held");
            Thread.onSpinWait();
        }
    }

    @Test
    void aFaultInJudgingAnAnswerCostsTheCopyAndNotTheCall(@TempDir Path other) throws Exception {
        provider.stop(0);
        house.close();
        home = other;
        Codec chat = ChatCodec.codec();
        open(new Codec(
                chat.protocol(),
                chat.requestReader(),
                chat.requestWriter(),
                (body, offset, size, exchange) -> {
                    throw new IllegalStateException("broken");
                },
                chat.wholeWriter(),
                chat.eventReader(),
                chat.eventWriter(),
                chat.errorReader()));
        for (int call = 0; call < 2; call++) {
            HttpResponse<String> answer = call("");
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("miss", cache(answer));
        }
    }
}
