package dev.tollgate.gateway;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.gateway.Errands.Got;
import dev.tollgate.upstream.Answer;
import dev.tollgate.upstream.Attempt;
import dev.tollgate.upstream.ProviderClient;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** A provider's answer on its way to the caller, piece by piece, however large. One event loop. */
final class Download {
    private final HttpServerRequest request;
    private final Asked asked;
    private final ProviderClient client;
    private final Attempt attempt = new Attempt();

    Download(HttpServerRequest request, Asked asked, ProviderClient client) {
        this.request = request;
        this.asked = asked;
        this.client = client;
    }

    void run(Told.Piped piped) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        response.exceptionHandler(gone -> attempt.cancel());
        response.closeHandler(gone -> attempt.cancel());
        client.send(piped.hop(), piped.outbound(), attempt).onSuccess(answer -> {
            switch (answer) {
                case Answer.Streaming(var good, var _) -> relay(good);
                case Answer.Complete(var good) -> relay(good);
                case Answer.Refused(var refusal, var _, var _)
                when refusal.statusCode() == 401 || refusal.statusCode() < 400 -> {
                    attempt.cancel();
                    refuse(Senders.told(new Senders.Sent(
                            piped.hop(), new Got.Said(refusal.statusCode(), refusal.headers(), new byte[0]))));
                }
                case Answer.Refused(var refusal, var _, var _) -> relay(refusal);
                case Answer.Unauthorized unauthorized ->
                    refuse(Senders.told(new Senders.Sent(piped.hop(), new Got.Nothing(Answer.Reason.NO_TOKEN))));
                case Answer.Unreachable(var reason, var _) ->
                    refuse(Senders.told(new Senders.Sent(piped.hop(), new Got.Nothing(reason))));
            }
        });
    }

    private void refuse(Told told) {
        if (told instanceof Told.Refusal(ErrorKind kind, String message, long seconds)) {
            Refuser.refuse(request, asked.dialect(), asked.requestId(), kind, message, seconds);
        }
    }

    private void relay(HttpClientResponse answer) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            attempt.cancel();
            return;
        }
        response.setStatusCode(answer.statusCode());
        HeaderPolicy.answer(answer.headers(), response.headers());
        response.putHeader(Refuser.REQUEST_ID, asked.requestId());
        // Whatever the file says it is: no browser runs it as a page of the gate.
        response.putHeader("x-content-type-options", "nosniff").putHeader("content-security-policy", "sandbox");
        String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            response.setChunked(true);
        } else {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        }
        response.drainHandler(drained -> {
            attempt.resumed();
            answer.resume();
        });
        // A cut answer must not look whole: the caller's connection breaks as the provider's did.
        answer.exceptionHandler(cut -> request.connection().close());
        answer.endHandler(end -> response.end());
        answer.handler(piece -> piece(answer, piece));
        answer.resume();
    }

    private void piece(HttpClientResponse answer, Buffer piece) {
        attempt.alive();
        request.response().write(piece);
        if (request.response().writeQueueFull()) {
            answer.pause();
            attempt.paused();
        }
    }
}
