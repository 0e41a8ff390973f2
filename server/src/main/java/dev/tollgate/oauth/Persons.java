package dev.tollgate.oauth;

import java.util.Optional;

/** The people whom grants belong to, as far as tokens speak of them. */
@FunctionalInterface
public interface Persons {
    /**
     * A person as tokens and userinfo show them.
     *
     * @param administers whether the person's role permits it now
     */
    record Profile(String id, String name, String email, String account, boolean administers) {}

    /** The person, if there is one of that id who may sign in. Blocking. */
    Optional<Profile> active(String personId);
}
