package dev.tollgate.gateway;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.gateway.Errands.Got;
import dev.tollgate.routing.Hop;
import dev.tollgate.upstream.Answer;
import dev.tollgate.upstream.Attempt;
import dev.tollgate.upstream.ProviderClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * A caller's file on its way to a provider, piece by piece and as fast as that takes it: nothing of it is held here, so what has gone
 * cannot be sent again. One event loop.
 */
final class Upload {
    private final HttpServerRequest request;
    private final Asked asked;
    private final ProviderClient client;
    private final Errands errands;
    private final Told.Upload told;
    private final Consumer<Senders.Sent> then;
    private final FileBody body;
    private boolean over;

    /**
     * Of a request that is paused.
     *
     * @param then told once what came of it, on the same loop
     */
    Upload(
            HttpServerRequest request,
            Asked asked,
            ProviderClient client,
            Errands errands,
            Told.Upload told,
            Consumer<Senders.Sent> then) {
        this.request = request;
        this.asked = asked;
        this.client = client;
        this.errands = errands;
        this.told = told;
        this.then = then;
        this.body = new FileBody(request, told.mostBytes());
    }

    void run() {
        if (request.response().closed()) {
            return;
        }
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
        send(0);
    }

    private void send(int way) {
        Hop hop = told.hops().get(way);
        Attempt attempt = new Attempt();
        // A refusal that leaves before the file is there, or a client that does, ends it at the provider, too.
        request.response().bodyEndHandler(answered -> stop(attempt)).closeHandler(gone -> stop(attempt));
        body.onTooLarge(() -> tooLarge(attempt));
        client.upload(hop, told.head(), body, HoldingEndpoints.claimedLength(request), attempt)
                .onSuccess(answer -> {
                    switch (answer) {
                        case Answer.Streaming(var response, var _) -> read(hop, attempt, response);
                        case Answer.Complete(var response) -> read(hop, attempt, response);
                        case Answer.Refused(var response, var _, var _) -> read(hop, attempt, response);
                        case Answer.Unauthorized unauthorized ->
                            next(way, attempt, new Got.Nothing(Answer.Reason.NO_TOKEN));
                        case Answer.Unreachable(var reason, var _) -> next(way, attempt, new Got.Nothing(reason));
                    }
                });
    }

    /** The provider sees a body that breaks off, and keeps nothing of it. */
    private void tooLarge(Attempt attempt) {
        over = true;
        attempt.cancel();
        Refuser.refuse(
                request,
                asked.dialect(),
                asked.requestId(),
                ErrorKind.REQUEST_TOO_LARGE,
                Texts.fileTooLarge(told.mostBytes()));
    }

    private void stop(Attempt attempt) {
        if (!body.isEnded()) {
            attempt.cancel();
        }
    }

    /** Another way only where nothing of the file has gone. */
    private void next(int way, Attempt attempt, Got.Nothing nothing) {
        if (!over && !body.hasBegun() && way + 1 < told.hops().size() && Senders.isWorthAnother(nothing)) {
            send(way + 1);
        } else {
            over(told.hops().get(way), attempt, nothing);
        }
    }

    private void read(Hop hop, Attempt attempt, HttpClientResponse response) {
        errands.collect(response, attempt, got -> over(hop, attempt, got));
    }

    private void over(Hop hop, Attempt attempt, Got got) {
        if (over) {
            return;
        }
        over = true;
        request.response().bodyEndHandler(null).closeHandler(null);
        if (!body.isEnded()) { // the provider has said all it will; the rest of the file is nobody's
            body.stop();
            attempt.cancel();
        }
        then.accept(new Senders.Sent(hop, got));
    }
}
