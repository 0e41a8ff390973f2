package dev.tollgate.gateway;

import dev.tollgate.catalog.CatalogView;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.gateway.Stages.Replied;
import dev.tollgate.gateway.Stages.Routed;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.routing.Hop;
import dev.tollgate.upstream.Answer;
import dev.tollgate.upstream.Attempt;
import dev.tollgate.upstream.Outbound;
import dev.tollgate.upstream.ProviderClient;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tries the ways of a call until one answers. Everything here happens before the first byte has left for the caller, so
 * trying again is invisible. Waits are bounded; what cannot be mended is passed on as the provider said it.
 */
final class Dispatch {
    /** Beyond one attempt for each way. The client's own SDK retries too: more here would only delay it. */
    private static final int MAX_REPEATS = 2;

    private static final int MAX_ATTEMPTS = 8;
    private static final Answer UNANSWERED =
            new Answer.Unreachable(Answer.Reason.RESET, new IllegalStateException("the client left"));

    private final Services services;
    private final ProviderClient client;
    private final Context context;
    private final Routed routed;
    private final CallEnding ending;
    private final Trail trail;
    private final SentBack sentBack;
    private final LostAttempts lost;
    private final MultiMap headers;
    private final Backoff backoff = new Backoff();

    private int next;
    private int attempts;
    private boolean clientGone;
    /** A whole answer is being read: it is billed as it says, whether or not somebody still waits for it. */
    private boolean answered;
    /** What the provider has refused costs nothing. */
    private boolean refused;

    private Attempt current = new Attempt();

    Dispatch(Services services, ProviderClient client, Context context, Routed routed, CallEnding ending) {
        this.services = services;
        this.client = client;
        this.context = context;
        this.routed = routed;
        this.ending = ending;
        this.trail = new Trail(routed.reserved().permitted());
        this.sentBack = new SentBack(routed.reserved().permitted());
        this.lost = new LostAttempts(services, context, routed.reserved(), ending);
        this.headers = HeaderPolicy.forwarded(routed.inbound().http());
    }

    void run() {
        routed.inbound().http().response().exceptionHandler(gone -> ending.guarded(this::leave));
        routed.inbound().http().response().closeHandler(gone -> ending.guarded(this::leave));
        attempt(routed.hops().getFirst());
    }

    /** The caller has gone while nothing had been relayed: the provider is told to stop, and the prompt is billed. */
    private void leave() {
        if (clientGone || answered || ending.isSettled()) {
            return;
        }
        clientGone = true;
        Hop hop = routed.hops().get(Math.min(next, routed.hops().size() - 1));
        Replied replied = unanswered(hop);
        boolean sent = current.hasBegun() && !refused;
        Charge charge = sent ? lost.charge(hop, trail) : new Charge.Free();
        trail.attempted(hop, routed.inbound().elapsedMicros(), 0, "the client left");
        ending.settle(replied, Outcome.CLIENT_GONE, 0, charge, durable -> {});
        current.cancel(); // last: a cancelled exchange reports itself broken at once, which is not how this call ended
    }

    private void attempt(Hop hop) {
        if (clientGone) {
            return;
        }
        Permitted permitted = routed.reserved().permitted();
        if (!TokenCounting.canAsk(routed.inbound().operation(), hop.candidate().provider())) {
            countHere(hop);
            return;
        }
        CatalogView catalog = services.catalog().view();
        switch (services.translator().say(permitted, sentBack, hop, headers, catalog)) {
            case Translator.Result.Unsayable(String message) -> unsayable(hop, message);
            case Translator.Result.Said(var outbound, var translation, var edits) -> {
                trail.edited(edits);
                send(hop, outbound, translation);
            }
        }
    }

    private void send(Hop hop, Outbound outbound, Translation translation) {
        attempts++;
        refused = false;
        current = new Attempt();
        trail.dispatched(routed.inbound().elapsedMicros());
        routed.reserved().reservation().dispatched(CallEnding.served(hop));
        client.send(hop, outbound, current).onSuccess(answer -> {
            if (!clientGone) {
                Replied replied = new Replied(routed, hop, translation, answer, trail);
                ending.guarded(replied, () -> current.cancel(), () -> judge(replied));
            }
        });
    }

    /** The candidate cannot be told what the caller wants: the next one perhaps can. */
    private void unsayable(Hop hop, String message) {
        trail.dispatched(routed.inbound().elapsedMicros());
        took(hop, 0, "not expressible");
        // Another credential of the same candidate changes nothing of it.
        int following = next + 1;
        while (following < routed.hops().size()
                && routed.hops().get(following).candidate().equals(hop.candidate())) {
            following++;
        }
        if (following < routed.hops().size()) {
            next = following;
            attempt(routed.hops().get(next));
            return;
        }
        // Who was merely passed over for a moment could have been told: then it is worth trying again.
        ErrorKind kind = attempts > 0 ? ErrorKind.UNAVAILABLE : ErrorKind.INVALID_REQUEST;
        ending.settle(
                unanswered(hop), Outcome.REFUSED, kind.status(), new Charge.Free(), durable -> fail(kind, message));
    }

