package dev.tollgate.cli;

import dev.tollgate.cli.AccessToken.Purpose;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A person's sign-in at one gate.
 *
 * @param server the gate's address, as {@link ServerAddress} has it
 * @param email who signed in; empty where the gate did not say
 * @param scopes what was allowed; an access token may be for less
 * @param refreshToken empty where the gate gave none
 * @param tokens the access tokens at hand, by what they are for
 */
record Login(String server, String email, List<String> scopes, String refreshToken, Map<Purpose, AccessToken> tokens) {
    Login {
        scopes = List.copyOf(scopes);
        tokens = Map.copyOf(tokens);
    }

    /**
     * Reads what a sign-in gave (RFC 6749 §5.1).
     *
     * @param refreshToken as {@link #refreshToken(ServerAddress, Json.Obj)} read it
     */
    static Login of(ServerAddress server, Json.Obj answer, String refreshToken, AccessToken token) {
        return new Login(
                server.toString(), answer.text("email"), token.scopes(), refreshToken, Map.of(token.purpose(), token));
    }

    /**
     * The refresh token of a token endpoint's answer; empty where it has none.
     *
     * @throws Failure where it is none that could be sent back
     */
    static String refreshToken(ServerAddress server, Json.Obj answer) {
        String refresh = answer.text("refresh_token");
        if (!refresh.isEmpty() && !AccessToken.FORM.matcher(refresh).matches()) {
            throw AccessToken.noToken(server);
        }
        return refresh;
    }

    /**
     * With another access token, and the refresh token that came with it.
     *
     * @param asked what a token was asked for: if it is for everything that was allowed, what it lacks is allowed no longer
     * @param refresh empty: the one there is stays
     */
    Login renewed(Purpose asked, AccessToken token, String refresh) {
        Map<Purpose, AccessToken> all = new EnumMap<>(Purpose.class);
        all.putAll(tokens);
        boolean less = asked == Purpose.ADMINISTER && token.purpose() == Purpose.USE;
        if (less) {
            all.clear();
        }
        all.put(token.purpose(), token);
        return new Login(
                server, email, less ? token.scopes() : scopes, refresh.isEmpty() ? refreshToken : refresh, all);
    }

    /** The access token at hand, be it still good or not. */
    Optional<AccessToken> token(Purpose purpose) {
        return Optional.ofNullable(tokens.get(purpose));
    }

    boolean administers() {
        return AccessToken.administers(scopes);
    }

    /** Who signed in, for a sentence. */
    String who() {
        return email.isEmpty() ? "a person" : email;
    }

    Json.Obj json() {
        Json.Obj json = Json.object()
                .put("server", server)
                .put("email", email)
                .put("scopes", scopes)
                .put("refresh_token", refreshToken);
        for (Purpose purpose : Purpose.values()) {
            token(purpose).ifPresent(token -> json.put(purpose.key(), token.json()));
        }
        return json;
    }

    /** As {@link #json} wrote it. */
    static Login parse(Json.Obj json) {
        Map<Purpose, AccessToken> tokens = new EnumMap<>(Purpose.class);
        for (Purpose purpose : Purpose.values()) {
            AccessToken.parse(json.child(purpose.key())).ifPresent(token -> tokens.put(purpose, token));
        }
        return new Login(
                json.text("server"), json.text("email"), json.texts("scopes"), json.text("refresh_token"), tokens);
    }

    /** It holds tokens. */
    @Override
    public String toString() {
        return "Login of " + email + " at " + server;
    }
}
