package dev.tollgate.identity.people;

import dev.tollgate.identity.Accounts;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Who signs in here, and what administrators change about them. People come in by the first run's link or by an
 * invitation. Every change leaves an audit row; the last owner stays one.
 */
public final class People {
    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final Sessions sessions;
    private final List<PersonListener> listeners = new CopyOnWriteArrayList<>();

    People(Store store, AuditTrail audit, InstantSource clock, Sessions sessions) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.sessions = sessions;
    }

    /** The person of this id. Blocking, as all here. */
    public Optional<Person> byId(String id) {
        return store.read(handle -> PersonTable.byId(handle, id));
    }

    /** The person of this email, however it is written. */
    public Optional<Person> byEmail(String email) {
        return Texts.email(email).flatMap(normal -> store.read(handle -> PersonTable.byEmail(handle, normal)));
    }

    /** Everybody, in the order in which they came. */
    public List<Person> list() {
        return store.read(PersonTable::all);
    }

    /** The ways in which a person can sign in. */
    public Methods methods(String personId) {
        return store.read(handle -> MethodTable.of(handle, personId));
    }

    /** Adds one that is told of every change to a person. */
    public void listen(PersonListener listener) {
        listeners.add(listener);
    }

    /**
     * Changes what a person may be and do. People may change their own name; all else is an administrator's, and what
     * concerns owners an owner's.
     *
     * @throws Refusal if the actor may not, the person does not exist, a value is not well formed, or no owner would
     *     be left who can sign in
     */
    public Person change(String personId, PersonChange change, Actor actor) {
        PersonChange checked = checked(change);
        boolean nameAlone = change.role() == null && change.account() == null && change.groups() == null;
        boolean own = nameAlone && actor.name().equals(personId);
        return change(personId, actor, own, "person.changed", before -> changed(before, checked));
    }

    private static PersonChange checked(PersonChange change) {
        String typed = change.name();
        String name = typed == null
                ? null
                : Texts.name(typed)
                        .orElseThrow(() -> Refusal.invalid("A person needs a name.", "Give 1 to 100 characters."));
        requireLabels(change.account(), change.groups());
        return new PersonChange(name, change.role(), change.account(), change.groups());
    }

    /**
     * Judges names of accounts and groups; those that are null are good.
     *
     * @throws Refusal if there is no such account, or a group's name is not well formed
     */
    public static void requireLabels(@Nullable String account, @Nullable List<String> groups) {
        Accounts.require(account);
        if (groups != null && !Texts.areLabels(groups)) {
            throw Refusal.invalid(
                    "Those are no names for groups.",
                    "Give at most 32, each of 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or a"
                            + " digit.");
        }
    }

    private static Person changed(Person before, PersonChange change) {
        String name = change.name();
        Role role = change.role();
        String account = change.account();
        List<String> groups = change.groups();
        return new Person(
                before.id(),
                before.email(),
                name == null ? before.name() : name,
                role == null ? before.role() : role,
                account == null ? before.account() : account,
                groups == null ? before.groups() : Texts.split(Texts.joined(groups)),
                before.status(),
                before.createdAt());
    }

    /**
     * Keeps a person out from the moment that this returns: all their sessions have ended.
     *
     * @throws Refusal as {@link #change}
     */
    public Person suspend(String personId, Actor actor) {
        return change(personId, actor, false, "person.suspended", before -> with(before, Person.Status.SUSPENDED));
    }

    /**
     * Lets a person in again.
     *
     * @throws Refusal as {@link #change}
     */
    public Person restore(String personId, Actor actor) {
        return change(personId, actor, false, "person.restored", before -> with(before, Person.Status.ACTIVE));
    }

    private static Person with(Person before, Person.Status status) {
        return new Person(
                before.id(),
                before.email(),
                before.name(),
                before.role(),
                before.account(),
                before.groups(),
                status,
                before.createdAt());
    }

    private Person change(String personId, Actor actor, boolean own, String action, UnaryOperator<Person> change) {
        Person changed = store.write(tx -> {
            Handle handle = tx.handle();
            PersonTable.lockAll(handle);
            Person before = required(handle, personId);
            Person after = change.apply(before);
            requireMay(PersonTable.present(handle, actor), own, before, after);
            if (after.equals(before)) {
                return before;
            }
            requireAnOwner(handle, before, after);
            PersonTable.update(handle, after);
            if (!after.active()) {
                SessionTable.deleteAll(handle, personId, "");
            }
            // Those too that this person could not make any more: an owner who is one no longer keeps no way back.
            if (!after.active() || after.role().compareTo(before.role()) > 0) {
                InvitationTable.revokeOpenBy(handle, personId, clock.millis());
            }
            audit.record(tx, actor.name(), action, personId, describe(after));
            announce(tx, before, after);
            return after;
        });
        committed(changed);
        return changed;
    }

    private static Person required(Handle handle, String personId) {
        return PersonTable.locked(handle, personId)
                .orElseThrow(() -> Refusal.notFound("There is no such person.", "List them first."));
    }

    private static void requireMay(Actor actor, boolean own, Person before, Person after) {
        if (!own && !(actor.role().mayDispose(before.role()) && actor.role().mayDispose(after.role()))) {
            throw Refusal.forbidden("That is not yours to change.", "Ask an administrator; for owners, an owner.");
        }
    }

    private static void requireAnOwner(Handle handle, Person before, Person after) {
        boolean owned = before.role() == Role.OWNER && before.active();
        boolean owns = after.role() == Role.OWNER && after.active();
        if (owned && !owns && !PersonTable.anotherOwnerCanSignIn(handle, before.id())) {
            throw Refusal.conflict("This is the last owner who can sign in.", "Make somebody else an owner first.");
        }
    }

    /**
     * Takes all of a person's ways to sign in away, ends their sessions and what they have allowed apps, and voids the invitations they
     * made, for someone who has lost them or whose were stolen; a new invitation to the same email lets them in again.
     *
     * @throws Refusal if the actor may not, or the person does not exist
     */
    public void resetSignIn(String personId, Actor actor) {
        Person reset = store.write(tx -> {
            PersonTable.lockAll(tx.handle());
            Person person = required(tx.handle(), personId);
            if (actor.name().equals(personId)) {
                throw Refusal.forbidden(
                        "This would lock you out.", "Change your own ways to sign in one by one, on your own page.");
            }
            requireMay(PersonTable.present(tx.handle(), actor), false, person, person);
            MethodTable.deleteAll(tx.handle(), personId);
            endAccess(tx, person);
            // Whoever had stolen the sign-in may have made them, and would come in again by another name.
            InvitationTable.revokeOpenBy(tx.handle(), personId, clock.millis());
            audit.record(tx, actor.name(), "person.sign_in_reset", personId, "");
            return person;
        });
        committed(reset);
    }

    static String describe(Person person) {
        return Texts.details(
                "email", person.email(),
                "name", person.name(),
                "role", person.role().wireName(),
                "account", person.account(),
                "groups", person.groups());
    }

    void announce(WriteSession tx, Person before, Person after) {
        for (PersonListener listener : listeners) {
            listener.changed(tx, before, after);
        }
    }

    /**
     * Ends the sessions of whoever has signed in as this person so far, and what they have allowed apps: it may have been
     * somebody else. Whoever calls holds the person's lock.
     */
    void endAccess(WriteSession tx, Person person) {
        SessionTable.deleteAll(tx.handle(), person.id(), "");
        for (PersonListener listener : listeners) {
            listener.signInReset(tx, person);
        }
    }

    void committed(Person after) {
        sessions.changed();
        for (PersonListener listener : listeners) {
            listener.committed(after);
        }
    }
}
