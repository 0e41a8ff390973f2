package dev.tollgate.cli;

import dev.tollgate.cli.AccessToken.Purpose;
import dev.tollgate.cli.Tokens.Held;
import java.util.Optional;

/**
 * The access token of whoever is signed in, as an administrator.
 *
 * @param renewed whether the server has already refused its predecessor
 */
record PersonToken(Held held, boolean renewed, LoginStore store, Surroundings surroundings) implements AdminToken {
    /**
     * The one of whoever is signed in.
     *
     * @throws Failure where nobody is signed in any more, or without the right to administer
     */
    static PersonToken of(LoginStore store, Surroundings surroundings) {
        return new Tokens(store, surroundings)
                .valid(Purpose.ADMINISTER)
                .map(held -> new PersonToken(held, false, store, surroundings))
                .orElseThrow(() -> Failure.refused(
                        "forbidden",
                        store.read().map(Login::who).orElse("A person") + " is signed in at " + store.server()
                                + ", but not to administer it.",
                        "Sign in again with that right, if you have it: tollgate login --admin"));
    }

    @Override
    public String value() {
        return held.token().value();
    }

    /** Once: the server may have forgotten the key that had signed it, or the clocks differ. */
    @Override
    public Optional<AdminToken> next() {
        return renewed
                ? Optional.empty()
                : new Tokens(store, surroundings)
                        .after(held.token())
                        .filter(latest -> !latest.token().value().equals(value()))
                        .map(latest -> new PersonToken(latest, true, store, surroundings));
    }

    @Override
    public Failure rejected(ServerAddress server) {
        return Failure.refused(
                "unauthorized",
                "The server at " + server + " does not accept the sign-in of "
                        + held.login().who() + ".",
                "Sign in again: tollgate login --admin");
    }

    /** It holds tokens. */
    @Override
    public String toString() {
        return "PersonToken of " + held.login().email();
    }
}
