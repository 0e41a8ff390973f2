package dev.tollgate.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.kernel.Events;
import dev.tollgate.routing.Hop;
import dev.tollgate.vault.open.SecretOpener;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.streams.ReadStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A provider that does not read must stop whoever sends it a file, instead of filling the gate's memory. */
@Timeout(120)
class UploadPressureTest {
    private static final int PIECE = 64 * 1024;
    private static final long FILE = 256L << 20;
    /** More than the sockets' buffers take. */
    private static final long MOST_ON_THE_WAY = 64L << 20;

    /** As fast as it may. */
    private static final class Eager implements ReadStream<Buffer> {
        private final Context context;
        final CompletableFuture<Long> firstPause = new CompletableFuture<>();
        private @Nullable Handler<Buffer> handler;
        private @Nullable Handler<Void> end;
        private long sent;
        private boolean flowing;

        Eager(Context context) {
            this.context = context;
        }

        private void next() {
            if (!flowing || handler == null || end == null) {
                return;
            }
            if (sent == FILE) {
                flowing = false;
                end.handle(null);
                return;
            }
            sent += PIECE;
            handler.handle(Buffer.buffer(new byte[PIECE]));
            context.runOnContext(v -> next());
        }

        @Override
        public Eager exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }

        @Override
        public Eager handler(@Nullable Handler<Buffer> handler) {
            this.handler = handler;
            return this;
        }

        @Override
        public Eager pause() {
            flowing = false;
            firstPause.complete(sent);
            return this;
        }

        @Override
        public Eager resume() {
            if (!flowing) {
                flowing = true;
                context.runOnContext(v -> next());
            }
            return this;
        }

        @Override
        public Eager fetch(long amount) {
            return this;
        }

        @Override
        public Eager endHandler(@Nullable Handler<Void> handler) {
            end = handler;
            return this;
        }
    }

    @Test
    void aProviderThatDoesNotReadStopsTheSenderAndGoesOnWhenItReads() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor()) {
            Context context = vertx.getOrCreateContext();
            Eager file = new Eager(context);
            CompletableFuture<Answer> answer = new CompletableFuture<>();
            context.runOnContext(v -> client(vertx, blocking)
                    .upload(hop(server.getLocalPort()), head(), file, FILE, new Attempt())
                    .onSuccess(answer::complete));
            try (Socket provider = server.accept()) {
                assertTrue(
                        file.firstPause.get(60, TimeUnit.SECONDS) < MOST_ON_THE_WAY,
                        "it was stopped long before the file's end");
                readAll(provider.getInputStream());
                provider.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII));
                assertEquals(
                        Answer.Complete.class, answer.get(60, TimeUnit.SECONDS).getClass());
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static void readAll(InputStream in) throws Exception {
        int lineEnds = 0;
        while (lineEnds < 4) { // two line ends in a row close the head
            int next = in.read();
            lineEnds = next == '\r' || next == '\n' ? lineEnds + 1 : 0;
        }
        in.skipNBytes(FILE);
    }

    private static ProviderClient client(Vertx vertx, ExecutorService blocking) {
        AddressBook addresses = new AddressBook(InetAddress::getAllByName, blocking);
        SecretOpener secrets = new SecretOpener(id -> null);
        GoogleTokens tokens = new GoogleTokens(
                vertx, addresses, secrets, Timeouts.DEFAULT, blocking, new Events(), InstantSource.system());
        return new ProviderClient(
                vertx, addresses, new Authenticator(secrets, tokens, InstantSource.system()), Timeouts.DEFAULT);
    }

    private static Hop hop(int port) {
        Provider provider = new Provider(
                "p", Set.of(Dialect.ANTHROPIC), URI.create("http://127.0.0.1:" + port), AuthStyle.NONE, false);
        return new Hop(new Candidate(provider, "file", null, false), null);
    }

    private static Outbound head() {
        return new Outbound(HttpMethod.POST, "/v1/files", MultiMap.caseInsensitiveMultiMap(), Buffer.buffer());
    }
}
