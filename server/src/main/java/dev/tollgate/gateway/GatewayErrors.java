package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.front.Front;
import dev.tollgate.front.Replies;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.StoreOutage;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/** Errors outside any route, in the shape that the clients of that part of the address space understand. */
public final class GatewayErrors implements Front.ErrorPage {
    /** RFC 9113, section 7. */
    private static final long ENHANCE_YOUR_CALM = 0xb;

    private final InstantSource clock;

    public GatewayErrors(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void notFound(HttpServerRequest request) {
        if (asksForWebSocket(request)) {
            refuseWebSocket(request);
        } else {
            reply(request, ErrorKind.NOT_FOUND, "not_found", "There is nothing at this path.");
        }
    }

    @Override
    public void wrongMethod(HttpServerRequest request, String allow) {
        if (asksForWebSocket(request)) {
            refuseWebSocket(request);
            return;
        }
        if (!request.response().headWritten()) {
            request.response().putHeader("allow", allow);
        }
        reply(request, ErrorKind.METHOD_NOT_ALLOWED, "invalid", "This path takes " + allow + ".");
    }

    private void refuseWebSocket(HttpServerRequest request) {
        reply(request, ErrorKind.UPGRADE_REQUIRED, "invalid", "WebSockets are not served here: use HTTP with POST.");
    }

    private static boolean asksForWebSocket(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader("upgrade"));
    }

    @Override
    public void ownerTokenRequired(HttpServerRequest request) {
        reply(
                request,
                ErrorKind.AUTHENTICATION,
                "unauthorized",
                "This needs the owner's token: set TOLLGATE_TOKEN, or run "
                        + "on the machine and as the user of `./tollgate serve`; or an administrator's access token.");
    }

    /** A token that is bound to a key came without a proof of it that is good (RFC 9449 section 7.1); the challenge says why. */
    public void unproven(HttpServerRequest request) {
        reply(
                request,
                ErrorKind.AUTHENTICATION,
                "unauthorized",
                "This access token, or its proof of a key, is not accepted. Sign a new proof for this very request, with the nonce of the"
                        + " answer's DPoP-Nonce header.");
    }

    /** The store, without which the request cannot be judged, does not answer. */
    public void storeAway(HttpServerRequest request) {
        if (!request.response().headWritten()) {
            request.response().putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(StoreOutage.RETRY_AFTER_SECONDS));
        }
        reply(request, ErrorKind.UNAVAILABLE, "unavailable", "The store does not answer. Try again shortly.");
    }

    @Override
    public void failed(HttpServerRequest request, int status) {
        switch (status) {
            case 431 -> reply(request, ErrorKind.HEADERS_TOO_LARGE, "invalid", "The request's headers are too large.");
            case 414 -> reply(request, ErrorKind.INVALID_REQUEST, "invalid", "The request's address is too long.");
            case 400 -> reply(request, ErrorKind.INVALID_REQUEST, "invalid", "This is not valid HTTP.");
            default -> reply(request, ErrorKind.API_ERROR, "internal", "Tollgate failed. Its log says more.");
        }
    }

    @Override
    public void draining(HttpServerRequest request) {
        reply(request, ErrorKind.UNAVAILABLE, "unavailable", "Tollgate is stopping. Try again in a moment.");
    }

    @Override
    public void bodyTooSlow(HttpServerRequest request) {
        reply(request, ErrorKind.REQUEST_TIMEOUT, "invalid", Texts.BODY_TOO_SLOW);
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset(ENHANCE_YOUR_CALM); // this stream alone: others share the connection
        } else {
            request.connection().close();
        }
    }

    private void reply(HttpServerRequest request, ErrorKind kind, String code, String message) {
        Dialect dialect = dialect(request);
        if (dialect == null) {
            StringBuilder body =
                    new StringBuilder("{\"error\":{\"code\":\"").append(code).append("\",\"message\":\"");
            JsonStringEncoder.getInstance().quoteAsString(message, body);
            body.append("\",\"cure\":\"\"}}");
            Replies.json(request, kind.status(), body.toString().getBytes(StandardCharsets.UTF_8));
        } else {
            Refuser.refuse(request, dialect, Ids.sortable("req", clock.millis()), kind, message);
        }
    }

    private static final Map<String, Dialect> PREFIXES = Map.of(
            "/v1beta/", Dialect.GEMINI,
            "/gemini/", Dialect.GEMINI,
            "/v1/messages", Dialect.ANTHROPIC,
            "/anthropic/", Dialect.ANTHROPIC,
            "/v1/", Dialect.OPENAI,
            "/openai/", Dialect.OPENAI);

    /** Null outside the model API. */
    private static @Nullable Dialect dialect(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path().toLowerCase(Locale.ROOT);
        if (path.startsWith("/v1/") && request.headers().contains("anthropic-version")) {
            return Dialect.ANTHROPIC;
        }
        if (path.startsWith("/v1/messages")) {
            return Dialect.ANTHROPIC;
        }
        for (Map.Entry<String, Dialect> prefix : PREFIXES.entrySet()) {
            if (path.startsWith(prefix.getKey())) {
                return prefix.getValue();
            }
        }
        return null;
    }
}
