package dev.tollgate.identity.people;

import java.util.Locale;
import java.util.Optional;

/** What a person may do with this gate. */
public enum Role {
    /** Everything, owners included. */
    OWNER,
    /** Everything but what concerns owners. */
    ADMIN,
    /** Their own things. */
    MEMBER;

    /** The role by its name in the store and in JSON. */
    public static Optional<Role> of(String wireName) {
        for (Role role : values()) {
            if (role.wireName().equals(wireName)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** Its name in the store and in JSON: {@code owner}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it may manage other people. */
    public boolean administers() {
        return this != MEMBER;
    }

    /** Whether whoever has this role may give or take the other one. */
    boolean mayDispose(Role other) {
        return administers() && (this == OWNER || other != OWNER);
    }
}
