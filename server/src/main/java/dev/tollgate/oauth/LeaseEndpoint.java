package dev.tollgate.oauth;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import io.vertx.core.http.HttpMethod;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Where a job asks for the setup token that is lent to its rule, by the access token that it was given. */
public final class LeaseEndpoint {
    static final String PATH = "/oauth/lease";

    private static final String BEARER = "bearer ";

    private final Store store;
    private final AccessTokens accessTokens;
    private final Audiences audiences;
    private final SetupTokens setupTokens;
    private final InstantSource clock;
    private final RateLimits limits = new RateLimits();

    /** Beside a server. */
    public LeaseEndpoint(AuthorizationServer.Ground ground, AuthorizationServer server, SetupTokens setupTokens) {
        this.store = ground.store();
        this.accessTokens = server.accessTokens();
        this.audiences = server.audiences();
        this.setupTokens = setupTokens;
        this.clock = ground.clock();
    }

    /** Declares it on the routes of one event loop. */
    public void declare(WebRoutes routes) {
        routes.add(HttpMethod.POST, PATH, Authentication.ACCESS_TOKEN, Egress.NONE, this::handle);
    }

    WebReply handle(WebRequest request) {
        try {
            limits.count(RateLimits.Kind.LEASE, request.clientAddress());
            return answer(request);
        } catch (OAuthRefusal e) {
            return Messages.error(e);
        }
    }

    private WebReply answer(WebRequest request) {
        AccessTokens.Verified job = verified(request.header("authorization"));
        if (job == null) {
            return WebReply.empty(401).with("www-authenticate", "Bearer realm=\"tollgate\", error=\"invalid_token\"");
        }
        Optional<TrustRule> rule = FederatedGrants.ruleId(job.grantId())
                .flatMap(id -> store.read(handle -> TrustRuleTable.byId(handle, id)));
        if (rule.isEmpty()) {
            return denied();
        }
        return switch (setupTokens.lease(rule.get(), job, request.clientAddress())) {
            case Lending.Lent lent -> WebReply.json(200, environment(lent));
            case Lending.Refused refused -> denied();
        };
    }

    /** One answer to whatever is wrong, as at the token endpoint. */
    private static WebReply denied() {
        return WebReply.json(403, Json.MAPPER.createObjectNode().put("error", "access_denied"));
    }

    private static ObjectNode environment(Lending.Lent lent) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putObject("environment").put(lent.variable(), lent.setupToken());
        return body;
    }

    /** A bearer's, for this gate. One that is bound to a key is nothing without its proof, which is not asked for here. */
    private AccessTokens.@Nullable Verified verified(@Nullable String authorization) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return null;
        }
        AccessTokens.Verified token =
                accessTokens.verify(authorization.substring(BEARER.length()).strip(), clock.millis());
        return token != null && token.jkt().isEmpty() && token.audience().equals(audiences.issuer()) ? token : null;
    }
}
