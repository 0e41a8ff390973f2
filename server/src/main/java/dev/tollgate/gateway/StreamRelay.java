package dev.tollgate.gateway;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.dialects.StreamFailure;
import dev.tollgate.dialects.StreamReader;
import dev.tollgate.dialects.UsageReading;
import dev.tollgate.dialects.codec.StreamConversion;
import dev.tollgate.gateway.Stages.Replied;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.upstream.Answer;
import dev.tollgate.upstream.Attempt;
import dev.tollgate.upstream.EventFraming;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays server-sent events as they come, each flushed at once. The terminal event, by which a client knows that it has
 * the whole answer, is held until the settlement is durable: what a client saw whole is in the ledger, whatever happens
 * to this process. One event loop only.
 */
final class StreamRelay implements StreamReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(StreamRelay.class);
    /** After its terminal event a provider has this long to end the body; then the answer is taken as ended. */
    private static final long LINGER_MILLIS = 1_000;
    /** Nor may it send more than this after it. */
    private static final int MOST_HELD = 1 << 20;

    /** Takes no bytes: they go to the client converted. */
    private static final StreamReader.Sink METERED = new StreamReader.Sink() {
        @Override
        public void forward(byte[] bytes, int offset, int length) {}

        @Override
        public void hold(byte[] bytes, int offset, int length) {}
    };

    private final Services services;
    private final Context context;
    private final Replied replied;
    private final HttpClientResponse answer;
    private final EventFraming framing;
    private final HttpServerResponse response;
    private final CallEnding ending;
    private final Attempt attempt;
    private final StreamReader reader;
    private final @Nullable StreamConversion conversion;
    private final Buffer held = Buffer.buffer();

    /** The piece that is being read, to pass it on without a copy where all of it may pass. */
    private @Nullable Buffer piece;

    private byte[] pieceBytes = new byte[0];
    private int pieceOffset;
    private int pieceLength;
    private long lingerTimer = -1;

    private final @Nullable CappedStream cap;
    /** Whether the client has got any byte. */
    private boolean begun;

    StreamRelay(
            Services services,
            Context context,
            Replied replied,
            Answer.Streaming answer,
            CallEnding ending,
            Attempt attempt) {
        this.services = services;
        this.context = context;
        this.replied = replied;
        this.answer = answer.response();
        this.framing = answer.framing();
        this.response = replied.inbound().http().response();
        this.ending = ending;
        this.attempt = attempt;
        RequestFields fields = replied.routed().reserved().permitted().fields();
        this.conversion = replied.translation() instanceof Translation.Converted converted ? converted.stream() : null;
        // Of a converted stream the reader just takes the usage: whether a chunk is the client's is the conversion's
        // affair.
        this.reader = new StreamReader(
                replied.translation().operation(),
                conversion == null && fields.includeUsage().mustBeAdded(),
                fields.choices());
        this.cap = CappedStream.of(replied, ending.bodyBytes());
    }

    void start() {
        guarded(this::begin);
    }

    private void begin() {
        Relay.head(services, replied, answer, answer.statusCode(), response);
        response.setChunked(true);
        response.exceptionHandler(gone -> guarded(this::clientGone));
        response.closeHandler(gone -> guarded(this::clientGone));
        response.drainHandler(drained -> guarded(() -> {
            attempt.resumed();
            answer.resume();
        }));
        answer.exceptionHandler(cause -> guarded(() -> broken(cause)));
        answer.handler(framed -> guarded(() -> framed(framed)));
        answer.endHandler(end -> guarded(this::ended));
        answer.resume();
    }

    /**
     * Whatever a piece of the relay throws, errors too, ends the call, once: the provider's final figures are billed, else the
     * reservation, and the client's connection breaks.
     */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            LOG.error("Call {} failed in the gate", replied.inbound().requestId(), e);
            context.owner().cancelTimer(lingerTimer);
            if (!ending.isSettled()) {
                ending.settle(replied, Outcome.CUT, answer.statusCode(), reportedOrHeld(), durable -> response.reset());
            }
            attempt.cancel();
        }
    }

    private Charge reportedOrHeld() {
        return reader.usage() instanceof UsageReading.Reported reported
                ? Charges.of(reported, replied.hop().candidate(), ending.bodyBytes())
                : Relay.unknown(replied, "Tollgate failed on the answer.");
    }

    private void framed(Buffer framed) {
        if (ending.isSettled()) {
            return;
        }
        ending.firstByte();
        attempt.alive();
        Buffer next = framing.unframe(framed);
        if (next.length() > 0) {
            piece(next);
        }
        Throwable fault = framing.fault();
        if (fault != null && !ending.isSettled()) {
            broken(fault);
            attempt.cancel();
        }
    }

    private void piece(Buffer next) {
        ByteBuf bytes = ((BufferInternal) next).getByteBuf();
        piece = next;
        pieceLength = bytes.readableBytes();
        if (bytes.hasArray()) {
            pieceBytes = bytes.array();
            pieceOffset = bytes.arrayOffset() + bytes.readerIndex();
        } else {
            pieceBytes = next.getBytes();
            pieceOffset = 0;
        }
        if (cap != null) {
            cap.begin();
        }
        if (conversion == null) {
            reader.feed(pieceBytes, pieceOffset, pieceLength, this);
        } else {
            reader.feed(pieceBytes, pieceOffset, pieceLength, METERED);
            converted(conversion, conversion.feed(pieceBytes, pieceOffset, pieceLength));
        }
        piece = null;
        if (cap != null) {
            cap.end(reader, conversion).ifPresent(this::truncate);
        }
        if (ending.isSettled()) {
            return;
        }
        if (held.length() > MOST_HELD) {
            lingered();
        } else if (reader.complete()) {
            context.owner().cancelTimer(lingerTimer);
            lingerTimer = context.owner().setTimer(LINGER_MILLIS, timer -> guarded(this::lingered));
        }
        if (response.writeQueueFull()) {
            attempt.paused();
            answer.pause();
        }
    }

    /** From the piece on that brings the end, what is converted waits for the settlement. */
    private void converted(StreamConversion stream, byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        if (stream.ended() || stream.failed()) {
            hold(bytes, 0, bytes.length);
        } else {
            ending.record(bytes, 0, bytes.length);
            begun = true;
            response.write(BufferInternal.buffer(Unpooled.wrappedBuffer(bytes)));
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very array of this piece: then nothing need be copied
    public void forward(byte[] bytes, int offset, int length) {
        if (cap != null) {
            cap.passed(bytes, offset, length);
        }
        ending.record(bytes, offset, length);
        begun = true;
        if (piece != null && bytes == pieceBytes && offset == pieceOffset && length == pieceLength) {
            response.write(piece);
        } else {
            response.write(BufferInternal.buffer(Unpooled.wrappedBuffer(bytes, offset, length)));
        }
    }

    @Override
    public void hold(byte[] bytes, int offset, int length) {
        ending.record(bytes, offset, length);
        held.appendBytes(bytes, offset, length);
    }

    /**
     * The answer has cost what is held for it, and goes on.
     *
     * @param end as the client's dialect ends it; empty to break it off
     */
    private void truncate(byte[] end) {
        context.owner().cancelTimer(lingerTimer);
        replied.trail().noted("answer: ended by the gate, for it had cost what was held for it");
        held.appendBytes(end);
        Charge charge = Charges.within(replied.routed().reserved(), charge());
        settle(Outcome.CUT, charge, durable -> {
            if (durable && end.length == 0) {
                response.reset();
            } else {
                finish(durable);
            }
        });
        attempt.cancel();
    }

    private void lingered() {
        if (!ending.isSettled()) {
            ended();
            attempt.cancel();
        }
    }

    private void ended() {
        if (ending.isSettled()) {
            return;
        }
        context.owner().cancelTimer(lingerTimer);
        if (conversion == null) {
            reader.end(this);
        } else {
            reader.end(METERED);
            converted(conversion, conversion.end());
        }
        Outcome outcome = reader.failed() ? Outcome.UPSTREAM_ERROR : reader.complete() ? Outcome.OK : Outcome.CUT;
        settle(outcome, this::finish);
    }

    /** A client that has got all but the end of an answer which is not recorded must neither take it for whole nor be left to guess. */
    private void finish(boolean durable) {
        if (response.closed()) {
            return;
        }
        if (durable || failureIsTold()) {
            response.end(held);
        } else if (conversion == null && reader.amidEvent()) {
            response.reset(); // whatever followed would be read as part of that event
        } else {
            response.end(Buffer.buffer(unrecorded()));
        }
    }

    /** Whether the provider's own failure ends the stream: then nothing makes it look finished, and no other is told. */
    private boolean failureIsTold() {
        return conversion == null ? reader.failed() && held.length() == 0 : conversion.failed();
    }

    private byte[] unrecorded() {
        Inbound inbound = replied.inbound();
        boolean array = replied.translation() instanceof Translation.Converted converted && converted.array();
        return array
                ? StreamFailure.element(begun, ErrorKind.UNAVAILABLE, Texts.UNRECORDED_STREAM, inbound.requestId())
                : StreamFailure.events(
                        inbound.operation(),
                        held.getBytes(),
                        ErrorKind.UNAVAILABLE,
                        Texts.UNRECORDED_STREAM,
                        inbound.requestId());
    }

    /** Once bytes have left there is no error page: the connection is broken off, so that nothing looks finished. */
    private void broken(Throwable cause) {
        if (reader.complete()) {
            ended(); // the answer is whole, however its connection went
        } else if (!ending.isSettled()) {
            context.owner().cancelTimer(lingerTimer);
            settle(cause instanceof TimeoutException ? Outcome.TIMEOUT : Outcome.CUT, durable -> response.reset());
        }
    }

    private void clientGone() {
        if (!ending.isSettled()) {
            context.owner().cancelTimer(lingerTimer);
            // Settled first: the cancelled exchange reports itself broken, and that is not how this call ended.
            settle(Outcome.CLIENT_GONE, durable -> {});
            attempt.cancel();
        }
    }

    private void settle(Outcome outcome, Consumer<Boolean> then) {
        settle(outcome, outcome == Outcome.OK || outcome == Outcome.UPSTREAM_ERROR ? charge() : cutOff(), then);
    }

    private void settle(Outcome outcome, Charge charge, Consumer<Boolean> then) {
        ending.settle(replied, outcome, answer.statusCode(), charge, then);
    }

    private Charge charge() {
        return Charges.of(reader.usage(), replied.hop().candidate(), ending.bodyBytes());
    }

    private Charge cutOff() {
        long micros = replied.inbound().elapsedMicros() - replied.trail().dispatchedMicros();
        return Charges.cutOff(
                reader.usage(), replied.routed().reserved(), replied.hop().candidate(), ending.bodyBytes(), micros);
    }
}
