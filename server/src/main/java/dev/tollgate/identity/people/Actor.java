package dev.tollgate.identity.people;

/**
 * Who makes a change, as the audit trail names them, and what they may do.
 *
 * @param name a person's id, or {@code owner}
 */
public record Actor(String name, Role role) {
    /** Whoever holds this server's owner token. */
    public static final Actor OWNER_TOKEN = new Actor("owner", Role.OWNER);

    /** A person who is signed in. */
    public static Actor of(Person person) {
        return new Actor(person.id(), person.role());
    }
}
