package dev.tollgate.gateway;

import dev.tollgate.catalog.Platform;
import dev.tollgate.dialects.AnswerReader;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.ErrorReader;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.gateway.Stages.Replied;
import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.upstream.Answer;
import dev.tollgate.upstream.Attempt;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Brings a provider's answer to the caller. An answer that comes whole leaves whole, after its settlement. */
final class Relay {
    private static final CharSequence PROVIDER = HttpHeaders.createOptimized("x-tollgate-provider");
    private static final CharSequence MODEL = HttpHeaders.createOptimized("x-tollgate-model");
    private static final CharSequence DROPPED = HttpHeaders.createOptimized("x-tollgate-dropped");
    private static final CharSequence EVENTS = HttpHeaders.createOptimized("text/event-stream");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    static final CharSequence COST = HttpHeaders.createOptimized("x-tollgate-cost-usd");

    private Relay() {}

    static void stream(
            Services services,
            Context context,
            Replied replied,
            Answer.Streaming answer,
            CallEnding ending,
            Attempt attempt) {
        if (replied.translation() instanceof Translation.Embedded) { // which are never streamed
            whole(services, replied, answer.response(), ending, attempt);
            return;
        }
        new StreamRelay(services, context, replied, answer, ending, attempt).start();
    }

    /** A 2xx answer in one body. */
    static void whole(
            Services services, Replied replied, HttpClientResponse answer, CallEnding ending, Attempt attempt) {
        CappedArray array = CappedArray.of(replied, ending.bodyBytes());
        Collector.Watch watch = piece -> array == null || array.goesOn(piece);
        collect(services, replied, answer, ending, attempt, watch, bytes -> {
            if (array != null && array.isOver()) {
                truncated(services, replied, answer, ending, array, bytes);
                attempt.cancel();
                return;
            }
            Operation operation = replied.translation().operation();
            Charge charge = operation.generates()
                    ? Charges.of(
                            AnswerReader.read(operation, bytes, 0, bytes.length),
                            replied.hop().candidate(),
                            ending.bodyBytes())
                    : new Charge.Free();
            boolean refused = charge instanceof Charge.Free && operation.generates();
            Outcome outcome = refused ? Outcome.UPSTREAM_ERROR : Outcome.OK; // an error that came as a 200
            switch (rendered(replied, bytes)) {
                case Rendering.Rendered(byte[] body) ->
                    finish(
                            services,
                            replied,
                            answer,
                            ending,
                            outcome,
                            charge,
                            new Body(bytes.length, answer.statusCode(), body));
                case Rendering.Failed(String why) -> {
                    services.bodies().give(bytes.length);
                    String message = "The provider's answer could not be converted: " + why;
                    ending.settle(
                            replied,
                            Outcome.UPSTREAM_ERROR,
                            ErrorKind.BAD_GATEWAY.status(),
                            charge,
                            durable -> refuse(replied, ErrorKind.BAD_GATEWAY, message));
                }
            }
        });
    }

    /** The answer has cost what is held for it, and goes on. */
    private static void truncated(
            Services services,
            Replied replied,
            HttpClientResponse answer,
            CallEnding ending,
            CappedArray array,
            byte[] bytes) {
        replied.trail().noted("answer: ended by the gate, for it had cost what was held for it");
        Charge charge = Charges.within(
                replied.routed().reserved(),
                Charges.of(array.usage(), replied.hop().candidate(), ending.bodyBytes()));
        byte[] ended = array.ended(bytes);
        if (ended != null) {
            Body body = new Body(bytes.length, answer.statusCode(), ended);
            finish(services, replied, answer, ending, Outcome.CUT, charge, body);
            return;
        }
        services.bodies().give(bytes.length);
        String message = "The provider's answer had cost what was held for it, and could not be ended.";
        int status = ErrorKind.BAD_GATEWAY.status();
        ending.settle(replied, Outcome.CUT, status, charge, durable -> refuse(replied, ErrorKind.BAD_GATEWAY, message));
    }

    /** What an answer is in the caller's words. */
    private sealed interface Rendering {
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Rendered(byte[] body) implements Rendering {}

        record Failed(String why) implements Rendering {}
    }

    private static Rendering rendered(Replied replied, byte[] bytes) {
        return switch (replied.translation()) {
            case Translation.Untouched untouched -> new Rendering.Rendered(bytes);
            case Translation.Rewritten rewritten ->
                switch (rewritten.answer(bytes)) {
                    case dev.tollgate.dialects.codec.Outcome.Done<byte[]>(byte[] body) -> new Rendering.Rendered(body);
                    case dev.tollgate.dialects.codec.Outcome.Malformed<byte[]>(String message) ->
                        new Rendering.Failed(message);
                    case dev.tollgate.dialects.codec.Outcome.NotExpressible<byte[]> field ->
                        new Rendering.Failed(field.message());
                };
        };
    }

