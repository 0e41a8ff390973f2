package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationErrorResponse;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Answers of the authorization endpoint: each says who it comes from (RFC 9207), good or bad, so that none can be mixed up. */
public final class AuthorizationResponses {
    private final Audiences audiences;

    AuthorizationResponses(Audiences audiences) {
        this.audiences = audiences;
    }

    /** Where to send the browser with a code. */
    public URI success(String redirectUri, String code, @Nullable State state) {
        return new AuthorizationSuccessResponse(
                        URI.create(redirectUri), new AuthorizationCode(code), null, state, issuer(), ResponseMode.QUERY)
                .toURI();
    }

    /** Where to send the browser with a refusal. */
    public URI error(String redirectUri, ErrorObject error, @Nullable State state) {
        return new AuthorizationErrorResponse(URI.create(redirectUri), error, state, issuer(), ResponseMode.QUERY)
                .toURI();
    }

    private Issuer issuer() {
        return new Issuer(audiences.issuer());
    }
}
