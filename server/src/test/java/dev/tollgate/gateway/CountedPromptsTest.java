package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.Scope;
import dev.tollgate.budget.Window;
import dev.tollgate.catalog.Alias;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.NewPrice;
import dev.tollgate.catalog.NewProvider;
import dev.tollgate.catalog.Platform;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import dev.tollgate.identity.VirtualKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is learned of providers' counts from calls whose prompts were counted, because a budget has less than their bytes' bound. */
@Timeout(120)
class CountedPromptsTest {
    private static final long USD = 1_000_000_000L;
    private static final Map<Protocol, Codec> CODECS = Map.of(
            Protocol.MESSAGES, MessagesCodec.codec(),
            Protocol.CHAT_COMPLETIONS, ChatCodec.codec(),
            Protocol.RESPONSES, ResponsesCodec.codec(),
            Protocol.GENERATE_CONTENT, GeminiCodec.codec());

    /** 18,000 bytes at 3 USD per million. */
    private static final long OF_BYTES = 54_000_000;

    private static final String BODY = "{\"max_tokens\":100,\"model\":\"either\",\"messages\":[{\"role\":\"user\","
            + "\"content\":\"" + "Hello ".repeat(3_000) + "\"}]}";

    @TempDir
    Path home = Path.of("");

    private volatile long reported;

    @SuppressWarnings("NullAway.Init")
    private CallHouse house;

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void open() throws Exception {
        house = new CallHouse(home, CODECS, Runnable::run);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        provider("down", "claude-sonnet-4-5", 503);
        provider("well", "gpt-5", 200);
        house.catalog.setAlias(new Alias("either", List.of("down/claude-sonnet-4-5", "well/gpt-5")), false, "test");
    }

    @AfterEach
    void close() {
        server.stop(0);
        house.close();
    }

    private void provider(String name, String model, int status) {
        server.createContext("/" + name, exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "application/json");
            byte[] body =
                    ("{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],"
                                    + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":" + reported
                                    + ",\"output_tokens\":20}}")
                            .getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
        house.catalog.addProvider(
                new NewProvider(name, Dialect.ANTHROPIC, Platform.DIRECT, url, AuthStyle.NONE), "test");
        house.catalog.setPrice(name, model, new NewPrice(3 * USD, 15 * USD, null, null, null, null), "test");
    }

    private static Candidate candidate(String provider, String model) {
        return new Candidate(
                new Provider(
                        provider, Set.of(Dialect.ANTHROPIC), URI.create("http://p.example"), AuthStyle.NONE, false),
                model,
                null,
                true,
                0);
    }

    /** As the gate counts. */
    private static long counted(Candidate candidate) {
        Outcome<Request> read =
                new TokenCounting(CODECS, Runnable::run).read(Protocol.MESSAGES, BODY.getBytes(UTF_8), null);
        if (!(read instanceof Outcome.Done<Request>(Request request))) {
            throw new AssertionError(read);
        }
        return TokenCounting.estimator(request, candidate.provider(), candidate.model(), Dialect.ANTHROPIC)
                .estimate()
                .tokens();
    }

    private int call() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(house.url() + "/v1/messages"))
                                    .header("authorization", "Bearer " + house.key)
                                    .header("content-type", "application/json")
                                    .timeout(Duration.ofSeconds(30))
                                    .POST(HttpRequest.BodyPublishers.ofString(BODY))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /** The first candidate's count is the higher one, and has nothing to do with what the second one reports. */
    @Test
    void theModelThatServedIsHeldAgainstTheCountForItself() throws Exception {
        Candidate served = candidate("well", "gpt-5");
        Candidate other = candidate("down", "claude-sonnet-4-5");
        assertTrue(counted(other) > counted(served), "else it makes no difference");
        reported = 2 * counted(served);
        long known = house.margins.over(other, 10_000);
        Scope scope = new Scope(VirtualKeys.DEFAULT_ACCOUNT, null, null, null, null, null);
        house.budgets.set(new Budget("", scope, "", OF_BYTES, Window.DAY, ZoneOffset.UTC, List.of(), false, 0), "test");
        assertEquals(200, call());
        long learnt = house.margins.over(served, 10_000);
        assertTrue(learnt >= 22_016 && learnt <= 22_017, "twice, a tenth more, and 16: " + learnt);
        assertEquals(known, house.margins.over(other, 10_000));
    }

    @Test
    void aPromptThatNobodyCountedTeachesNothing() throws Exception {
        reported = 10;
        Candidate served = candidate("well", "gpt-5");
        long known = house.margins.over(served, 10_000);
        assertEquals(200, call());
        assertEquals(known, house.margins.over(served, 10_000));
    }
}
