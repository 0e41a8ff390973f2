package dev.tollgate.identity.people;

import dev.tollgate.kernel.store.WriteSession;

/** What else depends on a person's role, groups and status, such as what they have allowed to programs. */
public interface PersonListener {
    /**
     * Changes the store along with the person: both are kept or neither is. Called on the writer's thread, perhaps twice
     * for one change (see {@code Store.Unit}).
     */
    void changed(WriteSession tx, Person before, Person after);

    /** Whoever has signed in as this person so far may be somebody else, and is out; the person stays as before. As {@link #changed}. */
    default void signInReset(WriteSession tx, Person person) {}

    /** The change is durable: what is in memory must follow now. */
    default void committed(Person after) {}
}
