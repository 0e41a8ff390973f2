package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationGrantError;

/** A request that is refused in the form of its RFC. Its description is shown to whoever asked: no secret may stand in it. */
public final class OAuthRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final String TEMPORARILY_UNAVAILABLE = "temporarily_unavailable";
    private static final long MINUTE = 60;

    private final ErrorObject error;
    private final long retryAfterSeconds;

    private OAuthRefusal(ErrorObject error, long retryAfterSeconds) {
        // An expected outcome: its stack trace helps nobody and costs much.
        super(error.getCode() + ": " + error.getDescription(), null, false, false);
        this.error = error;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** A refusal with a code of the RFC and a sentence of ours. */
    public static OAuthRefusal of(ErrorObject error, String description) {
        return new OAuthRefusal(error.setDescription(description), 0);
    }

    /** The same with another HTTP status. */
    OAuthRefusal at(int status) {
        return new OAuthRefusal(error.setHTTPStatusCode(status), retryAfterSeconds);
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

    /** Asked too often from one address. */
    public static OAuthRefusal tooOften() {
        return new OAuthRefusal(
                new ErrorObject(
                        TEMPORARILY_UNAVAILABLE,
                        "Too many requests from this address; wait a minute and try again.",
                        429),
                MINUTE);
    }

    /** A device that asks too often (RFC 8628 section 3.5), by itself or together with others behind its address. */
    static OAuthRefusal slowDown() {
        return new OAuthRefusal(
                DeviceAuthorizationGrantError.SLOW_DOWN.setDescription("Wait five seconds longer between polls."),
                2 * DeviceCodes.POLL_SECONDS);
    }

    /** There is no room for one more, whoever asks. */
    static OAuthRefusal noRoom() {
        return new OAuthRefusal(
                new ErrorObject(
                        TEMPORARILY_UNAVAILABLE,
                        "More sign-ins have been begun than this server keeps; wait a minute and try again.",
                        503),
                MINUTE);
    }

    /** The error, with its description and its HTTP status. */
    public ErrorObject error() {
        return error;
    }

    /** When asking again may help; 0: that is not known. */
    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
