package dev.tollgate.cli;

import java.util.Optional;

/**
 * What the admin API is asked with: {@code TOLLGATE_TOKEN}, else a person's sign-in at that very server, else the owner token
 * in the home, which goes to no other server than the one whose home it is.
 */
sealed interface AdminToken permits OwnerToken, PersonToken {
    String value();

    /** What to try after the server did not take this one. */
    Optional<AdminToken> next();

    /** What is said where there is nothing else to try. */
    Failure rejected(ServerAddress server);

    /** The first that there is. */
    static AdminToken find(Surroundings surroundings, ServerAddress server) {
        Optional<OwnerToken> given = OwnerToken.given(surroundings);
        if (given.isPresent()) {
            return given.get();
        }
        LoginStore store = LoginStore.of(surroundings, server);
        if (administers(store)) {
            return PersonToken.of(store, surroundings);
        }
        Optional<OwnerToken> owner = OwnerToken.ofHome(surroundings, server);
        if (owner.isPresent()) {
            return owner.get();
        }
        if (!store.known()) {
            throw OwnerToken.absent(surroundings, server);
        }
        return PersonToken.of(store, surroundings);
    }

    private static boolean administers(LoginStore store) {
        try {
            return store.read().filter(Login::administers).isPresent();
        } catch (Failure unreadable) {
            return false; // told, where there is no owner token either
        }
    }
}
