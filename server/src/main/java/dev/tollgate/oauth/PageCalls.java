package dev.tollgate.oauth;

import dev.tollgate.front.Route;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the model API by pages in a browser (Fetch standard, section 4.8): the answer, good or bad, whole or streamed, may be read by
 * the pages of the client that the access token was issued to, and by no others. Where they are, the token says itself. A key that is no
 * access token has no pages. A request that no page has sent pays for one look at its headers.
 */
public final class PageCalls {
    private static final List<CharSequence> PLACES = List.of(
            HttpHeaders.AUTHORIZATION,
            HttpHeaders.createOptimized("x-api-key"),
            HttpHeaders.createOptimized("x-goog-api-key"));
    /** Request ids, rate limits, nonces: whoever may read the answer may read all of its head. Cookies play no part. */
    private static final CharSequence ALL = HttpHeaders.createOptimized("*");

    private final AccessTokens accessTokens;
    private final InstantSource clock;

    PageCalls(AccessTokens accessTokens, InstantSource clock) {
        this.accessTokens = accessTokens;
        this.clock = clock;
    }

    /** The same route, for pages too. */
    public Route open(Route route) {
        return route.with((request, parameters) -> {
            if (request.headers().contains(HttpHeaders.ORIGIN)) {
                allow(request);
            }
            route.handler().handle(request, parameters);
        });
    }

    /** Before anything is known of the answer: whatever it will be, it has this in its head. */
    private void allow(HttpServerRequest request) {
        MultiMap head = request.response().headers();
        head.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
        String token = token(request.headers());
        AccessTokens.Verified verified = token == null ? null : accessTokens.verify(token, clock.millis());
        if (origins.size() == 1 && verified != null && verified.origins().contains(origins.getFirst())) {
            head.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origins.getFirst());
            head.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ALL);
        }
    }

    /** The one token of the request, wherever clients put it; null if there is none, or if two differ. */
    private static @Nullable String token(MultiMap headers) {
        String token = null;
        for (CharSequence place : PLACES) {
            for (String value : headers.getAll(place)) {
                String each = value.substring(value.indexOf(' ') + 1).strip();
                if (token != null && !token.equals(each)) {
                    return null;
                }
                token = each;
            }
        }
        return token;
    }
}
