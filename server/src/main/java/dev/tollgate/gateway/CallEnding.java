package dev.tollgate.gateway;

import dev.tollgate.budget.RatePass;
import dev.tollgate.budget.Reservation;
import dev.tollgate.budget.SettlementResult;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.gateway.Stages.Replied;
import dev.tollgate.gateway.Stages.Reserved;
import dev.tollgate.ledger.CallEnd;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Served;
import dev.tollgate.ledger.Timings;
import dev.tollgate.ledger.Tokens;
import dev.tollgate.ledger.UsageSource;
import dev.tollgate.routing.Hop;
import dev.tollgate.telemetry.CallSummary;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of one call: its one settlement, its place in the rates, and the room of its body given back. One event loop only.
 */
final class CallEnding {
    private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
    private static final Logger LOG = LoggerFactory.getLogger(CallEnding.class);

    private final Services services;
    private final Inbound inbound;
    private final Context context;
    private final int bodyBytes;
    private RatePass pass = RatePass.NONE;
    private @Nullable Reserved reserved;
    private long firstByteMicros = -1;
    private boolean settled;
    private boolean roomGiven;
    private Charge lost = new Charge.Free();
    /** Of the attempts that were lost; null if none was. */
    private @Nullable Trail lostTrail;

    private Charge billed = new Charge.Free();
    private @Nullable Recording recording;
    /** Of an answer that may be continued. */
    private @Nullable MessageId messageId;

    CallEnding(Services services, Inbound inbound, Context context, int bodyBytes) {
        this.services = services;
        this.inbound = inbound;
        this.context = context;
        this.bodyBytes = bodyBytes;
    }

    /** The first byte of an answer has come. */
    void firstByte() {
        if (firstByteMicros < 0) {
            firstByteMicros = inbound.elapsedMicros();
        }
    }

    int bodyBytes() {
        return bodyBytes;
    }

    boolean isSettled() {
        return settled;
    }

    /** What the settlement was told: discounts taken off, and with what attempts before have cost. */
    Charge billed() {
        return billed;
    }

    /** From here on the call is counted in the rates that cover it, until it ends. */
    void admitted(RatePass granted) {
        pass = granted;
    }

    /** The end of a call for which nothing had been reserved. */
    void turnedAway() {
        giveRoom();
        pass.end(new Charge.Free(), null);
    }

    /** The answer may be kept. */
    void recording(Recording begun) {
        recording = begun;
    }

    /** The next bytes of the answer for the client. */
    void record(byte[] bytes, int offset, int length) {
        if (recording != null) {
            recording.add(bytes, offset, length);
        }
        if (messageId != null) {
            messageId.add(bytes, offset, length);
        }
    }

    /** From here on the call owes a settlement. */
    void reserved(Reserved granted) {
        reserved = granted;
        messageId = granted.permitted().fields().thread() == null ? null : new MessageId();
    }

    /** Gives the room of the request's body back, if that has not been done. */
    void giveRoom() {
        if (!roomGiven) {
            roomGiven = true;
            services.bodies().give(bodyBytes);
        }
    }

    /**
     * The trail's last attempt was sent and has got no answer, and may be billed all the same.
     *
     * @return what it may have cost, in nano-US-dollars: to be held beside the bound of another attempt
     */
    long lost(Reserved reserved, Hop hop, Trail trail, Charge charge) {
        Charge its = discounted(charge, reserved.reservation().start(), hop.candidate());
        long cost = Charges.mayHaveCost(its, reserved.ceiling().nanoUsd());
        lost = Charges.withLost(its, lost, Long.MAX_VALUE);
        lostTrail = trail;
        trail.lost(cost);
        reserved.reservation().lost(served(hop));
        return cost;
    }

    /** Runs a piece of the call where nobody above would answer the caller: whatever it throws, errors too, ends the call. */
    void guarded(Runnable stages) {
        guarded(stages, () -> {
            if (reserved == null) {
                pass.end(new Charge.Free(), null);
            } else {
                settleQuietly(reserved, Outcome.REFUSED, ErrorKind.API_ERROR.status(), new Charge.Free());
            }
        });
    }

    /**
     * The same where a provider has answered: that it did stays known, and what it may bill is owed.
     *
     * @param cancel ends the exchange with it, which then reports itself broken
     */
    void guarded(Replied replied, Runnable cancel, Runnable stages) {
        guarded(stages, () -> {
            Charge charge = Relay.unknown(replied, "Tollgate failed on the answer.");
            settle(replied, Outcome.REFUSED, ErrorKind.API_ERROR.status(), charge, durable -> {});
            cancel.run();
        });
    }

    private void guarded(Runnable stages, Runnable settling) {
        try {
            stages.run();
        } catch (Throwable e) {
            LOG.error("Call {} failed in the gate", inbound.requestId(), e);
            giveRoom();
            if (!settled) {
                settling.run();
            }
            Dialect dialect = inbound.operation().dialect();
            Refuser.refuse(inbound.http(), dialect, inbound.requestId(), ErrorKind.API_ERROR, Texts.FAILED);
        }
    }

    /** Settles a call that was refused before it was sent. Nobody waits for it: the caller has got nothing. */
    void settleQuietly(Reserved reserved, Outcome outcome, int status, Charge charge) {
        Trail trail = lostTrail == null ? new Trail(reserved.permitted()) : lostTrail;
        settle(reserved.reservation(), null, trail, outcome, status, charge, ok -> {});
    }