    /**
     * A provider's refusal goes back as it came: clients match on its words. It costs nothing.
     *
     * @param elsewhere runs where the body, and not the status, says that the credential is refused; true if the call goes on
     */
    static void refusal(
            Services services,
            Replied replied,
            Answer.Refused answer,
            CallEnding ending,
            Attempt attempt,
            BooleanSupplier elsewhere) {
        collect(services, replied, answer.response(), ending, attempt, piece -> true, bytes -> {
            byte[] vendors = answer.vendors(bytes, replied.inbound().requestId());
            Optional<ErrorReader.ProviderError> error = error(replied, answer.status(), vendors);
            boolean ours = error.filter(read -> read.kind() == ErrorKind.AUTHENTICATION)
                    .isPresent();
            if (ours && elsewhere.getAsBoolean()) {
                services.bodies().give(bytes.length);
                return;
            }
            Body said = error.map(read -> said(replied, ours ? notTheCallers(replied) : read, bytes.length))
                    .orElseGet(() -> new Body(
                            bytes.length,
                            answer.status(),
                            RetiredBeta.explained(replied.inbound(), answer.status(), vendors)));
            finish(services, replied, answer.response(), ending, Outcome.UPSTREAM_ERROR, new Charge.Free(), said);
        });
    }

    /** What a refusal says, where the gate says it in words of its own; empty where the provider's bytes pass. */
    private static Optional<ErrorReader.ProviderError> error(Replied replied, int status, byte[] vendors) {
        return switch (replied.translation()) {
            case Translation.Rewritten rewritten -> Optional.of(rewritten.readError(status, vendors));
            // Google says with a 400 that a key is wrong: the client would doubt its own.
            case Translation.Untouched untouched
            when untouched.operation().dialect() == Dialect.GEMINI ->
                Optional.of(GeminiCodec.codec().errorReader().read(status, vendors, 0, vendors.length))
                        .filter(error -> error.kind() == ErrorKind.AUTHENTICATION);
            case Translation.Untouched untouched -> Optional.empty();
        };
    }

    private static Body said(Replied replied, ErrorReader.ProviderError error, int held) {
        Inbound inbound = replied.inbound();
        Dialect dialect = inbound.operation().dialect();
        return new Body(
                held,
                error.kind().status(dialect),
                ErrorBodies.write(dialect, error.kind(), error.message(), inbound.requestId()));
    }

    /** That a provider does not accept the gate's credential is no fault of the caller's key, and must not look so. */
    private static ErrorReader.ProviderError notTheCallers(Replied replied) {
        return new ErrorReader.ProviderError(
                ErrorKind.BAD_GATEWAY,
                Texts.credentialRefused(replied.hop().candidate().provider().name()));
    }

    /**
     * A body for the caller.
     *
     * @param held the bytes of room that the provider's body has taken
     * @param status in the caller's dialect
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Body(int held, int status, byte[] bytes) {}

    @FunctionalInterface
    private interface Then {
        void whole(byte[] bytes);
    }

    private static void collect(
            Services services,
            Replied replied,
            HttpClientResponse answer,
            CallEnding ending,
            Attempt attempt,
            Collector.Watch watch,
            Then then) {
        Collector.Watch living = piece -> {
            attempt.alive();
            return watch.goesOn(piece);
        };
        Collector.collect(answer, services.bodies(), living, outcome -> {
            if (ending.isSettled()) {
                if (outcome instanceof Collector.Outcome.Whole late) {
                    services.bodies().give(late.bytes().length);
                }
                return; // the client has gone in the meantime
            }
            ending.firstByte();
            switch (outcome) {
                case Collector.Outcome.Whole(var bytes) ->
                    ending.guarded(replied, attempt::cancel, () -> handed(services, ending, bytes, then));
                case Collector.Outcome.TooLarge large ->
                    lost(
                            replied,
                            ending,
                            attempt,
                            Outcome.UPSTREAM_ERROR,
                            "The provider's answer is larger than 32 MiB.");
                case Collector.Outcome.NoRoom full ->
                    lost(replied, ending, attempt, Outcome.CUT, "Too many large answers are under way.");
                case Collector.Outcome.Broken broken ->
                    lost(replied, ending, attempt, Outcome.CUT, "The provider's answer broke off.");
            }
        });
    }

    /** Whoever settles the call gives the body's room back; where that is nobody, it must not stay taken. */
    private static void handed(Services services, CallEnding ending, byte[] bytes, Then then) {
        boolean handed = false;
        try {
            then.whole(bytes);
            handed = true;
        } finally {
            if (!handed && !ending.isSettled()) {
                services.bodies().give(bytes.length);
            }
        }
    }

    /** The provider has worked, and what it will bill is not known. */
    private static void lost(Replied replied, CallEnding ending, Attempt attempt, Outcome outcome, String message) {
        ending.settle(
                replied,
                outcome,
                ErrorKind.BAD_GATEWAY.status(),
                unknown(replied, message),
                durable -> refuse(replied, ErrorKind.BAD_GATEWAY, message));
        attempt.cancel();
    }

