package dev.tollgate.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The access token of whoever is signed in, renewed in time.
 *
 * <p>A refresh token is good for one use, and a second one looks like theft to the server, which then ends the sign-in. So
 * one process at a time renews, and each looks again at what is kept once it has the lock: most find it done.
 */
final class Tokens {
    private static final Duration LOCK_MOST = Duration.ofSeconds(60);

    /** With a token in hand that is still good, it is better to use that than to wait. */
    private static final Duration LOCK_MOST_IF_VALID = Duration.ofSeconds(10);

    private final LoginStore store;
    private final Surroundings surroundings;

    Tokens(LoginStore store, Surroundings surroundings) {
        this.store = store;
        this.surroundings = surroundings;
    }

    /**
     * Whoever is signed in, with an access token that lasts.
     *
     * @throws Failure where nobody is, the sign-in was ended, or the token has ended and the server is away
     */
    Login valid() {
        Login login = store.read().orElseThrow(this::nobody);
        return login.fresh(surroundings.clock().instant())
                ? login
                : renewed(login, latest -> latest.fresh(surroundings.clock().instant()));
    }

    /** The same, after the server did not take this access token, whatever its end was said to be. */
    Login after(Login rejected) {
        return renewed(rejected, latest -> !latest.accessToken().equals(rejected.accessToken()));
    }

    private Login renewed(Login login, Predicate<Login> suffices) {
        boolean valid = login.valid(surroundings.clock().instant());
        Optional<StoreLock> lock = store.lock(valid ? LOCK_MOST_IF_VALID : LOCK_MOST);
        if (lock.isEmpty()) {
            return Optional.of(login).filter(_ -> valid).orElseThrow(store::busy);
        }
        try (StoreLock _ = lock.get()) {
            Login latest = store.read().orElseThrow(this::nobody);
            return suffices.test(latest) ? latest : renew(latest);
        } catch (IOException unclosed) {
            throw new UncheckedIOException(unclosed);
        }
    }

    /** Only under the lock. */
    private Login renew(Login login) {
        return switch (refresh(login)) {
            case OAuthServer.Answer.Success(Json.Obj body) -> successor(login, body);
            case OAuthServer.Answer.Refused(String error, String _)
            when error.equals("invalid_grant") -> {
                store.remove();
                throw Failure.refused(
                        "unauthorized",
                        "The sign-in at " + store.server() + " of " + login.who() + " was ended.",
                        "Sign in again: tollgate login");
            }
            case OAuthServer.Answer.Refused(String error, String description) ->
                kept(login, OAuthServer.refusal(error, description));
            case OAuthServer.Answer.Away(Failure why) -> kept(login, why);
        };
    }

    private Login successor(Login login, Json.Obj body) {
        Login renewed;
        try {
            renewed = Login.of(
                    store.server(),
                    body,
                    login.scopes(),
                    login,
                    surroundings.clock().instant());
        } catch (Failure noToken) {
            return kept(login, noToken);
        }
        store.write(renewed);
        return renewed;
    }

    private OAuthServer.Answer refresh(Login login) {
        if (login.refreshToken().isEmpty()) {
            return new OAuthServer.Answer.Away(Failure.refused(
                    "unauthorized",
                    "The sign-in at " + store.server() + " of " + login.who() + " cannot be renewed.",
                    "Sign in again: tollgate login"));
        }
        try {
            return OAuthServer.discover(store.server())
                    .post(
                            "token_endpoint",
                            Map.of("grant_type", "refresh_token", "refresh_token", login.refreshToken()));
        } catch (Failure away) {
            return new OAuthServer.Answer.Away(away);
        }
    }

    /** A server that is away, or has a fault, has ended nothing: the token is good as long as it was said to be. */
    private Login kept(Login login, Failure why) {
        if (login.valid(surroundings.clock().instant())) {
            return login;
        }
        throw why;
    }

    private Failure nobody() {
        return Failure.refused(
                "unauthorized", "Nobody is signed in at " + store.server() + ".", "Sign in: tollgate login");
    }
}
