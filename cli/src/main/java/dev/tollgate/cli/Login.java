package dev.tollgate.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A person's sign-in at one gate.
 *
 * @param server the gate's address, as {@link ServerAddress} has it
 * @param email who signed in; empty where the gate did not say
 * @param refreshToken empty where the gate gave none
 * @param expiresAtMillis when the access token ends, in epoch milliseconds
 * @param renewAtMillis from when on it is renewed before it is used
 */
record Login(
        String server,
        String email,
        List<String> scopes,
        String accessToken,
        String refreshToken,
        long expiresAtMillis,
        long renewAtMillis) {
    static final String ADMIN = "admin:*";

    /** Whoever is given a token has at least that long with it. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    /** RFC 6750 §2.1 (b64token), and a bound. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,8192}=*");

    /**
     * Reads a token endpoint's answer (RFC 6749 §5.1).
     *
     * @param asked the scopes that were asked for, which hold where the answer names none
     * @param before what it renews; null at a sign-in
     * @throws Failure where it is no answer of that kind
     */
    static Login of(ServerAddress server, Json.Obj answer, List<String> asked, @Nullable Login before, Instant now) {
        String token = answer.text("access_token");
        String refresh = answer.text("refresh_token");
        long lifetime = answer.number("expires_in");
        boolean usable = TOKEN.matcher(token).matches()
                && (refresh.isEmpty() || TOKEN.matcher(refresh).matches())
                && answer.text("token_type").equalsIgnoreCase("Bearer")
                && lifetime > 0
                && lifetime <= Duration.ofDays(3650).toSeconds();
        if (!usable) {
            throw Failure.refused(
                    "unavailable",
                    "What the server at " + server + " gave is no bearer token.",
                    "Is something in between that answers in its place?");
        }
        String scope = answer.text("scope");
        long end = now.toEpochMilli() + lifetime * 1000;
        return new Login(
                server.toString(),
                answer.has("email") || before == null ? answer.text("email") : before.email(),
                scope.isBlank() ? asked : List.of(scope.strip().split(" +")),
                token,
                refresh.isEmpty() && before != null ? before.refreshToken() : refresh,
                end,
                // A token that lives shorter than the margin must not be renewed at each call.
                end - Math.min(MARGIN.toMillis(), lifetime * 1000 / 2));
    }

    boolean fresh(Instant now) {
        return now.toEpochMilli() < renewAtMillis;
    }

    boolean valid(Instant now) {
        return now.toEpochMilli() < expiresAtMillis;
    }

    boolean administers() {
        return scopes.contains(ADMIN);
    }

    /** Who signed in, for a sentence. */
    String who() {
        return email.isEmpty() ? "a person" : email;
    }

    Json.Obj json() {
        return Json.object()
                .put("server", server)
                .put("email", email)
                .put("scopes", scopes)
                .put("access_token", accessToken)
                .put("refresh_token", refreshToken)
                .put("expires_at", expiresAtMillis)
                .put("renew_at", renewAtMillis);
    }

    /** As {@link #json} wrote it. */
    static Login parse(Json.Obj json) {
        return new Login(
                json.text("server"),
                json.text("email"),
                json.texts("scopes"),
                json.text("access_token"),
                json.text("refresh_token"),
                json.number("expires_at"),
                json.number("renew_at"));
    }

    /** It holds tokens. */
    @Override
    public String toString() {
        return "Login of " + email + " at " + server;
    }
}
