package dev.tollgate.admin;

import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Person;
import dev.tollgate.ledger.UsageBy;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** People, as usage shows them: the ledger has their ids alone. */
final class Members {
    private final PeopleServices people;

    Members(PeopleServices people) {
        this.people = people;
    }

    /**
     * What to call whom usage is summed by: a person's email instead of their id. One look at all people, if any is needed.
     *
     * @param by what it is summed by
     */
    UnaryOperator<String> names(List<UsageBy> by) {
        if (!by.contains(UsageBy.MEMBER)) {
            return UnaryOperator.identity();
        }
        Map<String, String> emails =
                people.people().list().stream().collect(Collectors.toMap(Person::id, Person::email));
        return id -> emails.getOrDefault(id, id);
    }

    /** A person's id and email, or null. */
    void put(ObjectNode shape, @Nullable String id) {
        put(
                shape,
                id,
                id == null ? "" : people.people().byId(id).map(Person::email).orElse(id));
    }

    /** The same, where the email is known. */
    static void put(ObjectNode shape, @Nullable String id, String email) {
        if (id == null) {
            shape.putNull("member");
        } else {
            shape.putObject("member").put("id", id).put("email", email);
        }
    }
}
