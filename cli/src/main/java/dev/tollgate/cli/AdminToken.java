package dev.tollgate.cli;

import java.util.Optional;

/** What the admin API is asked with: {@code TOLLGATE_TOKEN}, else the owner token in the home, else a person's sign-in. */
sealed interface AdminToken permits OwnerToken, PersonToken {
    String value();

    /** What to try after the server did not take this one. */
    Optional<AdminToken> next();

    /** What is said where there is nothing else to try. */
    Failure rejected(ServerAddress server);

    /** The first that there is. */
    static AdminToken find(Surroundings surroundings, ServerAddress server) {
        LoginStore store = LoginStore.of(surroundings, server);
        Optional<OwnerToken> owner = OwnerToken.find(surroundings, store);
        if (owner.isPresent()) {
            return owner.get();
        }
        if (!store.known()) {
            throw OwnerToken.absent(surroundings);
        }
        return PersonToken.of(store, surroundings);
    }
}
