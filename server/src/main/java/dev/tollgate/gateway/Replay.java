package dev.tollgate.gateway;

import dev.tollgate.budget.Ceiling;
import dev.tollgate.budget.Cover;
import dev.tollgate.budget.ReservationResult;
import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.KeptAnswer;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.gateway.Stages.Reserved;
import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.Outcome;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Map;

/**
 * Gives a kept answer again, byte for byte, a stream's events all at once. It is settled as every call is, and leaves when that is
 * durable; no money is sought for it, and no provider asked.
 */
final class Replay {
    private static final CharSequence AGE = HttpHeaders.createOptimized("age");
    private static final String FREE = Money.formatUsd(0);

    private final Services services;
    private final Permitted permitted;
    private final CallEnding ending;
    private final AnswerCache.Found found;

    Replay(Services services, Permitted permitted, CallEnding ending, AnswerCache.Found found) {
        this.services = services;
        this.permitted = permitted;
        this.ending = ending;
        this.found = found;
    }

    void run() {
        // What costs nothing is covered by no budget, so this is told before it returns.
        services.desk().reserve(permitted.start(), Cover.NONE, Ceiling.NOTHING, result -> {
            switch (result) {
                case ReservationResult.Reserved(var reservation) ->
                    settle(new Reserved(permitted, reservation, Ceiling.NOTHING, Map.of()));
                case ReservationResult.Refused(var reason) -> {
                    Refuser.unrecorded(permitted.inbound(), reason.message());
                    ending.turnedAway();
                }
                case ReservationResult.Exhausted never -> throw covered();
                case ReservationResult.Unpriced never -> throw covered();
            }
        });
    }

    private static IllegalStateException covered() {
        return new IllegalStateException("a budget covers what costs nothing");
    }

    private void settle(Reserved reserved) {
        KeptAnswer answer = found.answer();
        HttpServerResponse response = permitted.inbound().http().response();
        boolean gone = response.closed();
        ending.reserved(reserved);
        ending.settleKept(
                reserved,
                gone ? Outcome.CLIENT_GONE : Outcome.OK,
                gone ? 0 : 200,
                "answer: kept from " + answer.requestId() + ", by " + answer.provider() + "/" + answer.model() + ", "
                        + found.ageSeconds() + " s old",
                durable -> {
                    if (durable) {
                        send(response, answer);
                    } else {
                        Refuser.unrecorded(permitted.inbound(), Texts.UNRECORDED_KEPT);
                    }
                });
    }

    /** The provider's other headers were of its own call: a rate limit, say, of a moment that has passed. */
    private void send(HttpServerResponse response, KeptAnswer answer) {
        if (response.closed()) {
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
        if (SpendCaps.concern(permitted)) {
            SpendCaps.put(permitted, services.standings(), response.headers());
        }
        Relay.told(permitted.inbound(), answer.provider(), answer.model(), answer.dropped(), response);
        response.putHeader(AGE, Long.toString(found.ageSeconds()));
        response.putHeader(Relay.COST, FREE);
        response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(answer.body())));
    }
}
