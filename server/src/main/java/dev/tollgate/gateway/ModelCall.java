package dev.tollgate.gateway;

import dev.tollgate.access.Decision;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Resolution;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Inspection;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.dialects.RequestInspector;
import dev.tollgate.gateway.Stages.Identified;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.gateway.Stages.Reserved;
import dev.tollgate.gateway.Stages.Routed;
import dev.tollgate.identity.CallerResolution;
import dev.tollgate.identity.Right;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.routing.Hop;
import dev.tollgate.routing.Plan;
import dev.tollgate.upstream.ProviderClient;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole story of one model call, from its head to the moment when its answer is on its way. Nothing here waits: all
 * it asks is in memory; a prompt that may be too long for its model is counted elsewhere meanwhile. A stage that refuses
 * has answered the caller itself and returns null.
 */
final class ModelCall {
    private static final Logger LOG = LoggerFactory.getLogger(ModelCall.class);

    private final Services services;
    private final ProviderClient client;
    private final Context context;
    private final Inbound inbound;

    ModelCall(Services services, ProviderClient client, Context context, Inbound inbound) {
        this.services = services;
        this.client = client;
        this.context = context;
        this.inbound = inbound;
    }

    void run() {
        Identified identified = identify();
        if (identified == null || !acceptable()) {
            return;
        }
        if (inbound.http().headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            inbound.http().response().writeContinue();
        }
        Collector collector = Collector.collect(inbound.http(), services.bodies(), () -> {}, body -> {
            switch (body) {
                case Collector.Outcome.Whole whole -> proceed(identified, whole.bytes());
                case Collector.Outcome.TooLarge large -> refuse(ErrorKind.REQUEST_TOO_LARGE, Texts.TOO_LARGE);
                case Collector.Outcome.NoRoom full -> refuse(ErrorKind.UNAVAILABLE, Texts.NO_ROOM);
                case Collector.Outcome.Broken broken -> {} // the client has gone, and with it whoever could be told
            }
        });
        if (!inbound.http().isEnded()) {
            // A refusal that leaves before the body is there, or a client that does, must not keep the body's room.
            inbound.http().response().bodyEndHandler(answered -> collector.abandon());
            inbound.http().response().closeHandler(gone -> collector.abandon());
        }
    }

    private void proceed(Identified identified, byte[] body) {
        CallEnding ending = new CallEnding(services, inbound, context, body.length);
        inbound.http().response().bodyEndHandler(null).closeHandler(null);
        ending.guarded(() -> {
            Permitted permitted = Thrift.judged(services, permit(identified, body));
            if (permitted == null) {
                ending.giveRoom();
            } else if (ContextFit.isSure(permitted, services.planner())) {
                admit(permitted, ending);
            } else {
                services.counting()
                        .work(
                                context,
                                () -> new ContextFit(services, permitted).judge(),
                                new ContextFit.Fit.Fits(permitted),
                                fit -> ending.guarded(() -> fitted(fit, ending)));
            }
        });
    }

    private void fitted(ContextFit.Fit fit, CallEnding ending) {
        switch (fit) {
            case ContextFit.Fit.Fits(Permitted permitted)
            when !inbound.http().response().closed() -> admit(permitted, ending);
            case ContextFit.Fit.Fits gone -> ending.giveRoom(); // the client has left meanwhile
            case ContextFit.Fit.TooLong(String message) -> {
                refuse(ErrorKind.CONTEXT_LENGTH, message);
                ending.giveRoom();
            }
        }
    }

    private void admit(Permitted permitted, CallEnding ending) {
        new Limiting(services, context, permitted, ending, result -> limited(result, ending)).run();
    }

    private void limited(Limiting.Result result, CallEnding ending) {
        switch (result) {
            case Limiting.Result.Admitted(Permitted permitted) -> answer(permitted, ending);
            case Limiting.Result.Refused(ErrorKind kind, String message, long retryAfterSeconds) ->
                turnAway(kind, message, retryAfterSeconds, ending);
        }
    }

    /** From what is kept, where that is wanted and there is such an answer; else from a provider. */
    private void answer(Permitted permitted, CallEnding ending) {
        switch (services.caching().turn(permitted, services.catalog().view(), services.bodies())) {
            case AnswerCaching.Turn.None none -> reserve(permitted, ending);
            case AnswerCaching.Turn.Miss(Recording recording) -> {
                ending.recording(recording);
                reserve(permitted, ending);
            }
            case AnswerCaching.Turn.Hit(var found) -> new Replay(services, permitted, ending, found).run();
            case AnswerCaching.Turn.NotKept none -> turnAway(ErrorKind.TIMEOUT, Texts.NOT_KEPT, 0, ending);
        }
    }

