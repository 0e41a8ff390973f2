package dev.tollgate.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signing in with the browser of this machine (RFC 8252): an authorization code comes back to a loopback address, and
 * only who began the sign-in can redeem it (PKCE, RFC 7636).
 */
final class LoopbackSignIn {
    private static final Duration MOST = Duration.ofMinutes(10);
    private static final int SECRET_BYTES = 32;

    private final OAuthServer oauth;
    private final Surroundings surroundings;
    private final String state = random();
    private final String verifier = random();

    LoopbackSignIn(OAuthServer oauth, Surroundings surroundings) {
        this.oauth = oauth;
        this.surroundings = surroundings;
    }

    /** What the token endpoint gave. */
    Json.Obj run(List<String> scopes, Output out) {
        if (!oauth.provesByS256()) {
            throw Failure.refused(
                    "untrusted",
                    "The server does not take PKCE's S256: a code could be redeemed by whoever sees it.",
                    "Sign in with a code instead: tollgate login --device");
        }
        try (LoopbackListener listener = new LoopbackListener(state)) {
            URI page = page(scopes, listener.redirectUri());
            out.notice("Sign in with your browser. If it does not open by itself, go to:");
            out.notice("  " + page);
            Browser.open(page, surroundings);
            LoopbackListener.Returned returned =
                    listener.await(MOST).orElseThrow(() -> OAuthServer.refusal("expired_token", ""));
            return redeemed(returned, listener.redirectUri());
        } catch (IOException noSocket) {
            throw new UncheckedIOException(noSocket);
        }
    }

    /** RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2. */
    private URI page(List<String> scopes, String redirectUri) {
        Map<String, String> request = new LinkedHashMap<>();
        request.put("response_type", "code");
        request.put("client_id", OAuthServer.CLIENT_ID);
        request.put("redirect_uri", redirectUri);
        request.put("scope", String.join(" ", scopes));
        request.put("resource", oauth.issuer());
        request.put("state", state);
        request.put("code_challenge", challenge());
        request.put("code_challenge_method", "S256");
        URI endpoint = oauth.endpoint("authorization_endpoint");
        return URI.create(endpoint + (endpoint.getRawQuery() == null ? "?" : "&") + OAuthServer.form(request));
    }

    /** The person's page tells the outcome, so it waits for it. */
    private Json.Obj redeemed(LoopbackListener.Returned returned, String redirectUri) {
        boolean done = false;
        try {
            Json.Obj answer = redeem(code(returned.parameters()), redirectUri);
            done = true;
            return answer;
        } finally {
            returned.show(done);
        }
    }

    /** RFC 6749 §4.1.2; RFC 9207 §2.4: an answer that another server's sign-in led to is not for us. */
    private String code(Map<String, String> answer) {
        String issuer = answer.getOrDefault("iss", "");
        if (!issuer.equals(oauth.issuer())) {
            throw Failure.refused(
                    "untrusted",
                    "The sign-in's answer does not say that it is from " + oauth.issuer() + ": it was not used.",
                    "Close that browser tab and try again: tollgate login");
        }
        String error = answer.getOrDefault("error", "");
        if (!error.isEmpty()) {
            throw OAuthServer.refusal(error, answer.getOrDefault("error_description", ""));
        }
        return Optional.ofNullable(answer.get("code"))
                .filter(code -> !code.isEmpty())
                .orElseThrow(() -> OAuthServer.refusal("invalid_response", "its answer has no code."));
    }

    /** RFC 6749 §4.1.3, RFC 7636 §4.5. */
    private Json.Obj redeem(String code, String redirectUri) {
        OAuthServer.Answer answer = oauth.post(
                "token_endpoint",
                Map.of(
                        "grant_type", "authorization_code",
                        "code", code,
                        "redirect_uri", redirectUri,
                        "code_verifier", verifier,
                        "resource", oauth.issuer()));
        return switch (answer) {
            case OAuthServer.Answer.Success(Json.Obj body) -> body;
            case OAuthServer.Answer.Refused(String error, String description) ->
                throw OAuthServer.refusal(error, description);
            case OAuthServer.Answer.Away(Failure why) -> throw why;
        };
    }

    private String challenge() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String random() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
