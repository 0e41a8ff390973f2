package dev.tollgate.identity.people;

import dev.tollgate.identity.Accounts;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * How the first owner comes in: by a link that whoever starts the server reads in its terminal. It is open for as long as
 * no owner can sign in, so a browser that was closed before its owner had a passkey locks nobody out: the next start
 * gives another link, and the same email is the same person.
 */
public final class FirstRun {
    private final Store store;
    private final AuditTrail audit;
    private final Sessions sessions;
    private final People people;

    FirstRun(Store store, AuditTrail audit, Sessions sessions, People people) {
        this.store = store;
        this.audit = audit;
        this.sessions = sessions;
        this.people = people;
    }

    /** Whether no owner can sign in yet. Blocking, as all here. */
    public boolean awaited() {
        return store.read(handle -> !PersonTable.ownerCanSignIn(handle));
    }

    /** The secret of a new link, in place of any earlier one; empty if an owner can sign in. */
    public Optional<String> issue() {
        String text = Link.FIRST_RUN.fresh();
        boolean open = store.write(tx -> {
            PersonTable.lockAll(tx.handle());
            boolean awaited = !PersonTable.ownerCanSignIn(tx.handle());
            keep(tx.handle(), awaited ? Texts.hash(text) : "");
            return awaited;
        });
        return open ? Optional.of(text) : Optional.empty();
    }

    /** Makes the owner, who is signed in from then on; the link is void. */
    public Redeemed redeem(String text, String email, String name, Visitor visitor) {
        Optional<String> normal = Texts.email(email);
        Optional<String> shown = Texts.name(name);
        if (normal.isEmpty()) {
            return new Redeemed.Invalid("email", "That is no email address.");
        }
        if (shown.isEmpty()) {
            return new Redeemed.Invalid("name", "Type your name.");
        }
        if (!Link.FIRST_RUN.hasForm(text)) {
            return new Redeemed.Refused(Redeemed.Reason.UNKNOWN);
        }
        Sessions.Draft draft = sessions.draft(SignInWay.FIRST_RUN, visitor);
        Redeemed redeemed = store.write(tx -> redeem(tx, Texts.hash(text), normal.get(), shown.get(), draft));
        if (redeemed instanceof Redeemed.Done done) {
            people.committed(done.signedIn().person());
        }
        return redeemed;
    }

    private Redeemed redeem(WriteSession tx, String hash, String email, String name, Sessions.Draft draft) {
        Handle handle = tx.handle();
        if (!used(handle, hash)) {
            return new Redeemed.Refused(Redeemed.Reason.UNKNOWN);
        }
        if (PersonTable.ownerCanSignIn(handle)) {
            return new Redeemed.Refused(Redeemed.Reason.USED);
        }
        Person owner = owner(tx, email, name, draft);
        audit.record(tx, owner.id(), "person.first_owner", owner.id(), People.describe(owner));
        return new Redeemed.Done(sessions.begin(tx, draft, owner));
    }

    /** Whoever has this email is made the owner: the link is proof of ruling the machine. */
    private Person owner(WriteSession tx, String email, String name, Sessions.Draft draft) {
        Handle handle = tx.handle();
        Optional<Person> known = PersonTable.byEmail(handle, email);
        if (known.isPresent()) {
            Person before = known.get();
            Person after = new Person(
                    before.id(),
                    email,
                    name,
                    Role.OWNER,
                    before.account(),
                    before.groups(),
                    Person.Status.ACTIVE,
                    before.createdAt());
            PersonTable.update(handle, after);
            people.announce(tx, before, after);
            people.endAccess(tx, after);
            return after;
        }
        Person owner = new Person(
                Ids.sortable("per", draft.at().toEpochMilli()),
                email,
                name,
                Role.OWNER,
                Accounts.DEFAULT,
                List.of(),
                Person.Status.ACTIVE,
                draft.at());
        if (!PersonTable.insert(handle, owner)) {
            throw new IllegalStateException("a person came in without waiting for the turn");
        }
        return owner;
    }

    private static void keep(Handle handle, String hash) {
        handle.createUpdate("UPDATE people_state SET first_run_hash = :hash WHERE id = 1")
                .bind("hash", hash)
                .execute();
    }

    /** The one of many who redeem it at once; waits its turn among all changes to people. */
    private static boolean used(Handle handle, String hash) {
        return handle.createUpdate("UPDATE people_state SET first_run_hash = '', turns = turns + 1"
                                + " WHERE id = 1 AND first_run_hash = :hash")
                        .bind("hash", hash)
                        .execute()
                == 1;
    }
}
