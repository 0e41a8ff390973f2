package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;

/** A request that is refused in the form of its RFC. Its description is shown to whoever asked: no secret may stand in it. */
public final class OAuthRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorObject error;

    private OAuthRefusal(ErrorObject error) {
        // An expected outcome: its stack trace helps nobody and costs much.
        super(error.getCode() + ": " + error.getDescription(), null, false, false);
        this.error = error;
    }

    /** A refusal with a code of the RFC and a sentence of ours. */
    public static OAuthRefusal of(ErrorObject error, String description) {
        return new OAuthRefusal(error.setDescription(description));
    }

    /** The same with another HTTP status. */
    OAuthRefusal at(int status) {
        return new OAuthRefusal(error.setHTTPStatusCode(status));
    }

    /** RFC 6749 section 5.2. */
    public static OAuthRefusal invalidRequest(String description) {
        return of(OAuth2Error.INVALID_REQUEST, description);
    }

    /** RFC 6749 section 5.2. */
    public static OAuthRefusal invalidGrant(String description) {
        return of(OAuth2Error.INVALID_GRANT, description);
    }

    /** RFC 6749 section 5.2. */
    public static OAuthRefusal invalidScope(String description) {
        return of(OAuth2Error.INVALID_SCOPE, description);
    }

    /** RFC 8707 section 2. */
    public static OAuthRefusal invalidTarget(String description) {
        return of(new ErrorObject("invalid_target", null, 400), description);
    }

    /** RFC 6749 section 5.2: 401, and the one scheme that clients may authenticate by in a header. */
    public static OAuthRefusal invalidClient(String description) {
        return of(OAuth2Error.INVALID_CLIENT, description);
    }

    /** Asked too often. */
    public static OAuthRefusal tooOften() {
        return of(
                new ErrorObject("temporarily_unavailable", null, 429),
                "Too many requests from this address; wait a minute and try again.");
    }

    /** The error, with its description and its HTTP status. */
    public ErrorObject error() {
        return error;
    }
}
