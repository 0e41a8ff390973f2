package dev.tollgate.sim;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Sends replies, each in its time and with its fault. All of it runs on the connection's event loop. */
final class Delivery {

    private final Vertx vertx;
    private final InstantSource clock;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();

    Delivery(Vertx vertx, InstantSource clock) {
        this.vertx = vertx;
        this.clock = clock;
    }

    /** How many answers have begun and neither ended nor lost their client. */
    int underWay() {
        return underWay.get();
    }

    void send(HttpServerRequest request, Arrival arrival, Reply reply) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        response.exceptionHandler(_ -> {}); // the client is gone, which the close handlers below see too
        response.putHeader("x-sim-received-body-sha256", arrival.bodySha256())
                .putHeader("x-sim-received-headers", String.join(",", arrival.headerNames()))
                .putHeader("x-sim-received-auth", arrival.credentialHints());
        switch (reply) {
            case Reply.Dropped _ -> Connections.reset(request);
            case Reply.Refused refused -> refuse(response, arrival, refused);
            case Reply.Raw raw -> {
                head(response, raw.vendor(), 200);
                response.putHeader("content-type", raw.contentType()).end(Buffer.buffer(raw.bytes()));
            }
            case Reply.Whole whole -> {
                head(response, whole.vendor(), 200);
                response.putHeader("content-type", VendorHeaders.jsonContentType(whole.vendor()));
                long delay = whole.pace().firstByteMillis() + whole.pace().durationMillis();
                after(delay, begin(response), () -> sendWhole(request, whole));
            }
            case Reply.Streamed streamed -> {
                head(response, streamed.vendor(), 200);
                response.putHeader("content-type", streamed.script().framing().contentType())
                        .putHeader("cache-control", "no-cache")
                        .setChunked(true);
                long faultAfter = arrival.controls().faultAfter();
                Answering answering = begin(response);
                after(
                        streamed.pace().firstByteMillis(),
                        answering,
                        () -> play(request, streamed, faultAfter, answering));
            }
        }
    }

    private String head(HttpServerResponse response, Vendor vendor, int status) {
        String requestId = VendorHeaders.requestId(vendor, requests.incrementAndGet());
        VendorHeaders.add(response.headers(), vendor, requestId, status == 429, clock.instant());
        response.setStatusCode(status);
        return requestId;
    }

    private void refuse(HttpServerResponse response, Arrival arrival, Reply.Refused refused) {
        VendorError error = refused.error();
        String requestId = head(response, error.vendor(), error.status());
        Optional<String> retryAfter =
                Optional.of(arrival.controls().retryAfter()).filter(value -> !value.equals("none"));
        if (error.status() == 429) {
            retryAfter.ifPresent(value -> response.putHeader("retry-after", value));
        }
        if (error.vendor() == Vendor.ANTHROPIC && (error.status() == 429 || error.status() >= 500)) {
            response.putHeader("x-should-retry", "true");
        }
        ObjectNode body = error.body(requestId, retryAfter);
        JsonNode sent = refused.inArray() ? Json.array().add(body) : body;
        response.putHeader("content-type", VendorHeaders.jsonContentType(error.vendor()))
                .end(Buffer.buffer(Json.bytes(sent)));
    }

    private void sendWhole(HttpServerRequest request, Reply.Whole whole) {
        HttpServerResponse response = request.response();
        Buffer body = Buffer.buffer(Json.bytes(whole.json()));
        Buffer half = body.slice(0, body.length() / 2);
        switch (whole.fault().kind()) {
            case RESET -> {
                promise(response, body);
                response.write(half).onComplete(_ -> Connections.reset(request));
            }
            case SILENCE -> {
                promise(response, body);
                response.write(half);
            }
            case CUT -> {
                response.setChunked(true).write(half);
                response.end();
            }
            case MALFORMED -> response.end(half);
            case NONE, STATUS, INVALID_KEY, CONNECT_RESET, SLOW_FIRST_BYTE, ERROR_EVENT, NEGATIVE_USAGE, NO_USAGE ->
                response.end(body);
        }
    }

    private static void promise(HttpServerResponse response, Buffer body) {
        response.putHeader("content-length", Integer.toString(body.length()));
    }

    private void play(HttpServerRequest request, Reply.Streamed streamed, long faultAfter, Answering answering) {
        StreamPlayer player = new StreamPlayer(vertx, request, streamed, faultAfter);
        answering.stop = player::stop;
        player.play();
    }

    /** Runs {@code action} later, unless the client goes away before. */
    private void after(long millis, Answering answering, Runnable action) {
        if (millis == 0) {
            action.run();
        } else {
            long timer = vertx.setTimer(millis, _ -> action.run());
            answering.stop = () -> vertx.cancelTimer(timer);
        }
    }

    /** Counts an answer as under way until it has ended or lost its client; Vert.x tells of each in its own way. */
    private Answering begin(HttpServerResponse response) {
        underWay.incrementAndGet();
        Answering answering = new Answering();
        Handler<Void> over = _ -> {
            if (!answering.over) {
                answering.over = true;
                underWay.decrementAndGet();
                answering.stop.run();
            }
        };
        response.endHandler(over).closeHandler(over);
        return answering;
    }

    /** An answer under way. */
    private static final class Answering {
        private boolean over;
        /** Cancels whatever is still to come of it. */
        private Runnable stop = () -> {};
    }
}
