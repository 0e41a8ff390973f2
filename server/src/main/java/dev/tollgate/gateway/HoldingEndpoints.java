package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.ProviderObject;
import dev.tollgate.front.Route;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Budget;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.StoreOutage;
import dev.tollgate.upstream.ProviderClient;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The doors of batches and files, for one event loop. Their stories wait for the store, so they run on threads of their own. */
public final class HoldingEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(HoldingEndpoints.class);

    private final HoldingServices shared;
    private final Services services;
    private final ProviderClient client;
    private final Context context;

    public HoldingEndpoints(HoldingServices shared, Services services, ProviderClient client, Context context) {
        this.shared = shared;
        this.services = services;
        this.client = client;
        this.context = context;
    }

    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (String prefix : List.of("", "/anthropic")) {
            String batches = prefix + "/v1/messages/batches";
            BatchStories stories = shared.batches();
            add(routes, HttpMethod.POST, batches, Dialect.ANTHROPIC, stories::create);
            add(routes, HttpMethod.GET, batches, Dialect.ANTHROPIC, stories::list);
            add(routes, HttpMethod.GET, batches + "/{id}", Dialect.ANTHROPIC, stories::retrieve);
            add(routes, HttpMethod.GET, batches + "/{id}/results", Dialect.ANTHROPIC, stories::results);
            add(routes, HttpMethod.POST, batches + "/{id}/cancel", Dialect.ANTHROPIC, stories::cancel);
            add(routes, HttpMethod.DELETE, batches + "/{id}", Dialect.ANTHROPIC, stories::delete);
        }
        files(routes, "", null);
        files(routes, "/anthropic", Dialect.ANTHROPIC);
        files(routes, "/openai", Dialect.OPENAI);
        return routes;
    }

    private void files(List<Route> routes, String prefix, @Nullable Dialect dialect) {
        String files = prefix + "/v1/files";
        FileStories stories = shared.files();
        add(routes, HttpMethod.POST, files, dialect, stories::upload, true);
        add(routes, HttpMethod.GET, files, dialect, stories::list);
        add(routes, HttpMethod.GET, files + "/{id}", dialect, stories::retrieve);
        add(routes, HttpMethod.GET, files + "/{id}/content", dialect, stories::content);
        add(routes, HttpMethod.DELETE, files + "/{id}", dialect, stories::delete);
    }

    private void add(
            List<Route> routes,
            HttpMethod method,
            String path,
            @Nullable Dialect dialect,
            Function<Asked, Told> story) {
        add(routes, method, path, dialect, story, false);
    }

    /**
     * Adds a route.
     *
     * @param dialect null where the client's headers tell it
     * @param streamed whether the body stays where it is until the story says where it goes
     */
    private void add(
            List<Route> routes,
            HttpMethod method,
            String path,
            @Nullable Dialect dialect,
            Function<Asked, Told> story,
            boolean streamed) {
        routes.add(new Route(
                method, path, Authentication.VIRTUAL_KEY, Budget.METERED, Egress.PROVIDERS, (request, parameters) -> {
                    Asked asked = asked(
                            request,
                            dialect == null ? spoken(request) : dialect,
                            parameters.getOrDefault("id", ""),
                            path.contains("{id}"));
                    if (asked != null && streamed) {
                        request.pause();
                        run(request, asked, story);
                    } else if (asked != null) {
                        collect(request, asked, story);
                    }
                }));
    }

    /** {@code /v1/files} is Anthropic's and OpenAI's; the client's headers tell which it speaks. */
    private static Dialect spoken(HttpServerRequest request) {
        boolean anthropic = request.headers().contains("anthropic-version")
                || request.headers().contains("x-api-key");
        return anthropic ? Dialect.ANTHROPIC : Dialect.OPENAI;
    }

    /** What the head says, without a body; null where it has been refused. */
    private @Nullable Asked asked(HttpServerRequest request, Dialect dialect, String id, boolean ofOne) {
        long now = services.clock().millis();
        String requestId = Ids.sortable("req", now);
        Caller caller = Callers.identify(services, request, dialect, requestId);
        if (caller == null) {
            return null;
        }
        String refused = HeaderPolicy.refused(request);
        if (!refused.isEmpty()) {
            String message = "The header " + refused + " is not accepted here: leave it out.";
            Refuser.refuse(request, dialect, requestId, ErrorKind.INVALID_REQUEST, message);
            return null;
        }
        if (ofOne && !ProviderObject.isId(id)) {
            Refuser.refuse(request, dialect, requestId, ErrorKind.NOT_FOUND, "There is nothing of that id.");
            return null;
        }
        return new Asked(
                requestId,
                now,
                dialect,
                caller,
                id,
                HeaderPolicy.forwarded(request),
                request.query(),
                request.getHeader(CallStarts.FEATURE),
                CallStarts.client(caller, request).app(),
                new byte[0]);
    }

    /** Bodies that are looked into. */
    private void collect(HttpServerRequest request, Asked asked, Function<Asked, Told> story) {
        if (claimedLength(request) > Collector.MAX_BYTES) {
            refuse(request, asked, ErrorKind.REQUEST_TOO_LARGE, Texts.BATCH_TOO_LARGE);
            return;
        }
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
        Collector collector = Collector.collect(request, services.bodies(), () -> {}, outcome -> {
            switch (outcome) {
                case Collector.Outcome.Whole(byte[] body) -> {
                    request.response().bodyEndHandler(null).closeHandler(null);
                    run(request, asked.with(body), story);
                }
                case Collector.Outcome.TooLarge large ->
                    refuse(request, asked, ErrorKind.REQUEST_TOO_LARGE, Texts.BATCH_TOO_LARGE);
                case Collector.Outcome.NoRoom full -> refuse(request, asked, ErrorKind.UNAVAILABLE, Texts.NO_ROOM);
                case Collector.Outcome.Broken broken -> {} // the client has gone, and with it whoever could be told
            }
        });
        if (!request.isEnded()) {
            request.response().bodyEndHandler(answered -> collector.abandon());
            request.response().closeHandler(gone -> collector.abandon());
        }
    }

    private static void refuse(HttpServerRequest request, Asked asked, ErrorKind kind, String message) {
        Refuser.refuse(request, asked.dialect(), asked.requestId(), kind, message);
    }

    /** Bytes of the body; -1 where the head does not say. */
    static long claimedLength(HttpServerRequest request) {
        String text = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private void run(HttpServerRequest request, Asked asked, Function<Asked, Told> story) {
        shared.blocking().execute(() -> {
            Told told = tell(asked, story);
            context.runOnContext(v -> {
                services.bodies().give(asked.body().length);
                answer(request, asked, told);
            });
        });
    }

    private Told tell(Asked asked, Function<Asked, Told> story) {
        try {
            return story.apply(asked);
        } catch (Throwable e) { // errors, too: here nobody above would answer the caller
            if (services.storeOutage().explains(e)) {
                return new Told.Refusal(
                        ErrorKind.UNAVAILABLE,
                        "The gate cannot record this at the moment. Try again shortly.",
                        StoreOutage.RETRY_AFTER_SECONDS);
            }
            LOG.error("Request {} failed in the gate", asked.requestId(), e);
            return new Told.Refusal(ErrorKind.API_ERROR, Texts.FAILED);
        }
    }

    private void answer(HttpServerRequest request, Asked asked, Told told) {
        switch (told) {
            case Told.Refusal(ErrorKind kind, String message, long seconds) ->
                Refuser.refuse(request, asked.dialect(), asked.requestId(), kind, message, seconds);
            case Told.Body body -> {
                HttpServerResponse response = request.response();
                if (!response.closed() && !response.headWritten()) {
                    HeaderPolicy.answer(body.headers(), response.headers());
                    if (!response.headers().contains(HttpHeaders.CONTENT_TYPE)) {
                        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
                    }
                    response.putHeader(Refuser.REQUEST_ID, asked.requestId());
                    if (!request.isEnded() && request.version() != HttpVersion.HTTP_2) {
                        response.putHeader(
                                HttpHeaders.CONNECTION, HttpHeaders.CLOSE); // the provider did not want it all
                    }
                    response.setStatusCode(body.status()).end(Buffer.buffer(body.bytes()));
                }
            }
            case Told.Upload upload
            when claimedLength(request) > upload.mostBytes() ->
                refuse(request, asked, ErrorKind.REQUEST_TOO_LARGE, Texts.fileTooLarge(upload.mostBytes()));
            case Told.Upload upload ->
                new Upload(
                                request,
                                asked,
                                client,
                                shared.errands(),
                                upload,
                                sent -> run(
                                        request, asked, then -> shared.files().uploaded(then, sent)))
                        .run();
            case Told.Piped piped -> new Download(request, asked, client).run(piped);
        }
    }
}
