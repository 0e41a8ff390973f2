package dev.tollgate.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.upstream.AddressBook.Place;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host of several addresses, all of this machine: a server listens at 127.0.0.1, and others on the same port or nobody. */
@Timeout(60)
class ConnectorTest {
    private static final String HOST = "several.test";

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final AtomicInteger arrived = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @SuppressWarnings("NullAway.Init")
    private Place place;

    @BeforeEach
    void listen() throws Exception {
        server = done(vertx.createHttpServer()
                .connectionHandler(connection -> arrived.incrementAndGet())
                .requestHandler(request -> request.response().end("here"))
                .listen(0, "127.0.0.1"));
        place = new Place(HOST, server.actualPort(), false);
    }

    @AfterEach
    void close() throws Exception {
        done(vertx.close());
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS);
    }

    private static AddressBook book(String... addresses) {
        return new AddressBook(
                host -> {
                    InetAddress[] found = new InetAddress[addresses.length];
                    for (int i = 0; i < addresses.length; i++) {
                        found[i] = InetAddress.ofLiteral(addresses[i]);
                    }
                    return found;
                },
                Runnable::run);
    }

    /** The address that was connected to, once an answer has come from there. */
    private String answeredBy(AddressBook book, Duration budget) throws Exception {
        CompletableFuture<String> answered = new CompletableFuture<>();
        context.runOnContext(v -> {
            HttpClient client = vertx.createHttpClient();
            new Connector(context, client, book, budget)
                    .request(
                            place,
                            address -> new RequestOptions().setServer(address).setHost(HOST))
                    .compose(request -> request.send()
                            .compose(response -> response.body()
                                    .map(body ->
                                            request.connection().remoteAddress().hostAddress())))
                    .onSuccess(answered::complete)
                    .onFailure(answered::completeExceptionally);
        });
        return answered.get(40, TimeUnit.SECONDS);
    }

    private List<String> order(AddressBook book) throws Exception {
        return done(book.find(context, place)).stream()
                .map(SocketAddress::hostAddress)
                .toList();
    }

    @Test
    void whereAnAddressRefusesTheNextIsTriedAndRemembered() throws Exception {
        AddressBook book = book("127.0.0.2", "127.0.0.1", "127.0.0.3");
        assertEquals("127.0.0.1", answeredBy(book, Duration.ofSeconds(20)));
        assertEquals(List.of("127.0.0.1", "127.0.0.3", "127.0.0.2"), order(book));
        assertEquals("127.0.0.1", answeredBy(book, Duration.ofSeconds(20)));
    }

    @Test
    void anAddressThatSwallowsPacketsLeavesTimeForTheNext() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(server.actualPort(), 1, InetAddress.ofLiteral("127.0.0.2"))) {
            fill(full, waiting);
            assertEquals("127.0.0.1", answeredBy(book("127.0.0.2", "127.0.0.1"), Duration.ofSeconds(4)));
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    /** Nobody accepts: once the queue is full, the kernel drops whoever still knocks. */
    private static void fill(ServerSocket full, List<Socket> waiting) throws IOException {
        while (true) {
            Socket socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), 300);
            } catch (SocketTimeoutException dropped) {
                return;
            }
        }
    }

    @Test
    void whereNobodyAnswersTheFailureIsTold() {
        ExecutionException failed = assertThrows(
                ExecutionException.class, () -> answeredBy(book("127.0.0.2", "127.0.0.3"), Duration.ofSeconds(20)));
        assertInstanceOf(ConnectException.class, failed.getCause());
    }

    @Test
    void oneForbiddenAddressCondemnsTheNameBeforeAnyConnection() {
        ExecutionException failed = assertThrows(
                ExecutionException.class,
                () -> answeredBy(book("127.0.0.1", "169.254.169.254"), Duration.ofSeconds(20)));
        assertInstanceOf(AddressBook.ForbiddenAddress.class, failed.getCause());
        assertEquals(0, arrived.get());
    }

    @Test
    void aForbiddenAddressBehindTheLastThatIsTriedCondemnsTheNameToo() {
        String[] many = new String[12];
        Arrays.fill(many, "127.0.0.1");
        many[11] = "169.254.169.254";
        ExecutionException failed =
                assertThrows(ExecutionException.class, () -> answeredBy(book(many), Duration.ofSeconds(20)));
        assertInstanceOf(AddressBook.ForbiddenAddress.class, failed.getCause());
    }

    @Test
    void aNameWithoutAddressesIsUnknown() {
        ExecutionException failed =
                assertThrows(ExecutionException.class, () -> answeredBy(book(), Duration.ofSeconds(20)));
        assertInstanceOf(UnknownHostException.class, failed.getCause());
    }

    @Test
    void noMoreThanEightAddressesAreKept() throws Exception {
        String[] many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = "127.0.1." + (i + 1);
        }
        List<String> kept = order(book(many));
        assertEquals(8, kept.size());
        assertTrue(kept.contains("127.0.1.1"));
    }
}