    /** What is owed where a provider has answered and its usage was not learnt: the reservation, and nothing for a refusal. */
    static Charge unknown(Replied replied, String why) {
        boolean good = replied.answer() instanceof Answer.Complete || replied.answer() instanceof Answer.Streaming;
        return good && replied.inbound().operation().generates()
                ? new Charge.AtReservation(replied.hop().candidate().price() != null, why)
                : new Charge.Free();
    }

    private static void finish(
            Services services,
            Replied replied,
            HttpClientResponse answer,
            CallEnding ending,
            Outcome outcome,
            Charge charge,
            Body body) {
        HttpServerResponse response = replied.inbound().http().response();
        boolean gone = response.closed();
        Outcome seen = gone ? Outcome.CLIENT_GONE : outcome;
        ending.record(body.bytes(), 0, body.bytes().length);
        ending.settle(replied, seen, gone ? 0 : body.status(), charge, durable -> {
            if (!durable || response.closed()) {
                services.bodies().give(body.held());
                Refuser.withheld(replied.inbound());
                return;
            }
            try {
                head(services, replied, answer, body.status(), response);
                if (ending.billed() instanceof Charge.Metered metered && metered.priced()) {
                    response.putHeader(COST, Money.formatUsd(metered.costNanoUsd()));
                }
            } catch (Throwable e) {
                services.bodies().give(body.held());
                throw e;
            }
            // Until it has left it is held: a client that does not read must not hold more than there is room for.
            response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(body.bytes())))
                    .onComplete(left -> services.bodies().give(body.held()));
        });
    }

    /** Headers of the provider's answer, and what the gate says of it. */
    static void head(
            Services services, Replied replied, HttpClientResponse answer, int status, HttpServerResponse response) {
        response.setStatusCode(status);
        Dialect client = replied.inbound().operation().dialect();
        MultiMap ours = RateHeaders.takenFrom(response.headers(), client);
        switch (replied.translation()) {
            case Translation.Untouched untouched -> {
                HeaderPolicy.answer(answer.headers(), response.headers());
                if (!replied.hop().candidate().provider().platform().equals(Platform.DIRECT)) {
                    contentType(replied, response); // the platform's was that of its framing
                }
            }
            case Translation.Rewritten rewritten -> headers(replied, rewritten, answer, response);
        }
        Permitted permitted = replied.routed().reserved().permitted();
        if (status < 400 && SpendCaps.concern(permitted)) {
            SpendCaps.strip(response.headers());
            SpendCaps.put(permitted, services.standings(), response.headers());
        }
        RateHeaders.tighten(response.headers(), ours, client);
        told(
                replied.inbound(),
                replied.hop().candidate().provider().name(),
                replied.hop().candidate().model(),
                replied.translation().dropped(),
                response);
    }

    /** What the gate says of an answer of any kind: which call it is, who serves it, and what of the request was left out. */
    static void told(Inbound inbound, String provider, String model, String dropped, HttpServerResponse response) {
        if (!dropped.isEmpty()) {
            response.putHeader(DROPPED, dropped);
        }
        response.putHeader(Refuser.REQUEST_ID, inbound.requestId());
        response.putHeader(PROVIDER, provider);
        response.putHeader(MODEL, model);
    }

    /** The provider's headers are another vendor's: of them go on the one that every client knows, and the rate limits. */
    private static void headers(
            Replied replied, Translation.Rewritten rewritten, HttpClientResponse answer, HttpServerResponse response) {
        contentType(replied, response);
        String retryAfter = answer.getHeader(HttpHeaders.RETRY_AFTER);
        if (retryAfter != null) {
            response.putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        RateLimits.convert(
                answer.headers(),
                rewritten.operation().dialect(),
                response.headers(),
                replied.inbound().operation().dialect(),
                replied.inbound().now());
    }

    private static void contentType(Replied replied, HttpServerResponse response) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, ours(replied));
    }

    private static CharSequence ours(Replied replied) {
        boolean events = replied.answer() instanceof Answer.Streaming
                && !(replied.translation() instanceof Translation.Converted converted && converted.array());
        return events ? EVENTS : JSON;
    }

    /** What {@link #head} says of a good answer's content. */
    static String contentType(Replied replied) {
        boolean passes = replied.translation() instanceof Translation.Untouched
                && replied.hop().candidate().provider().platform().equals(Platform.DIRECT);
        String theirs = null;
        if (passes && replied.answer() instanceof Answer.Streaming streaming) {
            theirs = streaming.response().getHeader(HttpHeaders.CONTENT_TYPE);
        } else if (passes && replied.answer() instanceof Answer.Complete complete) {
            theirs = complete.response().getHeader(HttpHeaders.CONTENT_TYPE);
        }
        return theirs == null ? ours(replied).toString() : theirs;
    }

    private static void refuse(Replied replied, ErrorKind kind, String message) {
        Inbound inbound = replied.inbound();
        Refuser.refuse(inbound.http(), inbound.operation().dialect(), inbound.requestId(), kind, message);
    }
}
