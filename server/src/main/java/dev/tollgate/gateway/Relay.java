package dev.tollgate.gateway;

import dev.tollgate.catalog.Price;
import dev.tollgate.dialects.AnswerReader;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Operation;
import dev.tollgate.gateway.Stages.Replied;
import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.upstream.Answer;
import dev.tollgate.upstream.Attempt;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;

/** Brings a provider's answer to the caller. An answer that comes whole leaves whole, after its settlement. */
final class Relay {
    private static final CharSequence PROVIDER = HttpHeaders.createOptimized("x-tollgate-provider");
    private static final CharSequence MODEL = HttpHeaders.createOptimized("x-tollgate-model");
    private static final CharSequence COST = HttpHeaders.createOptimized("x-tollgate-cost-usd");

    private Relay() {}

    static void stream(
            Services services,
            Context context,
            Replied replied,
            Answer.Streaming answer,
            CallEnding ending,
            Attempt attempt) {
        new StreamRelay(context, replied, answer.response(), ending, attempt).start();
    }

    /** A 2xx answer in one body. */
    static void whole(
            Services services, Replied replied, HttpClientResponse answer, CallEnding ending, Attempt attempt) {
        collect(services, replied, answer, ending, attempt, bytes -> {
            Price price = replied.hop().candidate().price();
            Operation operation = replied.inbound().operation();
            Charge charge = operation.generates()
                    ? Charges.of(AnswerReader.read(operation, bytes, 0, bytes.length), price, ending.bodyBytes())
                    : new Charge.Free();
            finish(services, replied, answer, ending, Outcome.OK, charge, bytes);
        });
    }

    /** A provider's refusal goes back as it came: clients match on its words. It costs nothing. */
    static void refusal(
            Services services, Replied replied, HttpClientResponse answer, CallEnding ending, Attempt attempt) {
        collect(
                services,
                replied,
                answer,
                ending,
                attempt,
                bytes -> finish(services, replied, answer, ending, Outcome.UPSTREAM_ERROR, new Charge.Free(), bytes));
    }

    @FunctionalInterface
    private interface Body {
        void whole(byte[] bytes);
    }

    private static void collect(
            Services services,
            Replied replied,
            HttpClientResponse answer,
            CallEnding ending,
            Attempt attempt,
            Body then) {
        Collector.collect(answer, services.bodies(), attempt::alive, outcome -> {
            if (ending.isSettled()) {
                if (outcome instanceof Collector.Outcome.Whole late) {
                    services.bodies().give(late.bytes().length);
                }
                return; // the client has gone in the meantime
            }
            ending.firstByte();
            switch (outcome) {
                case Collector.Outcome.Whole(var bytes) -> then.whole(bytes);
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

    /** The provider has worked, and what it will bill is not known. */
    private static void lost(Replied replied, CallEnding ending, Attempt attempt, Outcome outcome, String message) {
        attempt.cancel();
        boolean priced = replied.hop().candidate().price() != null;
        Charge charge = replied.inbound().operation().generates() && replied.answer() instanceof Answer.Complete
                ? new Charge.AtReservation(priced, message)
                : new Charge.Free();
        ending.settle(
                replied,
                outcome,
                ErrorKind.BAD_GATEWAY.status(),
                charge,
                durable -> refuse(replied, ErrorKind.BAD_GATEWAY, message));
    }

    private static void finish(
            Services services,
            Replied replied,
            HttpClientResponse answer,
            CallEnding ending,
            Outcome outcome,
            Charge charge,
            byte[] bytes) {
        HttpServerResponse response = replied.inbound().http().response();
        boolean gone = response.closed();
        Outcome seen = gone ? Outcome.CLIENT_GONE : outcome;
        ending.settle(replied, seen, gone ? 0 : answer.statusCode(), charge, durable -> {
            if (!durable || response.closed()) {
                services.bodies().give(bytes.length);
                refuse(replied, ErrorKind.UNAVAILABLE, "The answer could not be recorded, so it is withheld.");
                return;
            }
            head(replied, answer, response);
            if (charge instanceof Charge.Metered metered && metered.priced()) {
                response.putHeader(COST, Money.formatUsd(metered.costNanoUsd()));
            }
            // Until it has left it is held: a client that does not read must not hold more than there is room for.
            response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(bytes)))
                    .onComplete(left -> services.bodies().give(bytes.length));
        });
    }

    /** Status and headers of the provider's answer, and what the gate says of it. */
    static void head(Replied replied, HttpClientResponse answer, HttpServerResponse response) {
        response.setStatusCode(answer.statusCode());
        HeaderPolicy.answer(answer.headers(), response.headers());
        response.putHeader(Refuser.REQUEST_ID, replied.inbound().requestId());
        response.putHeader(PROVIDER, replied.hop().candidate().provider().name());
        response.putHeader(MODEL, replied.hop().candidate().model());
    }

    private static void refuse(Replied replied, ErrorKind kind, String message) {
        Inbound inbound = replied.inbound();
        Refuser.refuse(inbound.http(), inbound.operation().dialect(), inbound.requestId(), kind, message);
    }
}