    /** Settles, once, and then says on the call's own loop whether it is durable. */
    void settle(Replied replied, Outcome outcome, int status, Charge charge, Consumer<Boolean> then) {
        Reservation reservation = replied.routed().reserved().reservation();
        giveRoom();
        learn(replied, charge);
        if (recording != null) {
            recording.ended(replied, outcome, status, charge);
        }
        String answered = messageId == null ? null : messageId.found();
        if (answered != null) {
            services.threads().answered(answered, replied.hop());
        }
        settle(reservation, replied.hop(), replied.trail(), outcome, status, charge, then);
    }

    /**
     * Settles a call whose answer was kept.
     *
     * @param note which answer, for {@code explain}
     */
    void settleKept(Reserved reserved, Outcome outcome, int status, String note, Consumer<Boolean> then) {
        giveRoom();
        Trail trail = new Trail(reserved.permitted());
        trail.edited(List.of(note));
        settle(reserved.reservation(), null, trail, outcome, status, new Charge.Cached(), then);
    }

    private void learn(Replied replied, Charge charge) {
        Candidate candidate = replied.hop().candidate();
        Long counted = replied.routed().reserved().countedInput().get(candidate.qualifiedName());
        if (counted != null
                && charge
                        instanceof Charge.Metered(Tokens tokens, UsageSource source, var priced, var cost, var discount)
                && source == UsageSource.REPORTED) {
            long reported = tokens.input() + tokens.cacheRead() + tokens.cacheWrite5m() + tokens.cacheWrite1h();
            services.margins().learn(candidate, counted, reported);
        }
    }

    private void settle(
            Reservation reservation,
            @Nullable Hop hop,
            Trail trail,
            Outcome outcome,
            int status,
            Charge charge,
            Consumer<Boolean> then) {
        if (settled) {
            throw new IllegalStateException("a call is settled once");
        }
        settled = true;
        Served served = hop == null ? null : served(hop);
        Charge last = hop == null ? charge : discounted(charge, reservation.start(), hop.candidate());
        billed = Charges.withLost(last, lost, reservation.boundNanoUsd());
        trail.billed(Charges.forLost(billed, last));
        pass.end(billed, served);
        Timings timings = new Timings(trail.dispatchedMicros(), firstByteMicros, inbound.elapsedMicros());
        CallEnd end = new CallEnd(
                services.clock().millis(),
                outcome,
                status,
                served,
                billed,
                timings,
                trail.route(),
                trail.attempts(),
                trail.edits());
        long ready = System.nanoTime();
        services.settlement()
                .settle(
                        reservation,
                        end,
                        result -> context.runOnContext(hopped -> {
                            boolean durable = result instanceof SettlementResult.Durable;
                            if (!durable) {
                                LOG.error("Call {} could not be settled: {}", inbound.requestId(), result);
                            }
                            long durableMicros = durable ? (System.nanoTime() - ready) / 1_000 : -1;
                            if (recording != null) { // first: who has an answer whole may ask for it again
                                recording.close(durable);
                            }
                            told(durable, then);
                            summarize(reservation, end, durableMicros);
                        }));
    }

    /** The call is settled, come what may of its last bytes; a client that cannot get them must not wait for them. */
    private void told(boolean durable, Consumer<Boolean> then) {
        try {
            then.accept(durable);
        } catch (Throwable e) {
            LOG.error("The end of call {} could not be sent", inbound.requestId(), e);
            inbound.http().response().reset();
        }
    }

    private Charge discounted(Charge charge, CallStart start, Candidate candidate) {
        return Charges.discounted(
                charge, services.catalog().view().discounts(), start.payer().account(), candidate, start.atMillis());
    }

    static Served served(Hop hop) {
        return new Served(
                hop.candidate().provider().name(), hop.candidate().model(), hop.credentialId(), hop.credentialName());
    }

    private void summarize(Reservation reservation, CallEnd end, long durableMicros) {
        CallRecord call = new CallRecord(reservation.start(), end, reservation.boundNanoUsd());
        Tokens tokens = call.tokens();
        Served served = end.served();
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "{} {} {} {} {} for {} from {} in {} µs",
                    inbound.requestId(),
                    call.start().operation(),
                    call.start().requestedModel(),
                    end.status(),
                    end.outcome().wireName(),
                    call.start().payer().keyName(),
                    services.clients().of(inbound.http()),
                    end.timings().totalMicros());
        }
        services.telemetry()
                .ended(new CallSummary(
                        inbound.requestId(),
                        call.start().dialect(),
                        call.start().operation(),
                        call.start().payer().keyName(),
                        call.start().requestedModel(),
                        served == null ? "" : served.provider(),
                        served == null ? "" : served.model(),
                        end.outcome().wireName(),
                        end.status(),
                        call.start().stream(),
                        end.attempts().size(),
                        inbound.atMillis(),
                        end.timings().firstByteMicros(),
                        end.timings().totalMicros(),
                        durableMicros,
                        tokens.input(),
                        tokens.cacheRead(),
                        tokens.cacheWrite5m() + tokens.cacheWrite1h(),
                        tokens.output(),
                        call.costNanoUsd(),
                        inbound.http().getHeader(TRACEPARENT)));
    }
}
