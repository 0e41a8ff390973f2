package dev.tollgate.cli;

import java.util.Optional;

/**
 * The access token of whoever is signed in, as an administrator.
 *
 * @param renewed whether the server has already refused its predecessor
 */
record PersonToken(Login login, boolean renewed, LoginStore store, Surroundings surroundings) implements AdminToken {
    /**
     * @throws Failure where nobody is signed in any more, or without the right to administer
     */
    static PersonToken of(LoginStore store, Surroundings surroundings) {
        Login login = new Tokens(store, surroundings).valid();
        if (!login.administers()) {
            throw Failure.refused(
                    "forbidden",
                    login.who() + " is signed in at " + store.server() + ", but not to administer it.",
                    "Sign in again with that right, if you have it: tollgate login --admin");
        }
        return new PersonToken(login, false, store, surroundings);
    }

    @Override
    public String value() {
        return login.accessToken();
    }

    /** Once: the server may have forgotten the key that had signed it, or the clocks differ. */
    @Override
    public Optional<AdminToken> next() {
        if (renewed) {
            return Optional.empty();
        }
        Login latest = new Tokens(store, surroundings).after(login);
        return latest.accessToken().equals(login.accessToken())
                ? Optional.empty()
                : Optional.of(new PersonToken(latest, true, store, surroundings));
    }

    @Override
    public Failure rejected(ServerAddress server) {
        return Failure.refused(
                "unauthorized",
                "The server at " + server + " does not accept the sign-in of " + login.who() + ".",
                "Sign in again: tollgate login --admin");
    }

    /** It holds tokens. */
    @Override
    public String toString() {
        return "PersonToken of " + login.email();
    }
}
