package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.Scope;
import dev.tollgate.budget.Window;
import dev.tollgate.catalog.Alias;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.NewPrice;
import dev.tollgate.catalog.NewProvider;
import dev.tollgate.catalog.Platform;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.EventReader;
import dev.tollgate.dialects.codec.RequestWriter;
import dev.tollgate.dialects.codec.WholeReader;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Served;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Faults of the gate's own, errors too: the call ends with a refusal, once, and nothing of it stays held. */
@Timeout(120)
class CallFaultsTest {
    private static final Codec MESSAGES = MessagesCodec.codec();
    private static final long USD = 1_000_000_000L;

    @TempDir
    Path home = Path.of("");

    private static Codec messages(RequestWriter writer, WholeReader reader) {
        return new Codec(
                MESSAGES.protocol(),
                MESSAGES.requestReader(),
                writer,
                reader,
                MESSAGES.wholeWriter(),
                MESSAGES.eventReader(),
                MESSAGES.eventWriter(),
                MESSAGES.errorReader());
    }

    private CallHouse house(Codec messages, Executor counting) throws Exception {
        return new CallHouse(
                home,
                Map.of(
                        Protocol.MESSAGES, messages,
                        Protocol.CHAT_COMPLETIONS, ChatCodec.codec(),
                        Protocol.RESPONSES, ResponsesCodec.codec(),
                        Protocol.GENERATE_CONTENT, GeminiCodec.codec()),
                counting);
    }

