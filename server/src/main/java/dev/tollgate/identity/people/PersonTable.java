package dev.tollgate.identity.people;

import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.kernel.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.EmptyHandling;

/** The SQL of persons. */
final class PersonTable {
    static final String COLUMNS = "p.id, p.email, p.name, p.role, p.account, p.group_names, p.status, p.created_at";

    static final RowMapper<Person> TO_PERSON = (row, context) -> new Person(
            row.getString("id"),
            row.getString("email"),
            row.getString("name"),
            Role.of(row.getString("role")).orElseThrow(),
            row.getString("account"),
            Texts.split(row.getString("group_names")),
            Person.Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
            Instant.ofEpochMilli(row.getLong("created_at")));

    private static final String SELECT = "SELECT " + COLUMNS + " FROM person p ";

    private static final String OWNERS_WHO_CAN_SIGN_IN = "SELECT COUNT(*) FROM person p"
            + " WHERE p.role = 'owner' AND p.status = 'active' AND p.id <> :except"
            + " AND (EXISTS (SELECT 1 FROM passkey k WHERE k.person_id = p.id)"
            + " OR EXISTS (SELECT 1 FROM person_password w WHERE w.person_id = p.id)"
            + " OR EXISTS (SELECT 1 FROM outside_identity o WHERE o.person_id = p.id AND o.issuer IN (<issuers>)))";

    private static final String ONLY_BY_REMOVED = "SELECT COUNT(*) FROM person p WHERE p.status = 'active'"
            + " AND EXISTS (SELECT 1 FROM outside_identity o WHERE o.person_id = p.id AND o.issuer IN (<removed>))"
            + " AND NOT EXISTS (SELECT 1 FROM outside_identity o WHERE o.person_id = p.id AND o.issuer IN (<issuers>))"
            + " AND NOT EXISTS (SELECT 1 FROM passkey k WHERE k.person_id = p.id)"
            + " AND NOT EXISTS (SELECT 1 FROM person_password w WHERE w.person_id = p.id)";

    private PersonTable() {}

    static Optional<Person> byId(Handle handle, String id) {
        return handle.createQuery(SELECT + "WHERE p.id = :id")
                .bind("id", id)
                .map(TO_PERSON)
                .findOne();
    }

    static Optional<Person> byEmail(Handle handle, String email) {
        return handle.createQuery(SELECT + "WHERE p.email = :email")
                .bind("email", email)
                .map(TO_PERSON)
                .findOne();
    }

    static List<Person> all(Handle handle) {
        return handle.createQuery(SELECT + "ORDER BY p.created_at, p.id")
                .map(TO_PERSON)
                .list();
    }

    /** False if somebody has this email. */
    static boolean insert(Handle handle, Person person) {
        return bound(
                        handle,
                        "INSERT INTO person (id, email, name, role, account, group_names, status, created_at)"
                                + " VALUES (:id, :email, :name, :role, :account, :groups, :status, :createdAt)"
                                + " ON CONFLICT (email) DO NOTHING",
                        person)
                == 1;
    }

    static void update(Handle handle, Person person) {
        bound(
                handle,
                "UPDATE person SET name = :name, role = :role, account = :account, group_names = :groups,"
                        + " status = :status WHERE id = :id AND email = :email AND created_at = :createdAt",
                person);
    }

    private static int bound(Handle handle, String sql, Person person) {
        return handle.createUpdate(sql)
                .bind("id", person.id())
                .bind("email", person.email())
                .bind("name", person.name())
                .bind("role", person.role().wireName())
                .bind("account", person.account())
                .bind("groups", Texts.joined(person.groups()))
                .bind("status", person.status().name().toLowerCase(Locale.ROOT))
                .bind("createdAt", person.createdAt().toEpochMilli())
                .execute();
    }

    /**
     * Waits its turn among all changes to this person, on whichever node, and reads what is true then.
     *
     * @return empty if there is no such person
     */
    static Optional<Person> locked(Handle handle, String id) {
        handle.createUpdate("UPDATE person SET id = id WHERE id = :id")
                .bind("id", id)
                .execute();
        return byId(handle, id);
    }

    /**
     * The same for a change that somebody makes who has signed in.
     *
     * @return empty if the person is suspended, or the session that was found when the request came has ended since: with
     *     it may have ended what its holder had of the person's
     */
    static Optional<Person> lockedBy(Handle handle, SignedIn who) {
        return locked(handle, who.person().id())
                .filter(person -> person.active()
                        && SessionTable.exists(
                                handle, person.id(), who.session().id()));
    }

    /** Waits its turn among all changes that concern owners or who exists at all. */
    static void lockAll(Handle handle) {
        handle.createUpdate("UPDATE people_state SET turns = turns + 1 WHERE id = 1")
                .execute();
    }

    /**
     * The actor as they are now: their role may have changed since the request came. To be asked after {@link #lockAll}.
     *
     * @throws Refusal if it is a person who is here no longer
     */
    static Actor present(Handle handle, Actor actor) {
        if (actor.equals(Actor.OWNER_TOKEN)) {
            return actor;
        }
        return byId(handle, actor.name())
                .filter(Person::active)
                .map(Actor::of)
                .orElseThrow(() -> Refusal.forbidden("You have been suspended.", "Ask an administrator."));
    }

    static boolean ownerCanSignIn(Handle handle) {
        return anotherOwnerCanSignIn(handle, "");
    }

    static boolean anotherOwnerCanSignIn(Handle handle, String than) {
        return handle.createQuery(OWNERS_WHO_CAN_SIGN_IN)
                        .bind("except", than)
                        .bindList(EmptyHandling.NULL_KEYWORD, "issuers", List.copyOf(IdentityProviders.issuers(handle)))
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /**
     * How many people could not sign in any more without these issuers.
     *
     * @param removed as they are to be removed
     * @param left that are still there
     */
    static long countOnlyBy(Handle handle, Set<String> removed, Set<String> left) {
        return handle.createQuery(ONLY_BY_REMOVED)
                .bindList(EmptyHandling.NULL_KEYWORD, "removed", List.copyOf(removed))
                .bindList(EmptyHandling.NULL_KEYWORD, "issuers", List.copyOf(left))
                .mapTo(Long.class)
                .one();
    }
}
