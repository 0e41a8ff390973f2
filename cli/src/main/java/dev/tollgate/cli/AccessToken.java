package dev.tollgate.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An access token of a person.
 *
 * @param expiresAtMillis when it ends, in epoch milliseconds
 * @param renewAtMillis from when on another is asked for before it is used
 */
record AccessToken(String value, List<String> scopes, long expiresAtMillis, long renewAtMillis) {
    /** What an access token is for; each has its own, so that no program gets one that does more than it needs. */
    enum Purpose {
        /** For programs that are handed a token, and whatever these start. It never administers. */
        USE,
        /** For the admin API, to which these commands alone send it. */
        ADMINISTER;

        /** As the file of a sign-in has it. */
        String key() {
            return this == USE ? "use" : "administer";
        }
    }

    static final String ADMIN = "admin:*";

    /** Whoever is given a token has at least that long with it. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    /** RFC 6750 §2.1 (b64token), and a bound. */
    static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]{1,8192}=*");

    AccessToken {
        scopes = List.copyOf(scopes);
    }

    /**
     * Reads a token endpoint's answer (RFC 6749 §5.1).
     *
     * @param asked the scopes that were asked for, which hold where the answer names none
     * @throws Failure where it is no answer of that kind
     */
    static AccessToken of(ServerAddress server, Json.Obj answer, List<String> asked, Instant now) {
        String token = answer.text("access_token");
        long lifetime = answer.number("expires_in");
        boolean usable = FORM.matcher(token).matches()
                && answer.text("token_type").equalsIgnoreCase("Bearer")
                && lifetime > 0
                && lifetime <= Duration.ofDays(3650).toSeconds();
        if (!usable) {
            throw noToken(server);
        }
        String scope = answer.text("scope");
        long end = now.toEpochMilli() + lifetime * 1000;
        return new AccessToken(
                token,
                scope.isBlank() ? asked : List.of(scope.strip().split(" +")),
                end,
                // A token that lives shorter than the margin must not be renewed at each call.
                end - Math.min(MARGIN.toMillis(), lifetime * 1000 / 2));
    }

    static Failure noToken(ServerAddress server) {
        return Failure.refused(
                "unavailable",
                "What the server at " + server + " gave is no bearer token.",
                "Is something in between that answers in its place?");
    }

    /** Whether these scopes let somebody administer. */
    static boolean administers(List<String> scopes) {
        return scopes.contains(ADMIN);
    }

    /** Of the scopes of a sign-in those that a program is given which is handed a token. */
    static List<String> ofPrograms(List<String> scopes) {
        return scopes.stream()
                .filter(scope -> scope.startsWith("models:") || scope.equals("usage:read"))
                .toList();
    }

    /** What it is for. */
    Purpose purpose() {
        return administers(scopes) ? Purpose.ADMINISTER : Purpose.USE;
    }

    boolean fresh(Instant now) {
        return now.toEpochMilli() < renewAtMillis;
    }

    boolean valid(Instant now) {
        return now.toEpochMilli() < expiresAtMillis;
    }

    /** When it ends, by RFC 3339. */
    String expiresAt() {
        return Instant.ofEpochMilli(expiresAtMillis).toString();
    }

    Json.Obj json() {
        return Json.object()
                .put("access_token", value)
                .put("scopes", scopes)
                .put("expires_at", expiresAtMillis)
                .put("renew_at", renewAtMillis);
    }

    /** As {@link #json} wrote it; empty for none. */
    static Optional<AccessToken> parse(Json.Obj json) {
        return Optional.of(json.text("access_token"))
                .filter(value -> !value.isEmpty())
                .map(value -> new AccessToken(
                        value, json.texts("scopes"), json.number("expires_at"), json.number("renew_at")));
    }

    @Override
    public String toString() {
        return "AccessToken for " + scopes;
    }
}
