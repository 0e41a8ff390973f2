package dev.tollgate.cli;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** Signing in with a browser on any machine (RFC 8628): the person types a code there, and this one asks until it is done. */
final class DeviceSignIn {
    private static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";

    /** RFC 8628 §3.2: where the server names none; §3.5: what slow_down adds. */
    private static final long INTERVAL_SECONDS = 5;

    private static final long LONGEST_INTERVAL_SECONDS = 60;
    private static final long LONGEST_SECONDS = 30 * 60;

    private final OAuthServer oauth;
    private final Surroundings surroundings;

    DeviceSignIn(OAuthServer oauth, Surroundings surroundings) {
        this.oauth = oauth;
        this.surroundings = surroundings;
    }

    /** What the token endpoint gave. */
    Json.Obj run(List<String> scopes, Output out) {
        if (!oauth.has("device_authorization_endpoint")) {
            throw Failure.refused(
                    "unavailable",
                    "The server has no sign-in by code.",
                    "Sign in where there is a browser: tollgate login");
        }
        Json.Obj begun = begin(scopes);
        // Shown, and perhaps opened, by a person who trusts this server: so it is to be the server's own.
        URI page = oauth.own(begun.text("verification_uri"), "verification_uri");
        if (begun.has("login_notice")) {
            out.notice(OAuthServer.clipped(begun.text("login_notice")));
        }
        out.notice("On any device, go to " + page);
        out.notice("and enter the code  " + OAuthServer.clipped(begun.text("user_code")));
        if (begun.has("verification_uri_complete")) {
            out.notice("or go to " + oauth.own(begun.text("verification_uri_complete"), "verification_uri_complete"));
        }
        return poll(begun);
    }

    /** RFC 8628 §3.1. */
    private Json.Obj begin(List<String> scopes) {
        OAuthServer.Answer answer = oauth.post(
                "device_authorization_endpoint", Map.of("scope", String.join(" ", scopes), "resource", oauth.issuer()));
        return switch (answer) {
            case OAuthServer.Answer.Success(Json.Obj body) -> body;
            case OAuthServer.Answer.Refused(String error, String description) ->
                throw OAuthServer.refusal(error, description);
            case OAuthServer.Answer.Away(Failure why) -> throw why;
        };
    }

    /** RFC 8628 §3.4 and §3.5. */
    private Json.Obj poll(Json.Obj begun) {
        long left = Math.min(begun.number("expires_in"), LONGEST_SECONDS);
        long interval = begun.number("interval") > 0 ? begun.number("interval") : INTERVAL_SECONDS;
        while (left > 0) {
            waitFor(interval);
            left -= interval;
            OAuthServer.Answer answer = oauth.post(
                    "token_endpoint", Map.of("grant_type", GRANT_TYPE, "device_code", begun.text("device_code")));
            switch (answer) {
                case OAuthServer.Answer.Success(Json.Obj body) -> {
                    return body;
                }
                case OAuthServer.Answer.Refused(String error, String _) when error.equals("authorization_pending") -> {}
                case OAuthServer.Answer.Refused(String error, String _)
                when error.equals("slow_down") -> interval += INTERVAL_SECONDS;
                case OAuthServer.Answer.Refused(String error, String description) ->
                    throw OAuthServer.refusal(error, description);
                // Twice as long after each failure, so as not to press a server that is in trouble.
                case OAuthServer.Answer.Away _ -> interval = Math.min(2 * interval, LONGEST_INTERVAL_SECONDS);
            }
        }
        throw OAuthServer.refusal("expired_token", "");
    }

    private void waitFor(long seconds) {
        try {
            Thread.sleep(surroundings.pollInterval().multipliedBy(seconds));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Failure.refused("expired", "The sign-in was interrupted.", "Try again: tollgate login");
        }
    }
}