    private void reserve(Permitted permitted, CallEnding ending) {
        new Reserving(services, context, permitted, ending, money -> reserved(money, permitted, ending)).run();
    }

    private void reserved(Reserving.Result result, Permitted permitted, CallEnding ending) {
        switch (result) {
            case Reserving.Result.Held(Reserved reserved) -> {
                ending.reserved(reserved);
                Routed routed = inbound.http().response().closed() ? left(reserved, ending) : route(reserved, ending);
                if (routed == null) {
                    ending.giveRoom();
                } else {
                    new Dispatch(services, client, context, routed, ending).run();
                }
            }
            case Reserving.Result.Refused(Unheld why) -> unheld(why, permitted, ending);
        }
    }

    private void unheld(Unheld why, Permitted permitted, CallEnding ending) {
        Unheld told = SpendCaps.concern(permitted) ? SpendCaps.told(why, services, permitted) : why;
        turnAway(told.kind(), told.message(), told.retryAfterSeconds(), ending);
    }

    /** Nothing was reserved, so nothing is settled. */
    private void turnAway(ErrorKind kind, String message, long retryAfterSeconds, CallEnding ending) {
        Refuser.refuse(
                inbound.http(), inbound.operation().dialect(), inbound.requestId(), kind, message, retryAfterSeconds);
        ending.turnedAway();
    }

    /** The client has gone while its money was sought. */
    private @Nullable Routed left(Reserved reserved, CallEnding ending) {
        ending.settleQuietly(reserved, Outcome.CLIENT_GONE, 0, new Charge.Free());
        return null;
    }

    private @Nullable Identified identify() {
        return switch (Presented.resolve(inbound.http(), services.callers(), Right.MODELS)) {
            case CallerResolution.Identified(var caller) -> new Identified(inbound, caller);
            case CallerResolution.Missing missing -> {
                Callers.refuse(services, inbound.http(), inbound.operation().dialect(), inbound.requestId());
                yield null;
            }
            case CallerResolution.Rejected(var reason) -> {
                LOG.info("A key was refused to {}: {}", services.clients().of(inbound.http()), reason);
                Callers.refuse(services, inbound.http(), inbound.operation().dialect(), inbound.requestId(), reason);
                yield null;
            }
            case CallerResolution.Insufficient(var right) -> {
                Callers.refuse(services, inbound.http(), inbound.operation().dialect(), inbound.requestId(), right);
                yield null;
            }
        };
    }

    /** What the head alone already rules out. */
    private boolean acceptable() {
        String header = HeaderPolicy.refused(inbound.http());
        if (header.equals("content-encoding")) {
            refuse(ErrorKind.UNSUPPORTED_MEDIA_TYPE, Texts.COMPRESSED);
        } else if (!header.isEmpty()) {
            refuse(ErrorKind.INVALID_REQUEST, "The header " + header + " is not accepted here: leave it out.");
        } else if (!Texts.isJson(inbound.http().getHeader(HttpHeaders.CONTENT_TYPE))) {
            refuse(ErrorKind.UNSUPPORTED_MEDIA_TYPE, Texts.NOT_JSON);
        } else if (claimedLength() > Collector.MAX_BYTES) {
            refuse(ErrorKind.REQUEST_TOO_LARGE, Texts.TOO_LARGE);
        } else {
            return true;
        }
        return false;
    }