    private void countHere(Hop hop) {
        trail.dispatched(routed.inbound().elapsedMicros());
        answered = true; // the body is held until it is counted, whether or not somebody still waits for it
        services.counting()
                .count(
                        routed.reserved().permitted(),
                        hop.candidate(),
                        context,
                        counted -> ending.guarded(() -> TokenReply.send(unanswered(hop), counted, ending)));
    }

    private Replied unanswered(Hop hop) {
        return new Replied(
                routed, hop, new Translation.Untouched(routed.inbound().operation(), ""), UNANSWERED, trail);
    }

    private void judge(Replied replied) {
        Hop hop = replied.hop();
        switch (replied.answer()) {
            case Answer.Streaming streaming
            when isCompressed(streaming.response()) -> unreadable(replied, streaming.response());
            case Answer.Complete complete
            when isCompressed(complete.response()) -> unreadable(replied, complete.response());
            case Answer.Streaming streaming -> {
                took(hop, streaming.response().statusCode(), "ok");
                services.planner().answered(hop);
                Relay.stream(services, context, replied, streaming, ending, current);
            }
            case Answer.Complete complete -> {
                took(hop, complete.response().statusCode(), "ok");
                services.planner().answered(hop);
                answered = true;
                Relay.whole(services, replied, complete.response(), ending, current);
            }
            case Answer.Refused refused -> refused(replied, refused);
            case Answer.Unauthorized unauthorized -> unauthorized(replied, unauthorized);
            case Answer.Unreachable unreachable -> unreachable(replied, unreachable);
        }
    }

    /** Asked not to, a provider compresses all the same: usage could not be read from it. */
    private static boolean isCompressed(HttpClientResponse response) {
        String encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding != null && !"identity".equalsIgnoreCase(encoding);
    }

    /** The provider has worked and will bill; what, nobody can say. */
    private void unreadable(Replied replied, HttpClientResponse response) {
        Hop hop = replied.hop();
        took(hop, response.statusCode(), "compressed answer");
        String message = "The provider " + hop.candidate().provider().name()
                + " sent a compressed answer, which cannot be metered. Let it, or the proxy before it, obey"
                + " accept-encoding: identity.";
        ending.settle(
                replied,
                Outcome.UPSTREAM_ERROR,
                ErrorKind.BAD_GATEWAY.status(),
                Relay.unknown(replied, "The answer was compressed."),
                durable -> fail(ErrorKind.BAD_GATEWAY, message));
        current.cancel();
    }

    private void took(Hop hop, int status, String result) {
        trail.attempted(hop, routed.inbound().elapsedMicros(), status, result);
    }

    private void refused(Replied replied, Answer.Refused answer) {
        Hop hop = replied.hop();
        HttpClientResponse response = answer.response();
        int status = answer.status();
        took(hop, status, "status " + status);
        Duration asked = Backoff.retryAfter(response.getHeader("retry-after"));
        boolean again;
        if (status == 401) {
            again = credentialRefused(hop, response);
        } else if (status == 429) {
            services.planner().rateLimited(hop, asked == null ? Backoff.DEFAULT_COOL_DOWN : asked);
            again = again(hop, asked == null ? null : backoff.next(asked), false, response);
        } else if (isPassingFault(status)) {
            services.planner().failed(hop, new IllegalStateException("status " + status));
            if (Senders.mayBeTaken(status)) {
                lost.add(replied);
            }
            again = again(hop, backoff.next(asked), true, response);
        } else {
            services.planner().answered(hop);
            again = false;
        }
        if (again) {
            return;
        }
        if (TokenCounting.isUnknownThere(
                routed.inbound().operation(), hop.candidate().provider(), status)) {
            discard(response);
            countHere(hop);
        } else {
            pass(replied, answer);
        }
    }

    /** As after a 401, but that the provider itself was not asked. */
    private void unauthorized(Replied replied, Answer.Unauthorized answer) {
        Hop hop = replied.hop();
        took(hop, answer.status(), "no token");
        if (!credentialRefused(hop, null)) {
            failAfter(
                    replied, Texts.credentialRefused(hop.candidate().provider().name()));
        }
    }

    /** The credential is not used any more; false if there is no other way. */
    private boolean credentialRefused(Hop hop, @Nullable HttpClientResponse discarded) {
        services.planner().unauthorized(hop);
        return again(hop, null, false, discarded);
    }

