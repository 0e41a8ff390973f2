package dev.tollgate.sim;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.time.InstantSource;

/**
 * The simulated provider, listening on the loopback interface: Anthropic's, OpenAI's and Gemini's APIs with models that
 * need no model behind them. {@code docs/simulated-provider.md} tells what they do. Nothing that a request holds is logged, and nothing kept but batches and files, in memory.
 */
public final class SimulatedProvider {

    private static final String LOOPBACK = "127.0.0.1";

    /** Well over the largest body that a vendor accepts (Anthropic: 32 MB). */
    private static final int LARGEST_BODY_BYTES = 64 * 1024 * 1024;

    /** A body above this is read on a worker thread: reading it takes long enough to hold up the event loop's other calls. */
    private static final int LARGEST_READ_INLINE_BYTES = 256 * 1024;

    private static final int LARGEST_HEAD_BYTES = 64 * 1024;

    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final HttpServer server;
    private final Simulation simulation = new Simulation();
    private final Delivery delivery;

    private SimulatedProvider(Vertx vertx) {
        this.vertx = vertx;
        this.delivery = new Delivery(vertx, InstantSource.system());
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setTcpNoDelay(true)
                        .setMaxHeaderSize(LARGEST_HEAD_BYTES)
                        .setMaxInitialLineLength(LARGEST_HEAD_BYTES)
                        .setHandle100ContinueAutomatically(true))
                .requestHandler(this::receive);
    }

    /**
     * Starts one.
     *
     * @param port the TCP port, 0 for any free one
     * @return the provider once it listens; fails with the reason when the port cannot be bound
     */
    public static Future<SimulatedProvider> start(Vertx vertx, int port) {
        SimulatedProvider provider = new SimulatedProvider(vertx);
        return provider.server.listen(port, LOOPBACK).map(provider);
    }

    /** The port that it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** What the vendors' paths ({@code /v1/messages} …) are appended to; without a slash at its end. */
    public URI baseUrl() {
        return URI.create("http://" + LOOPBACK + ":" + port());
    }

    /** Stops listening and closes all connections, answers under way included. */
    public Future<Void> close() {
        return server.close();
    }

    /** How many answers have begun and neither ended nor lost their client. */
    int answersUnderWay() {
        return delivery.underWay();
    }

    private void receive(HttpServerRequest request) {
        Buffer body = Buffer.buffer(declaredBytes(request));
        request.handler(chunk -> {
            if (body.length() <= LARGEST_BODY_BYTES) {
                body.appendBuffer(chunk);
            }
        });
        request.exceptionHandler(_ -> {}); // the client is gone, and with it whoever an answer could be for
        request.endHandler(_ -> answer(request, body));
    }

    /** What to allocate at once: a large buffer that grows chunk by chunk is copied again and again. */
    private static int declaredBytes(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        return length == null ? 0 : (int) Math.min(Long.parseLong(length), LARGEST_BODY_BYTES + MAX_CHUNK_BYTES);
    }

    private void answer(HttpServerRequest request, Buffer body) {
        Future<Prepared> prepared = body.length() <= LARGEST_READ_INLINE_BYTES
                ? Future.succeededFuture(body).map(small -> prepare(request, small))
                : vertx.getOrCreateContext().executeBlocking(() -> prepare(request, body), false);
        prepared.onSuccess(ready -> delivery.send(request, ready.arrival(), ready.reply()))
                .onFailure(fault -> failed(request.response(), fault));
    }

    /** A fault of the simulator's own: its kind is told, and not its message, which might quote the request. */
    private static void failed(HttpServerResponse response, Throwable fault) {
        var _ = response.setStatusCode(500)
                .end("The simulated provider failed: " + fault.getClass().getName());
    }

    private Prepared prepare(HttpServerRequest request, Buffer body) {
        Arrival arrival = Arrival.of(request, body);
        boolean tooLarge = body.length() > LARGEST_BODY_BYTES;
        return new Prepared(
                arrival,
                tooLarge
                        ? new Reply.Refused(VendorError.of(arrival.route().vendor(), 413), false)
                        : simulation.reply(arrival));
    }

    private record Prepared(Arrival arrival, Reply reply) {}
}
