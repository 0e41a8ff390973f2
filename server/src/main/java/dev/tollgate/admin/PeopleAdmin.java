package dev.tollgate.admin;

import dev.tollgate.identity.Accounts;
import dev.tollgate.identity.people.Invitation;
import dev.tollgate.identity.people.Invitations;
import dev.tollgate.identity.people.Methods;
import dev.tollgate.identity.people.NewInvitation;
import dev.tollgate.identity.people.People;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.PersonChange;
import dev.tollgate.identity.people.Role;
import dev.tollgate.kernel.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** People: invited, listed, changed, suspended. */
final class PeopleAdmin {
    private final PeopleServices services;
    private final UnaryOperator<String> link;

    PeopleAdmin(PeopleServices services, UnaryOperator<String> link) {
        this.services = services;
        this.link = link;
    }

    private People people() {
        return services.people();
    }

    private Invitations invitations() {
        return services.invitations();
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/people",
                request -> AdminReply.list(
                        people().list().stream().map(this::shape).toList()));
        routes.patch("/people/{id_or_email}", Set.of("name", "role", "account", "groups"), this::change);
        routes.post(
                "/people/{id_or_email}/suspend",
                Set.of(),
                request -> AdminReply.ok(shape(people().suspend(id(request), request.actor()))));
        routes.post(
                "/people/{id_or_email}/restore",
                Set.of(),
                request -> AdminReply.ok(shape(people().restore(id(request), request.actor()))));
        routes.post("/people/{id_or_email}/reset-sign-in", Set.of(), this::resetSignIn);
        routes.get(
                "/invitations",
                request -> AdminReply.list(
                        invitations().list().stream().map(PeopleAdmin::shape).toList()));
        routes.post("/invitations", Set.of("email", "role", "account", "groups"), this::invite);
        routes.delete(
                "/invitations/{id}",
                request -> AdminReply.ok(shape(invitations().revoke(request.path("id"), request.actor()))));
    }

    private String id(AdminRequest request) {
        return id(people(), request);
    }

    /** The id of the person whom a request's path names. */
    static String id(People people, AdminRequest request) {
        String idOrEmail = request.path("id_or_email");
        Optional<Person> found = idOrEmail.contains("@") ? people.byEmail(idOrEmail) : people.byId(idOrEmail);
        return found.map(Person::id)
                .orElseThrow(() -> Refusal.notFound("There is no such person.", "List them: tollgate person list"));
    }

    private AdminReply change(AdminRequest request) {
        PersonChange change = new PersonChange(
                request.optionalText("name"),
                role(request.optionalText("role")),
                request.optionalText("account"),
                request.optionalTexts("groups"));
        return AdminReply.ok(shape(people().change(id(request), change, request.actor())));
    }

    private AdminReply resetSignIn(AdminRequest request) {
        String id = id(request);
        people().resetSignIn(id, request.actor());
        return AdminReply.ok(shape(people().byId(id).orElseThrow()));
    }

    private AdminReply invite(AdminRequest request) {
        Role role = role(request.optionalText("role"));
        String account = request.optionalText("account");
        NewInvitation made = invitations()
                .invite(
                        request.text("email"),
                        Objects.requireNonNullElse(role, Role.MEMBER),
                        Objects.requireNonNullElse(account, Accounts.DEFAULT),
                        request.texts("groups"),
                        request.actor());
        return AdminReply.created(shape(made.invitation()).put("link", link.apply(made.text())));
    }

    private static @Nullable Role role(@Nullable String wireName) {
        return wireName == null
                ? null
                : Role.of(wireName)
                        .orElseThrow(() -> Refusal.invalid("There is no such role.", "Roles: owner, admin, member."));
    }

    private ObjectNode shape(Person person) {
        Methods methods = people().methods(person.id());
        ObjectNode shape = Shapes.object()
                .put("id", person.id())
                .put("email", person.email())
                .put("name", person.name())
                .put("role", person.role().wireName())
                .put("account", person.account());
        put(shape, person.groups());
        return shape.put("status", lower(person.status()))
                .put("passkeys", methods.passkeys().size())
                .put("password", methods.password())
                .put("outside_identities", methods.outside().size())
                .put("created_at", Shapes.time(person.createdAt()));
    }

    private static ObjectNode shape(Invitation invitation) {
        ObjectNode shape = Shapes.object()
                .put("id", invitation.id())
                .put("email", invitation.email())
                .put("role", invitation.role().wireName())
                .put("account", invitation.account());
        put(shape, invitation.groups());
        return shape.put("invited_by", invitation.invitedBy())
                .put("state", lower(invitation.state()))
                .put("person_id", invitation.personId())
                .put("created_at", Shapes.time(invitation.createdAt()))
                .put("expires_at", Shapes.time(invitation.expiresAt()));
    }

    private static void put(ObjectNode shape, List<String> groups) {
        ArrayNode array = shape.putArray("groups");
        groups.forEach(array::add);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
