package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import dev.tollgate.kernel.Json;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who the person is (OpenID Connect Core section 5.3), for an access token with {@code openid}. */
final class UserInfoEndpoint {
    static final String PATH = "/oauth/userinfo";

    private final RateLimits limits;
    private final AccessTokens accessTokens;
    private final DpopProofs proofs;
    private final Persons persons;
    private final Audiences audiences;
    private final InstantSource clock;

    UserInfoEndpoint(
            RateLimits limits,
            AccessTokens accessTokens,
            DpopProofs proofs,
            Persons persons,
            Audiences audiences,
            InstantSource clock) {
        this.limits = limits;
        this.accessTokens = accessTokens;
        this.proofs = proofs;
        this.persons = persons;
        this.audiences = audiences;
        this.clock = clock;
    }

    WebReply handle(WebRequest request) {
        try {
            limits.count(RateLimits.Kind.LOOK, request.clientAddress());
        } catch (OAuthRefusal tooOften) {
            return Messages.error(tooOften);
        }
        return answer(request);
    }

    private WebReply answer(WebRequest request) {
        String authorization = request.header("authorization");
        boolean dpop = scheme(authorization).equals("dpop");
        if (authorization == null || (!dpop && !scheme(authorization).equals("bearer"))) {
            return challenge(null, false);
        }
        String token = authorization.substring(authorization.indexOf(' ') + 1).strip();
        AccessTokens.Verified verified = accessTokens.verify(token, clock.millis());
        // A token that is bound to a key is nothing without its proof, and the reverse would be a lie.
        if (verified == null
                || verified.jkt().isEmpty() == dpop
                || !verified.audience().equals(audiences.issuer())) {
            return challenge(BearerTokenError.INVALID_TOKEN, dpop);
        }
        if (dpop) {
            try {
                proofs.bound(request, audiences.endpoint(PATH), token, verified);
            } catch (OAuthRefusal e) {
                return challenge(e.error().setHTTPStatusCode(401), true);
            }
        }
        if (!verified.scopes().contains(Scopes.OPENID)) {
            return challenge(BearerTokenError.INSUFFICIENT_SCOPE, dpop);
        }
        // Not by the subject: a job's may look like anything.
        String member = verified.member();
        Optional<Persons.Profile> person = member == null ? Optional.empty() : persons.active(member);
        if (person.isEmpty()) {
            return challenge(BearerTokenError.INVALID_TOKEN, dpop);
        }
        return WebReply.json(200, Json.MAPPER.writeValueAsBytes(IdTokens.about(person.get(), verified.scopes())));
    }

    private static String scheme(@Nullable String authorization) {
        int blank = authorization == null ? -1 : authorization.indexOf(' ');
        return authorization == null || blank < 0
                ? ""
                : authorization.substring(0, blank).toLowerCase(Locale.ROOT);
    }

    /** RFC 6750 section 3, RFC 9449 section 7.1. */
    private WebReply challenge(@Nullable ErrorObject error, boolean dpop) {
        StringBuilder challenge = new StringBuilder(dpop ? "DPoP" : "Bearer").append(" realm=\"tollgate\"");
        if (error != null) {
            challenge.append(", error=\"").append(error.getCode()).append('"');
            if (BearerTokenError.INSUFFICIENT_SCOPE.getCode().equals(error.getCode())) {
                challenge.append(", scope=\"openid\"");
            }
        }
        WebReply reply = WebReply.empty(error == null ? 401 : error.getHTTPStatusCode())
                .with("www-authenticate", challenge.toString());
        return dpop ? reply.with(DpopProofs.NONCE_HEADER, proofs.nonce()) : reply;
    }
}
