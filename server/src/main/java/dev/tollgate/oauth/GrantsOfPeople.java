package dev.tollgate.oauth;

import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.PersonListener;
import dev.tollgate.kernel.store.WriteSession;

/**
 * What becomes of people's grants: they end when their person is suspended, or somebody else may have allowed them. In the
 * same transaction, so that no crash comes between the two.
 */
final class GrantsOfPeople implements PersonListener {
    /** In the audit trail; the row beside it tells who changed the person. */
    private static final String ACTOR = "server";

    private final Grants grants;

    GrantsOfPeople(Grants grants) {
        this.grants = grants;
    }

    @Override
    public void changed(WriteSession tx, Person before, Person after) {
        if (!after.active()) {
            grants.revokeAll(tx, after.id(), ACTOR, "the person was suspended");
        }
    }

    @Override
    public void signInReset(WriteSession tx, Person person) {
        grants.revokeAll(tx, person.id(), ACTOR, "the person's sign-in was reset");
    }

    @Override
    public void committed(Person after) {
        grants.changedElsewhere(after.id());
    }
}
