package dev.tollgate.oauth;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.dpop.JWKThumbprintConfirmation;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.id.Subject;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What a token is (RFC 7662), for clients that authenticate, of their own tokens: of another's they learn that it is not active. */
final class IntrospectionEndpoint {
    static final String PATH = "/oauth/introspect";

    private final ClientDoor door;
    private final RateLimits limits;
    private final RefreshTokens refreshTokens;
    private final AccessTokens accessTokens;
    private final Audiences audiences;
    private final InstantSource clock;

    IntrospectionEndpoint(
            ClientDoor door,
            RateLimits limits,
            RefreshTokens refreshTokens,
            AccessTokens accessTokens,
            Audiences audiences,
            InstantSource clock) {
        this.door = door;
        this.limits = limits;
        this.refreshTokens = refreshTokens;
        this.accessTokens = accessTokens;
        this.audiences = audiences;
        this.clock = clock;
    }

    WebReply handle(WebRequest request) {
        return door.answer(request, this::answer);
    }

    private WebReply answer(WebRequest request) {
        limits.count(RateLimits.Kind.LOOK, request.clientAddress());
        HTTPRequest http = door.message(request, false);
        TokenIntrospectionRequest message = Messages.read(() -> TokenIntrospectionRequest.parse(http));
        // Section 2.1: it must be authorized, against those who try tokens out.
        if (message.getClientAuthentication() == null) {
            throw OAuthRefusal.invalidClient("Only a client that authenticates may ask what a token is.");
        }
        Client client = door.client(request, message.getClientAuthentication(), null);
        return Messages.json(200, look(message.getToken().getValue(), client).toJSONObject());
    }

    private TokenIntrospectionSuccessResponse look(String token, Client client) {
        if (token.startsWith(Secrets.REFRESH)) {
            return refresh(refreshTokens
                    .usable(token)
                    .filter(family -> family.clientId().equals(client.id())));
        }
        AccessTokens.Verified verified = accessTokens.verify(token, clock.millis());
        if (verified == null || !verified.clientId().equals(client.id())) {
            return new TokenIntrospectionSuccessResponse.Builder(false).build();
        }
        TokenIntrospectionSuccessResponse.Builder answer = new TokenIntrospectionSuccessResponse.Builder(true)
                .scope(Scope.parse(verified.scopes()))
                .clientID(new ClientID(verified.clientId()))
                .tokenType(verified.jkt().isEmpty() ? AccessTokenType.BEARER : AccessTokenType.DPOP)
                .expirationTime(AccessTokens.at(verified.expiresAtMillis()))
                .issueTime(AccessTokens.at(verified.issuedAtMillis()))
                .subject(new Subject(verified.subject()))
                .audience(List.of(new Audience(verified.audience())))
                .issuer(new Issuer(audiences.issuer()))
                .jwtID(new JWTID(verified.tokenId()));
        if (!verified.jkt().isEmpty()) {
            answer.jwkThumbprintConfirmation(new JWKThumbprintConfirmation(new Base64URL(verified.jkt())));
        }
        return answer.build();
    }

    private TokenIntrospectionSuccessResponse refresh(Optional<TokenFamily> family) {
        return family.map(found -> new TokenIntrospectionSuccessResponse.Builder(true)
                        .scope(Scope.parse(found.scopes()))
                        .clientID(new ClientID(found.clientId()))
                        .expirationTime(AccessTokens.at(found.expiresAtMillis()))
                        .issuer(new Issuer(audiences.issuer()))
                        .build())
                .orElseGet(() -> new TokenIntrospectionSuccessResponse.Builder(false).build());
    }
}