    /** A provider that says the same to everyone. */
    private static HttpServer provider(CallHouse house, String name, Dialect dialect, int status) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(status, 2);
            exchange.getResponseBody().write("{}".getBytes(UTF_8));
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        house.catalog.addProvider(new NewProvider(name, dialect, Platform.DIRECT, url, AuthStyle.NONE), "test");
        house.catalog.setPrice(name, "m", new NewPrice(3 * USD, 15 * USD, null, null, null, null), "test");
        return server;
    }

    private static HttpResponse<String> chat(CallHouse house, String model) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(house.url() + "/v1/chat/completions"))
                            .header("authorization", "Bearer " + house.key)
                            .header("content-type", "application/json")
                            .timeout(Duration.ofSeconds(30))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model
                                    + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static CallRecord refused(CallHouse house, HttpResponse<String> answer) throws Exception {
        assertEquals(500, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(Texts.FAILED), answer.body());
        house.awaitHeld(0);
        String id = answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (house.ledger.find(id).isEmpty()) {
            assertTrue(System.nanoTime() < deadline, "the call is settled");
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return house.ledger.find(id).orElseThrow();
    }

    private static EventReader failingAfterTheFirst(EventReader reader) {
        return new EventReader() {
            private boolean any;

            @Override
            public void feed(byte[] bytes, int offset, int length, EventSink sink) {
                if (any) {
                    throw new StackOverflowError("of the test");
                }
                any = true;
                reader.feed(bytes, offset, length, sink);
            }

            @Override
            public void end(EventSink sink) {
                throw new StackOverflowError("of the test");
            }
        };
    }

    private static RequestWriter overflowing() {
        return (request, to, names, losses) -> {
            throw new StackOverflowError("of the test");
        };
    }

    @Test
    void anErrorWhileTheFirstCandidateIsToldEndsTheCall() throws Exception {
        try (CallHouse house = house(messages(overflowing(), MESSAGES.wholeReader()), Runnable::run)) {
            HttpServer anthropic = provider(house, "anth", Dialect.ANTHROPIC, 200);
            CallRecord call = refused(house, chat(house, "anth/m"));
            assertEquals(new Charge.Free(), call.end().charge());
            anthropic.stop(0);
        }
    }

    /** The provider may have worked at it: who pays for that place, pays. */
    @Test
    void whatWasLostBeforeTheGateFailedIsPaidWhereItWasSent() throws Exception {
        AtomicInteger told = new AtomicInteger();
        RequestWriter once = (request, to, names, losses) -> told.incrementAndGet() == 1
                ? MESSAGES.requestWriter().write(request, to, names, losses)
                : overflowing().write(request, to, names, losses);
        try (CallHouse house = house(messages(once, MESSAGES.wholeReader()), Runnable::run)) {
            HttpServer anthropic = provider(house, "anth", Dialect.ANTHROPIC, 504);
            Scope scope = new Scope(null, null, null, null, "anth", null);
            Budget budget = house.budgets.set(
                    new Budget("", scope, "", USD, Window.DAY, ZoneOffset.UTC, List.of(), false, 0), "test");
            CallRecord call = refused(house, chat(house, "anth/m"));
            assertEquals(1, call.end().attempts().size(), call.toString());
            assertEquals(call.costNanoUsd(), call.end().attempts().getFirst().billedNanoUsd());
            assertTrue(call.costNanoUsd() > 0, call.toString());
            assertEquals(call.costNanoUsd(), house.budgets.show(budget.id()).spentNanoUsd());
            anthropic.stop(0);
        }
    }

    /** By then the story of the call has returned, and only a timer or an answer runs it on. */
    @Test
    void anErrorWhileALaterCandidateIsToldEndsTheCall() throws Exception {
        try (CallHouse house = house(messages(overflowing(), MESSAGES.wholeReader()), Runnable::run)) {
            HttpServer failing = provider(house, "oai", Dialect.OPENAI, 500);
            HttpServer anthropic = provider(house, "anth", Dialect.ANTHROPIC, 200);
            house.catalog.setAlias(new Alias("both", List.of("oai/m", "anth/m")), false, "test");
            CallRecord call = refused(house, chat(house, "both"));
            assertEquals(new Charge.Free(), call.end().charge());
            failing.stop(0);
            anthropic.stop(0);
        }
    }

    @Test
    void anErrorInAnAnswerEndsTheCallAtItsReservationForTheProviderHasWorked() throws Exception {
        WholeReader overflowing = (body, offset, length, exchange) -> {
            throw new StackOverflowError("of the test");
        };
        try (CallHouse house = house(messages(MESSAGES.requestWriter(), overflowing), Runnable::run)) {
            HttpServer anthropic = provider(house, "anth", Dialect.ANTHROPIC, 200);
            CallRecord call = refused(house, chat(house, "anth/m"));
            assertTrue(assertInstanceOf(Charge.AtReservation.class, call.end().charge())
                    .priced());
            assertTrue(call.costNanoUsd() > 0);
            Served served = Objects.requireNonNull(call.end().served(), "who has worked stays known");
            assertEquals("anth/m", served.provider() + "/" + served.model());
            assertEquals(1, call.end().attempts().size());
            anthropic.stop(0);
        }
    }

    /** Its head has left: there is no error page, but a connection that breaks. */
    @Test
    void anErrorInAStreamedAnswerBreaksItsConnectionAndEndsTheCallOnce() throws Exception {
        Codec failing = new Codec(
                MESSAGES.protocol(),
                MESSAGES.requestReader(),
                MESSAGES.requestWriter(),
                MESSAGES.wholeReader(),
                MESSAGES.wholeWriter(),
                exchange -> failingAfterTheFirst(MESSAGES.eventReader().apply(exchange)),
                MESSAGES.eventWriter(),
                MESSAGES.errorReader());
        CountDownLatch stopped = new CountDownLatch(1);
        try (CallHouse house = house(failing, Runnable::run)) {
            HttpServer anthropic = provider(house, "anth", Dialect.ANTHROPIC, 200);
            anthropic.removeContext("/");
            anthropic.createContext("/", exchange -> {
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().set("content-type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                String next = "data: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
                        + "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":1,"
                        + "\"output_tokens\":1}}}\n\n";
                try {
                    while (true) {
                        exchange.getResponseBody().write(next.getBytes(UTF_8));
                        exchange.getResponseBody().flush();
                        next = "data: {\"type\":\"ping\"}\n\n";
                    }
                } catch (IOException cancelled) {
                    stopped.countDown();
                }
            });
            String body =
                    "{\"model\":\"anth/m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpResponse<InputStream> answer = client.send(
                        HttpRequest.newBuilder(URI.create(house.url() + "/v1/chat/completions"))
                                .header("authorization", "Bearer " + house.key)
                                .header("content-type", "application/json")
                                .timeout(Duration.ofSeconds(30))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
                assertThrows(IOException.class, () -> answer.body().readAllBytes());
                String id = answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
                CallRecord call = house.ledger.find(id).orElseThrow();
                assertInstanceOf(Charge.AtReservation.class, call.end().charge());
                assertEquals(Outcome.CUT, call.end().outcome());
                assertEquals("anth", Objects.requireNonNull(call.end().served()).provider());
            }
            assertTrue(stopped.await(20, TimeUnit.SECONDS), "the provider is stopped");
            house.awaitHeld(0);
            anthropic.stop(0);
        }
    }

    /** The call is settled by then; its body's room must not stay taken all the same. */
    @Test
    void anErrorInTheWordsOfARefusalEndsTheCall() throws Exception {
        try (CallHouse house = house(MESSAGES, Runnable::run)) {
            HttpServer unused = provider(house, "oai", Dialect.OPENAI, 200);
            String url = "http://127.0.0.1:" + unused.getAddress().getPort();
            house.catalog.addProvider(
                    new NewProvider("keyless", Dialect.OPENAI, Platform.DIRECT, url, AuthStyle.BEARER), "test");
            AtomicBoolean once = new AtomicBoolean();
            house.seen = http -> failingAt(HttpServerRequest.class, http, "response", () -> {
                HttpServerResponse response = http.response();
                return failingAt(HttpServerResponse.class, response, "setStatusCode", () -> {
                    if (once.compareAndSet(false, true)) {
                        throw new StackOverflowError("of the test");
                    }
                    return response;
                });
            });
            CallRecord call = refused(house, chat(house, "keyless/m"));
            assertEquals(new Charge.Free(), call.end().charge());
            assertTrue(once.get());
            unused.stop(0);
        }
    }

    /** That object, but for what one method does. */
    private static <T> T failingAt(Class<T> type, T real, String method, Supplier<Object> instead) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, called, given) -> {
                    if (called.getName().equals(method)) {
                        Object result = instead.get();
                        if (called.getParameterCount() == 0) {
                            return result;
                        }
                    }
                    try {
                        return called.invoke(real, given);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** The counting reads the body to its end, whoever still waits. */
    @Test
    void aBodyWhoseTokensAreCountedIsHeldUntilThenThoughItsClientHasLeft() throws Exception {
        BlockingQueue<Runnable> counting = new LinkedBlockingQueue<>();
        try (CallHouse house = house(MESSAGES, counting::add)) {
            HttpServer openAi = provider(house, "oai", Dialect.OPENAI, 200);
            String body = "{\"model\":\"oai/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
            Runnable count;
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
                client.getOutputStream()
                        .write(("POST /v1/messages/count_tokens HTTP/1.1\r\nhost: gate\r\nx-api-key: " + house.key
                                        + "\r\ncontent-type: application/json\r\ncontent-length: " + body.length()
                                        + "\r\n\r\n" + body)
                                .getBytes(UTF_8));
                client.getOutputStream().flush();
                count = Objects.requireNonNull(counting.poll(20, TimeUnit.SECONDS), "the count is asked for");
            }
            house.awaitLeaving();
            assertEquals(body.length(), house.bodies.held(), "it is still read");
            count.run();
            house.awaitHeld(0);
            openAi.stop(0);
        }
    }
}