    private long claimedLength() {
        String text = inbound.http().getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private @Nullable Permitted permit(Identified identified, byte[] body) {
        return switch (RequestInspector.inspect(inbound.operation(), body, 0, body.length)) {
            case Inspection.Malformed(var message) -> {
                refuse(ErrorKind.INVALID_REQUEST, message);
                yield null;
            }
            case Inspection.Readable(var fields) -> permit(identified, body, fields);
        };
    }

    private @Nullable Permitted permit(Identified identified, byte[] body, RequestFields fields) {
        String requested = inbound.pathModel() != null ? inbound.pathModel() : fields.model();
        if (requested == null || requested.isBlank() || requested.length() > Texts.MAX_MODEL_NAME) {
            refuse(ErrorKind.INVALID_REQUEST, Texts.BAD_MODEL_NAME);
            return null;
        }
        Dialect dialect = inbound.operation().dialect();
        CatalogView catalog = services.catalog().view();
        Resolution resolution = catalog.resolve(requested, dialect, Instant.ofEpochMilli(inbound.atMillis()));
        return switch (services.access().decide(identified.caller(), resolution, requested)) {
            case Decision.Denied denied -> {
                deny(denied, requested, catalog);
                yield null;
            }
            case Decision.Permitted(var candidates) -> {
                List<Candidate> reached = reached(inbound.operation(), candidates);
                String alias = resolution instanceof Resolution.Resolved resolved ? resolved.alias() : null;
                if (reached.isEmpty()) {
                    refuse(ErrorKind.INVALID_REQUEST, Texts.otherDialect(requested, candidates, dialect));
                    yield null;
                }
                yield mayAskToolModels(identified, fields, catalog)
                        ? new Permitted(identified, body, fields, requested, alias, reached)
                        : null;
            }
        };
    }

    /** A server tool may ask a model of its own (Anthropic's advisor): the key must be allowed that one, too. */
    private boolean mayAskToolModels(Identified identified, RequestFields fields, CatalogView catalog) {
        for (String model : fields.toolModels()) {
            Resolution resolution =
                    catalog.resolve(model, inbound.operation().dialect(), Instant.ofEpochMilli(inbound.atMillis()));
            if (services.access().decide(identified.caller(), resolution, model) instanceof Decision.Denied denied) {
                deny(denied, model, catalog);
                return false;
            }
        }
        return true;
    }

    /** Those to which this call can be said, in its own dialect or converted. */
    static List<Candidate> reached(Operation operation, List<Candidate> candidates) {
        List<Candidate> reached = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            if (Translator.reaches(operation, candidate.provider())) {
                reached.add(candidate);
            }
        }
        return reached;
    }

    private void deny(Decision.Denied denied, String requested, CatalogView catalog) {
        switch (denied.reason()) {
            case MODEL_UNKNOWN ->
                refuse(ErrorKind.NOT_FOUND, Texts.unknownModel(requested, catalog.nearest(requested)));
            // Anthropic's clients take a 403 for a dead login; a 400 is their contract for a model that is not allowed.
            case MODEL_NOT_PERMITTED ->
                refuse(
                        inbound.operation().dialect() == Dialect.ANTHROPIC
                                ? ErrorKind.INVALID_REQUEST
                                : ErrorKind.PERMISSION,
                        Texts.notPermitted(requested, denied.allowed()));
        }
    }

    private @Nullable Routed route(Reserved reserved, CallEnding ending) {
        Permitted permitted = reserved.permitted();
        String session = permitted.inbound().http().getHeader(CallStarts.SESSION_OF_CLAUDE_CODE);
        String affinity = session == null ? permitted.identified().caller().keyId() : session;
        return switch (services.planner().plan(permitted.candidates(), affinity, permitted.leastTokens())) {
            case Plan.Ways(var hops) -> lead(reserved, hops, ending);
            case Plan.NoCredential(var providers) -> {
                ending.settleQuietly(reserved, Outcome.REFUSED, 503, new Charge.Free());
                refuse(ErrorKind.UNAVAILABLE, Texts.noCredential(providers));
                yield null;
            }
            case Plan.Cooling(var seconds) -> {
                ending.settleQuietly(reserved, Outcome.REFUSED, 429, new Charge.Free());
                Refuser.refuse(
                        inbound.http(),
                        inbound.operation().dialect(),
                        inbound.requestId(),
                        ErrorKind.RATE_LIMIT,
                        Texts.cooling(seconds),
                        seconds);
                yield null;
            }
        };
    }

    /** A conversation that the provider keeps goes on where it lies, or not at all. */
    private @Nullable Routed lead(Reserved reserved, List<Hop> hops, CallEnding ending) {
        RequestFields.Continued thread = reserved.permitted().fields().thread();
        List<Hop> leading = thread == null ? hops : services.threads().leading(thread, hops);
        if (leading.isEmpty()) {
            ending.settleQuietly(reserved, Outcome.REFUSED, ErrorKind.CONFLICT.status(), new Charge.Free());
            refuse(ErrorKind.CONFLICT, Texts.THREAD_ELSEWHERE);
            return null;
        }
        return new Routed(reserved, leading);
    }

    private void refuse(ErrorKind kind, String message) {
        Refuser.refuse(inbound.http(), inbound.operation().dialect(), inbound.requestId(), kind, message);
    }
}
