package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.front.Route;
import dev.tollgate.identity.BearerTokens;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.StoreOutage;
import dev.tollgate.web.Params;
import dev.tollgate.web.WebRequest;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callers by access token, those included whose token is bound to a key (RFC 9449 section 7): with each request they prove that they hold it.
 * A proof counts once on all nodes, so the store is asked, on a virtual thread, while the request waits; whoever has proved it goes on with a
 * word of ours in place of the token, which opens one request. Bearer tokens go the short way, and wait for nothing.
 */
public final class BoundCallers implements BearerTokens {
    private static final Logger LOG = LoggerFactory.getLogger(BoundCallers.class);
    private static final String AUTHORIZATION = "authorization";
    private static final String SCHEME = "DPoP ";
    private static final String PROOF = "dpop";
    /** It begins as every JWT does, and is none: base64url has no tilde. */
    private static final String WORD = "eyJ~";

    private static final String STORE_AWAY = "temporarily_unavailable";

    private static final int MOST_WAITING = 10_000;
    private static final int WORD_LENGTH = 43;

    /** Refuses, in the form that the path's clients understand. */
    public interface Refuser {
        /** With 401; the challenge is in the answer's head already. */
        void unproven(HttpServerRequest request);

        /** With 503: whether a proof was shown before, nobody can say at the moment. */
        void storeAway(HttpServerRequest request);
    }

    private final AccessTokens accessTokens;
    private final Audiences audiences;
    private final Supplier<DpopProofs> make;
    private final InstantSource clock;
    private final Cache<String, Caller> proven = Caffeine.newBuilder()
            .maximumSize(MOST_WAITING)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();
    private final StoreOutage outage = new StoreOutage(System::nanoTime);
    private volatile @Nullable DpopProofs made;

    /** @param make makes what judges proofs, at the first one: it needs the libraries of OAuth */
    BoundCallers(AccessTokens accessTokens, Audiences audiences, Supplier<DpopProofs> make, InstantSource clock) {
        this.accessTokens = accessTokens;
        this.audiences = audiences;
        this.make = make;
        this.clock = clock;
    }

    private DpopProofs proofs() {
        DpopProofs proofs = made;
        if (proofs == null) {
            proofs = make.get(); // made twice at worst: it holds nothing
            made = proofs;
        }
        return proofs;
    }

    @Override
    public @Nullable Caller find(String token, long nowMillis) {
        return token.startsWith(WORD) ? proven.asMap().remove(token) : accessTokens.find(token, nowMillis);
    }

    /**
     * The same route, for those too who prove a key.
     *
     * @param blocking runs what asks the store
     */
    public Route open(Route route, Context context, Executor blocking, Refuser refuser) {
        return route.with((request, parameters) -> {
            String authorization = request.getHeader(AUTHORIZATION);
            if (authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
                String token = authorization.substring(SCHEME.length()).strip();
                new Proving(context, refuser, request, () -> route.handler().handle(request, parameters))
                        .run(token, blocking);
            } else {
                route.handler().handle(request, parameters);
            }
        });
    }

    /** One request. */
    private final class Proving {
        private final Context context;
        private final Refuser refuser;
        private final HttpServerRequest request;
        private final Runnable goOn;

        Proving(Context context, Refuser refuser, HttpServerRequest request, Runnable goOn) {
            this.context = context;
            this.refuser = refuser;
            this.request = request;
            this.goOn = goOn;
        }

        void run(String token, Executor blocking) {
            AccessTokens.Verified verified = accessTokens.verify(token, clock.millis());
            boolean fits = verified != null
                    && !verified.jkt().isEmpty()
                    && verified.audience().equals(audiences.issuer())
                    && request.headers().getAll(AUTHORIZATION).size() == 1;
            if (!fits || verified == null) {
                refuse("invalid_token");
                return;
            }
            request.pause(); // whoever reads the body resumes it
            request.response().exceptionHandler(gone -> {});
            blocking.execute(() -> {
                String error = judge(token, verified);
                context.runOnContext(v -> judged(error, verified));
            });
        }

        /** What is wrong, by its code of RFC 9449 or {@link #STORE_AWAY}; empty if nothing is. */
        private String judge(String token, AccessTokens.Verified verified) {
            String path = request.path() == null ? "/" : request.path();
            WebRequest head = new WebRequest(
                    request.method(), path, Map.of(), Params.NONE, Params.NONE, new byte[0], request.headers(), "");
            try {
                proofs().bound(head, audiences.endpoint(path), token, verified);
                return "";
            } catch (OAuthRefusal e) {
                return e.error().getCode();
            } catch (RuntimeException | Error e) {
                if (outage.explains(e)) {
                    return STORE_AWAY;
                }
                LOG.error("A proof could not be judged", e);
                return "invalid_dpop_proof";
            }
        }

        private void judged(String error, AccessTokens.Verified verified) {
            if (error.equals(STORE_AWAY)) {
                refuser.storeAway(request);
                return;
            }
            if (!error.isEmpty()) {
                refuse(error);
                return;
            }
            String word = WORD + Ids.secret(WORD_LENGTH);
            proven.put(word, verified.caller());
            request.headers().set(AUTHORIZATION, "Bearer " + word).remove(PROOF);
            request.response().putHeader(DpopProofs.NONCE_HEADER, proofs().nonce());
            goOn.run();
        }

        /** RFC 9449 section 7.1. */
        private void refuse(String error) {
            if (!request.response().headWritten()) {
                request.response()
                        .putHeader(
                                "www-authenticate",
                                "DPoP realm=\"tollgate\", error=\"" + error + "\", algs=\"" + DpopProofs.names()
                                        + "\", resource_metadata=\"" + audiences.issuer()
                                        + "/.well-known/oauth-protected-resource\"")
                        .putHeader(DpopProofs.NONCE_HEADER, proofs().nonce());
            }
            refuser.unproven(request);
        }
    }
}
