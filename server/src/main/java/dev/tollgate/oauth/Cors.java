package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of others may read what is answered here (Fetch standard, section 4.8): those of the client that the answer is for, and
 * nobody else's. A client's pages are where its redirect URIs are, by their exact origin. Cookies play no part: no
 * answer allows credentials, and the pages for people, the authorization endpoint among them, allow nothing.
 */
final class Cors {
    private static final String ALLOW_ORIGIN = "access-control-allow-origin";
    private static final String ALLOW_METHODS = "access-control-allow-methods";
    private static final String ALLOW_HEADERS = "access-control-allow-headers";
    private static final String MAX_AGE = "access-control-max-age";
    private static final String ORIGIN = "origin";
    private static final String TEN_MINUTES = "600";

    /** What clients send to this server's own endpoints. */
    static final String OAUTH_HEADERS = "authorization, content-type, dpop";

    /**
     * What clients send to the model API. It takes headers that it does not know, since providers' clients add some weekly; no asterisk
     * stands for the one that is named (Fetch standard, section 2.2.2).
     */
    static final String CALL_HEADERS = "authorization, *";

    private final Clients clients;
    private final AccessTokens accessTokens;
    private final RateLimits limits;
    private final InstantSource clock;

    Cors(Clients clients, AccessTokens accessTokens, RateLimits limits, InstantSource clock) {
        this.clients = clients;
        this.accessTokens = accessTokens;
        this.limits = limits;
        this.clock = clock;
    }

    /** The answer, for the page that asked to read if it is one of the client that the request names. */
    WebReply answer(WebRequest request, WebReply reply) {
        WebReply varied = reply.with("vary", ORIGIN);
        String origin = request.header(ORIGIN);
        // Whoever asks too often does not get a client looked up besides.
        if (origin == null || reply.status() == 429) {
            return varied;
        }
        String id = named(request);
        boolean own = id != null
                && clients.find(id).filter(client -> client.hasOrigin(origin)).isPresent();
        return own
                ? varied.with(ALLOW_ORIGIN, origin)
                        .with("access-control-expose-headers", "dpop-nonce, retry-after, www-authenticate")
                : varied;
    }

    /** The one client that the request speaks of; null if it is none, or if it speaks of two. */
    private @Nullable String named(WebRequest request) {
        String inForm = request.form().get("client_id");
        String authorization = request.header("authorization");
        if (authorization == null) {
            return request.headers().contains("authorization") ? null : inForm;
        }
        String inHeader = ofHeader(authorization);
        return inForm == null || Objects.equals(inForm, inHeader) ? inHeader : null;
    }

    private @Nullable String ofHeader(String authorization) {
        int blank = authorization.indexOf(' ');
        String scheme = authorization.substring(0, Math.max(0, blank)).toLowerCase(Locale.ROOT);
        if (scheme.equals("basic")) {
            try {
                return ClientSecretBasic.parse(authorization).getClientID().getValue();
            } catch (ParseException e) {
                return null;
            }
        }
        boolean token = scheme.equals("bearer") || scheme.equals("dpop");
        AccessTokens.Verified verified =
                token ? accessTokens.verify(authorization.substring(blank + 1).strip(), clock.millis()) : null;
        return verified == null ? null : verified.clientId();
    }

    /**
     * Answers a preflight, which names no client: any client's page may ask; whether it may read, the answer itself decides.
     *
     * @param methods what the endpoint takes, separated by commas
     * @param headers likewise
     */
    WebReply preflight(WebRequest request, String methods, String headers) {
        WebReply none = WebReply.empty(204).with("vary", ORIGIN);
        String origin = request.header(ORIGIN);
        try {
            limits.count(RateLimits.Kind.PREFLIGHT, request.clientAddress());
        } catch (OAuthRefusal tooOften) {
            return Messages.error(tooOften);
        }
        return origin != null && clients.origins().include(origin)
                ? none.with(ALLOW_ORIGIN, origin)
                        .with(ALLOW_METHODS, methods)
                        .with(ALLOW_HEADERS, headers)
                        .with(MAX_AGE, TEN_MINUTES)
                : none;
    }

    /** What is public is so for every page. */
    static WebReply open(WebReply reply) {
        return reply.with(ALLOW_ORIGIN, "*");
    }

    /** Answers a preflight for what is public. */
    static WebReply openPreflight() {
        return open(WebReply.empty(204))
                .with(ALLOW_METHODS, "GET")
                .with(ALLOW_HEADERS, "*")
                .with(MAX_AGE, TEN_MINUTES);
    }
}
