package dev.tollgate.identity.people;

import java.time.Instant;
import java.util.List;

/**
 * Somebody who signs in here.
 *
 * @param id {@code per_…}; never given again
 * @param email normalised (lower case, the domain in ASCII); unique
 * @param name as the person wants to be called
 * @param account who pays for what the person uses
 * @param groups names, for settings that an administrator gives to many
 */
public record Person(
        String id,
        String email,
        String name,
        Role role,
        String account,
        List<String> groups,
        Status status,
        Instant createdAt) {
    /** Whether the person may come in. */
    public enum Status {
        ACTIVE,
        /** No session, no sign-in, until somebody lifts it. */
        SUSPENDED
    }

    public Person {
        groups = List.copyOf(groups);
    }

    /** Whether the person may come in. */
    public boolean active() {
        return status == Status.ACTIVE;
    }
}