    /** Worth another try: 408, 529, Cloudflare's 520 to 527. What is not implemented will not be the next time either. */
    private static boolean isPassingFault(int status) {
        return status == 408 || (status >= 500 && status != 501 && status != 505);
    }

    private void unreachable(Replied replied, Answer.Unreachable answer) {
        Hop hop = replied.hop();
        took(hop, 0, answer.reason().text());
        if (answer.reason() != Answer.Reason.NOT_SENDABLE) { // the provider has no part in that
            services.planner().failed(hop, answer.cause());
        }
        boolean worthAnother = answer.reason() == Answer.Reason.CONNECT
                || answer.reason() == Answer.Reason.RESET
                || answer.reason() == Answer.Reason.NO_TOKEN;
        boolean charged = (answer.reason() == Answer.Reason.RESET || answer.reason() == Answer.Reason.TIMEOUT)
                && current.hasBegun()
                && lost.add(replied);
        if (!again(hop, worthAnother ? backoff.next(null) : null, true, null)) {
            ErrorKind kind = answer.reason() == Answer.Reason.TIMEOUT ? ErrorKind.TIMEOUT : ErrorKind.BAD_GATEWAY;
            Outcome outcome = answer.reason() == Answer.Reason.TIMEOUT ? Outcome.TIMEOUT : Outcome.UNREACHABLE;
            // A provider that fell silent may well have worked, and will bill that: so do we.
            Charge charge =
                    answer.reason() == Answer.Reason.TIMEOUT && !charged ? lost.charge(hop, trail) : new Charge.Free();
            String provider = hop.candidate().provider().name();
            ending.settle(
                    replied,
                    outcome,
                    kind.status(),
                    charge,
                    durable -> fail(
                            kind,
                            "The provider " + provider + " did not answer: "
                                    + answer.reason().text() + "."));
        }
    }

    /**
     * Tries the next way, or the same one after a wait.
     *
     * @param wait null if the same way is not worth another try
     * @param sameFirst whether a first failure of this way is answered by trying it again before any other: a passing
     *     fault, where a provider's prompt cache is worth the wait. After a 429 or a 401 another way goes first
     * @return false if there is nothing left to try
     */
    private boolean again(Hop hop, @Nullable Duration wait, boolean sameFirst, @Nullable HttpClientResponse discarded) {
        if (attempts >= Math.min(MAX_ATTEMPTS, routed.hops().size() + MAX_REPEATS)) {
            return false;
        }
        boolean another = next + 1 < routed.hops().size();
        if (wait != null && backoff.affords(wait) && (!another || (sameFirst && backoff.firstFault(hop)))) {
            discard(discarded);
            onward(() -> later(wait, hop));
            return true;
        }
        if (another) {
            discard(discarded);
            onward(() -> attempt(routed.hops().get(++next)));
        }
        return another;
    }

    private void onward(Runnable attempt) {
        if (lost.isOwing()) {
            current = new Attempt(); // nothing is under way meanwhile
        }
        lost.hold(attempt);
    }

    private void later(Duration wait, Hop hop) {
        backoff.spend(wait);
        current = new Attempt(); // nothing is under way meanwhile
        context.owner().setTimer(Math.max(1, wait.toMillis()), timer -> ending.guarded(() -> attempt(hop)));
    }

    private static void discard(@Nullable HttpClientResponse response) {
        if (response != null) {
            response.handler(null).exceptionHandler(ignored -> {}).resume();
        }
    }

    private void pass(Replied replied, Answer.Refused answer) {
        refused = true;
        Hop hop = replied.hop();
        int status = answer.status();
        if (status == 401 || status < 400) {
            // A 401 would make the client doubt its own key, which is good; a redirect would take its key elsewhere.
            discard(answer.response());
            String provider = hop.candidate().provider().name();
            String message = status == 401
                    ? Texts.credentialRefused(provider)
                    : "The provider " + provider + " answered with a redirect, which Tollgate does not follow.";
            failAfter(replied, message);
        } else {
            Relay.refusal(services, replied, answer, ending, current, () -> credentialRefused(hop, null));
        }
    }

    /** The provider has refused for a reason that is not the client's. */
    private void failAfter(Replied replied, String message) {
        ending.settle(
                replied,
                Outcome.UPSTREAM_ERROR,
                ErrorKind.BAD_GATEWAY.status(),
                new Charge.Free(),
                durable -> fail(ErrorKind.BAD_GATEWAY, message));
    }

    private void fail(ErrorKind kind, String message) {
        Inbound inbound = routed.inbound();
        Refuser.refuse(inbound.http(), inbound.operation().dialect(), inbound.requestId(), kind, message);
    }
}
