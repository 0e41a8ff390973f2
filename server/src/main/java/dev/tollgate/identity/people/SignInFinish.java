package dev.tollgate.identity.people;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.util.Optional;

/** The last step of every sign-in: what is used up, and the session that begins, are one write. */
final class SignInFinish {
    /** Uses up what a sign-in is made with. */
    @FunctionalInterface
    interface Use {
        /** Empty if it could be used up; else what came of the sign-in. */
        Optional<SignIn> use(WriteSession tx);
    }

    private final Store store;
    private final Sessions sessions;

    SignInFinish(Store store, Sessions sessions) {
        this.store = store;
        this.sessions = sessions;
    }

    SignIn finish(String personId, SignInWay way, Visitor visitor, Use use) {
        return finish(personId, sessions.draft(way, visitor), use);
    }

    /** The same with a session that is no fresher than a sign-in elsewhere. */
    SignIn finish(String personId, OutsidePerson outside, Visitor visitor, Use use) {
        return finish(personId, sessions.draft(SignInWay.OUTSIDE, outside.provedAt(), visitor), use);
    }

    private SignIn finish(String personId, Sessions.Draft draft, Use use) {
        SignIn outcome = store.write(tx -> {
            Optional<Person> person = PersonTable.locked(tx.handle(), personId);
            if (person.isEmpty() || !person.get().active()) {
                return new SignIn.Refused();
            }
            Optional<SignIn> refusal = use.use(tx);
            return refusal.isPresent() ? refusal.get() : new SignIn.Done(sessions.begin(tx, draft, person.get()));
        });
        sessions.changed();
        return outcome;
    }
}
