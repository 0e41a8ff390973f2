package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The token endpoint (RFC 6749 section 3.2), as a pipeline: how often, what, who, may they, with which key, for which
 * resource; then the flow of the grant type.
 */
final class TokenEndpoint {
    static final String PATH = "/oauth/token";

    private static final Map<String, RateLimits.Kind> LIMITS = Map.of(
            "authorization_code",
            RateLimits.Kind.CODE,
            "refresh_token",
            RateLimits.Kind.REFRESH,
            "client_credentials",
            RateLimits.Kind.CLIENT,
            GrantType.DEVICE_CODE.getValue(),
            RateLimits.Kind.DEVICE_POLL,
            GrantType.TOKEN_EXCHANGE.getValue(),
            RateLimits.Kind.EXCHANGE,
            GrantType.JWT_BEARER.getValue(),
            RateLimits.Kind.ASSERTION);

    /** What a request may be whose sender names no client: Claude Code's. */
    private static final Set<String> UNNAMED = Set.of(GrantType.DEVICE_CODE.getValue(), "refresh_token");

    /** Whoever shows a token of an issuer that we trust needs no client of ours besides (a CI job). */
    private static final Client JOB = new Client(
            "federation",
            Client.Kind.BUILT_IN,
            "Federation",
            List.of(),
            Set.of(GrantType.TOKEN_EXCHANGE, GrantType.JWT_BEARER),
            Client.NONE,
            "",
            null,
            false,
            List.of(),
            "");

    /** A request that has passed the pipeline. */
    record Asked(
            WebRequest request,
            Client client,
            String jkt,
            List<String> scopes,
            @Nullable String resource) {}

    private final ClientDoor door;
    private final RateLimits limits;
    private final Audiences audiences;
    private final SignInFlows signIns;
    private final ExchangeFlows exchanges;

    TokenEndpoint(
            ClientDoor door, RateLimits limits, Audiences audiences, SignInFlows signIns, ExchangeFlows exchanges) {
        this.door = door;
        this.limits = limits;
        this.audiences = audiences;
        this.signIns = signIns;
        this.exchanges = exchanges;
    }

    WebReply handle(WebRequest request) {
        return door.answer(request, this::answer);
    }

    private WebReply answer(WebRequest request) {
        String type = String.valueOf(request.form().get("grant_type"));
        limits.count(LIMITS.getOrDefault(type, RateLimits.Kind.OTHER), request.clientAddress());
        HTTPRequest http = door.message(request, UNNAMED.contains(type));
        if (type.equals(GrantType.JWT_BEARER.getValue())) {
            ExchangeFlows.requireJwt(request.form().get("assertion"));
        }
        TokenRequest message = Messages.read(() -> TokenRequest.parse(http));
        AuthorizationGrant grant = message.getAuthorizationGrant();
        Client client = client(request, message, grant);
        if (!client.grantTypes().contains(grant.getType())) {
            throw OAuthRefusal.of(OAuth2Error.UNAUTHORIZED_CLIENT, "This client may not use that grant type.");
        }
        Scope scope = message.getScope();
        Asked asked = new Asked(
                request,
                client,
                door.thumbprintForToken(request, client),
                scope == null ? List.of() : scope.toStringList(),
                resource(message, grant));
        return dispatch(asked, grant);
    }

    private @Nullable String resource(TokenRequest message, AuthorizationGrant grant) {
        List<String> asked = new ArrayList<>();
        if (message.getResources() != null) {
            message.getResources().forEach(each -> asked.add(each.toString()));
        }
        // RFC 8693 section 2.1 has two names for it.
        if (grant instanceof TokenExchangeGrant exchange && exchange.getAudience() != null) {
            exchange.getAudience().forEach(each -> asked.add(each.getValue()));
        }
        return asked.isEmpty() ? null : audiences.one(asked);
    }

    private Client client(WebRequest request, TokenRequest message, AuthorizationGrant grant) {
        boolean job = message.getClientAuthentication() == null
                && message.getClientID() == null
                && JOB.grantTypes().contains(grant.getType());
        return job ? JOB : door.client(request, message.getClientAuthentication(), message.getClientID());
    }

    private WebReply dispatch(Asked asked, AuthorizationGrant grant) {
        return switch (grant) {
            case AuthorizationCodeGrant code -> signIns.code(asked, code);
            case RefreshTokenGrant refresh -> signIns.refresh(asked, refresh);
            case DeviceCodeGrant device -> signIns.device(asked, device);
            case ClientCredentialsGrant own -> exchanges.clientCredentials(asked);
            case TokenExchangeGrant exchange -> exchanges.exchange(asked, exchange);
            case JWTBearerGrant assertion -> exchanges.assertion(asked, assertion);
            default ->
                throw OAuthRefusal.of(OAuth2Error.UNSUPPORTED_GRANT_TYPE, "This server does not have that grant type.");
        };
    }
}
