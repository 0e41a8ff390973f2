package dev.tollgate.cli;

import dev.tollgate.cli.AccessToken.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The access tokens of whoever is signed in, renewed in time.
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

    /** A sign-in, and an access token of it that lasts. */
    record Held(Login login, AccessToken token) {}

    /**
     * Whoever is signed in, with a token for that; empty where the sign-in is not for it.
     *
     * @throws Failure where nobody is signed in, the sign-in was ended, or the token has ended and the server is away
     */
    Optional<Held> valid(Purpose purpose) {
        Login login = store.read().orElseThrow(this::nobody);
        return held(
                serves(login, purpose) && !fresh(login, purpose)
                        ? renewed(login, purpose, latest -> fresh(latest, purpose))
                        : login,
                purpose);
    }

    /**
     * The same for programs, for which every sign-in is.
     *
     * @throws Failure as {@link #valid}
     */
    Held forPrograms() {
        return valid(Purpose.USE)
                .orElseThrow(() -> Failure.refused(
                        "untrusted",
                        "The server at " + store.server() + " gives no token that does not administer.",
                        "Sign in again without --admin: tollgate login"));
    }

    /** The same, after the server did not take this access token, whatever its end was said to be. */
    Optional<Held> after(AccessToken rejected) {
        Login login = store.read().orElseThrow(this::nobody);
        Purpose purpose = rejected.purpose();
        Predicate<Login> another = latest -> latest.token(purpose)
                .filter(token -> !token.value().equals(rejected.value()))
                .isPresent();
        return held(another.test(login) ? login : renewed(login, purpose, another), purpose);
    }

    private static Optional<Held> held(Login login, Purpose purpose) {
        return login.token(purpose).map(token -> new Held(login, token));
    }

    private static boolean serves(Login login, Purpose purpose) {
        return purpose == Purpose.USE || login.administers();
    }

    private boolean fresh(Login login, Purpose purpose) {
        return login.token(purpose)
                .filter(token -> token.fresh(surroundings.clock().instant()))
                .isPresent();
    }

    private boolean valid(Login login, Purpose purpose) {
        return login.token(purpose)
                .filter(token -> token.valid(surroundings.clock().instant()))
                .isPresent();
    }

    private Login renewed(Login login, Purpose purpose, Predicate<Login> suffices) {
        boolean valid = valid(login, purpose);
        Optional<StoreLock> lock = store.lock(valid ? LOCK_MOST_IF_VALID : LOCK_MOST);
        if (lock.isEmpty()) {
            return Optional.of(login).filter(_ -> valid).orElseThrow(store::busy);
        }
        try (StoreLock _ = lock.get()) {
            Login latest = store.read().orElseThrow(this::nobody);
            return suffices.test(latest) ? latest : renew(latest, purpose);
        } catch (IOException unclosed) {
            throw new UncheckedIOException(unclosed);
        }
    }

    /** Only under the lock. */
    private Login renew(Login login, Purpose purpose) {
        return switch (refresh(login, purpose)) {
            case OAuthServer.Answer.Success(Json.Obj body) -> successor(login, purpose, body);
            case OAuthServer.Answer.Refused(String error, String _)
            when error.equals("invalid_grant") -> {
                store.remove();
                throw Failure.refused(
                        "unauthorized",
                        "The sign-in at " + store.server() + " of " + login.who() + " was ended.",
                        "Sign in again: tollgate login");
            }
            case OAuthServer.Answer.Refused(String error, String description) ->
                kept(login, purpose, OAuthServer.refusal(error, description));
            case OAuthServer.Answer.Away(Failure why) -> kept(login, purpose, why);
        };
    }

    private Login successor(Login login, Purpose purpose, Json.Obj body) {
        Login renewed;
        try {
            AccessToken token = AccessToken.of(
                    store.server(),
                    body,
                    asked(login, purpose),
                    surroundings.clock().instant());
            renewed = login.renewed(purpose, token, Login.refreshToken(store.server(), body));
        } catch (Failure noToken) {
            return kept(login, purpose, noToken);
        }
        store.replace(renewed);
        return renewed;
    }

    /** All that was allowed, for the admin API; for programs less, where all of it would let them administer. */
    private static List<String> asked(Login login, Purpose purpose) {
        return login.administers() && purpose == Purpose.USE ? AccessToken.ofPrograms(login.scopes()) : login.scopes();
    }

    private OAuthServer.Answer refresh(Login login, Purpose purpose) {
        if (login.refreshToken().isEmpty()) {
            return new OAuthServer.Answer.Away(Failure.refused(
                    "unauthorized",
                    "The sign-in at " + store.server() + " of " + login.who() + " cannot be renewed.",
                    "Sign in again: tollgate login"));
        }
        Map<String, String> form = new HashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", login.refreshToken());
        List<String> asked = asked(login, purpose);
        if (!asked.equals(login.scopes())) {
            form.put("scope", String.join(" ", asked)); // RFC 6749 §6: left out, it is all of them
        }
        try {
            OAuthServer server = OAuthServer.discover(store.server());
            // The token is used up once it is sent, and of no use if its successor could not be kept.
            store.requireRoom();
            return server.post("token_endpoint", form);
        } catch (Failure away) {
            return new OAuthServer.Answer.Away(away);
        }
    }

    /** A server that is away, or has a fault, has ended nothing: the token is good as long as it was said to be. */
    private Login kept(Login login, Purpose purpose, Failure why) {
        if (valid(login, purpose)) {
            return login;
        }
        throw why;
    }

    private Failure nobody() {
        return Failure.refused(
                "unauthorized", "Nobody is signed in at " + store.server() + ".", "Sign in: tollgate login");
    }
}
