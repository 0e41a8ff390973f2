package dev.tollgate.gateway;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.front.Replies;
import dev.tollgate.gateway.Stages.Replied;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** Tells a caller in its own dialect what {@link TokenCounting} found. It costs nothing, and is recorded like a provider's count. */
final class TokenReply {
    private static final CharSequence ESTIMATE = HttpHeaders.createOptimized("x-tollgate-estimate");
    private static final CharSequence TOKENS = HttpHeaders.createOptimized("tokens");

    private TokenReply() {}

    /**
     * Settles the call and answers it.
     *
     * @param replied of the candidate for whose model was counted
     */
    static void send(Replied replied, TokenCounting.Counted counted, CallEnding ending) {
        switch (counted) {
            case TokenCounting.Counted.Tokens(long tokens) -> {
                ending.firstByte();
                took(replied, 200, "counted here");
                replied.trail().edited(List.of("tokens: an estimate of Tollgate's, errs high"));
                ending.settle(replied, Outcome.OK, 200, new Charge.Free(), durable -> {
                    if (durable) {
                        answer(replied, tokens);
                    } else {
                        refuse(replied, ErrorKind.UNAVAILABLE, "The answer could not be recorded, so it is withheld.");
                    }
                });
            }
            case TokenCounting.Counted.Refused(String message) ->
                refused(replied, ErrorKind.INVALID_REQUEST, message, ending);
            case TokenCounting.Counted.Failed() -> refused(replied, ErrorKind.API_ERROR, Texts.FAILED, ending);
        }
    }

    private static void refused(Replied replied, ErrorKind kind, String message, CallEnding ending) {
        took(replied, kind.status(), "not counted");
        ending.settle(
                replied, Outcome.REFUSED, kind.status(), new Charge.Free(), durable -> refuse(replied, kind, message));
    }

    private static void took(Replied replied, int status, String result) {
        replied.trail().attempted(replied.hop(), replied.inbound().elapsedMicros(), status, result);
    }

    private static void answer(Replied replied, long tokens) {
        HttpServerResponse response = replied.inbound().http().response();
        if (!response.headWritten() && !response.closed()) {
            Relay.told(
                    replied.inbound(),
                    replied.hop().candidate().provider().name(),
                    replied.hop().candidate().model(),
                    "",
                    response);
            response.putHeader(ESTIMATE, TOKENS);
            Replies.json(replied.inbound().http(), 200, body(replied.inbound().operation(), tokens));
        }
    }

    private static byte[] body(Operation operation, long tokens) {
        JsonBytes json = new JsonBytes().beginObject();
        switch (operation.dialect()) {
            case ANTHROPIC -> json.field("input_tokens", tokens);
            case OPENAI -> json.field("object", "response.input_tokens").field("input_tokens", tokens);
            case GEMINI -> json.field("totalTokens", tokens);
            case CONVERSE -> throw operation.dialect().isNoClients();
        }
        return json.endObject().toBytes();
    }

    private static void refuse(Replied replied, ErrorKind kind, String message) {
        Inbound inbound = replied.inbound();
        Refuser.refuse(inbound.http(), inbound.operation().dialect(), inbound.requestId(), kind, message);
    }
}
