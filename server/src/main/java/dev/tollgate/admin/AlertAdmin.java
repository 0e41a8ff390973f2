package dev.tollgate.admin;

import dev.tollgate.alert.Alerts;
import dev.tollgate.alert.DeadLetters.DeadLetter;
import dev.tollgate.alert.Destination;
import dev.tollgate.alert.Destinations;
import dev.tollgate.alert.NewDestination;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.identity.people.Role;
import dev.tollgate.kernel.Refusal;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Where notices are sent to, and what could not be delivered. An address comes in here and never goes out again whole. */
final class AlertAdmin {
    private static final Set<String> FIELDS =
            Set.of("name", "webhook", "slack", "mail", "private", "types", "budgets", "digest", "quiet", "time_zone");

    private final Alerts alerts;
    private final BudgetBook budgets;

    AlertAdmin(Alerts alerts, BudgetBook budgets) {
        this.alerts = alerts;
        this.budgets = budgets;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/alerts",
                request -> AdminReply.list(alerts.destinations().list().stream()
                        .map(AlertAdmin::shape)
                        .toList()));
        routes.post("/alerts", FIELDS, this::create);
        routes.delete("/alerts/{name}", request -> {
            alerts.destinations().remove(request.path("name"), request.actorName());
            return AdminReply.nothing();
        });
        routes.postOutward("/alerts/{name}/test", Set.of(), this::test);
        routes.post(
                "/alerts/{name}/rotate-secret",
                Set.of(),
                request -> AdminReply.ok(
                        shape(alerts.destinations().rotateSecret(request.path("name"), request.actorName()))));
        routes.get(
                "/dead-letters",
                request -> AdminReply.list(alerts.deadLetters().list().stream()
                        .map(AlertAdmin::shape)
                        .toList()));
        routes.post("/dead-letters/{id}/retry", Set.of(), request -> {
            alerts.deadLetters().retry(request.path("id"), request.actorName());
            return AdminReply.nothing();
        });
        routes.delete("/dead-letters/{id}", request -> {
            alerts.deadLetters().drop(request.path("id"), request.actorName());
            return AdminReply.nothing();
        });
    }

    private AdminReply create(AdminRequest request) {
        @Nullable String webhook = request.optionalText("webhook");
        @Nullable String slack = request.optionalText("slack");
        List<String> mail = request.texts("mail");
        int given = (webhook == null ? 0 : 1) + (slack == null ? 0 : 1) + (mail.isEmpty() ? 0 : 1);
        if (given != 1) {
            throw Refusal.invalid("A destination has one of webhook, slack and mail.", "Give one of them.");
        }
        Destination.Kind kind = webhook != null
                ? Destination.Kind.WEBHOOK
                : slack != null ? Destination.Kind.SLACK : Destination.Kind.MAIL;
        boolean near = request.flag("private");
        if (near && request.actor().role() != Role.OWNER) {
            throw Refusal.forbidden(
                    "Only an owner lets notices into a private network.",
                    "Ask an owner, or give an address on the internet.");
        }
        NewDestination wanted = new NewDestination(
                request.text("name"),
                kind,
                webhook != null ? webhook : orEmpty(slack),
                mail,
                near,
                request.texts("types"),
                inForce(request.texts("budgets")),
                orEmpty(request.optionalText("digest")),
                orEmpty(request.optionalText("quiet")),
                Objects.requireNonNullElse(request.optionalText("time_zone"), "UTC"));
        return AdminReply.created(shape(alerts.destinations().add(wanted, request.actorName())));
    }

    /** A misspelt one would keep every notice about budgets away, and nobody would notice. */
    private List<String> inForce(List<String> ids) {
        if (!ids.stream().allMatch(budgets::isInForce)) {
            throw Refusal.invalid(
                    "budgets holds something that is no id of a budget in force.", "List them: ./tollgate budget list");
        }
        return ids;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private AdminReply test(AdminRequest request) {
        Destinations.Trial trial = alerts.destinations().test(request.path("name"), request.actorName());
        return AdminReply.ok(Shapes.object()
                .put("name", request.path("name"))
                .put("ok", trial.ok())
                .put("message", trial.message()));
    }

    private static ObjectNode shape(Destinations.Added added) {
        String secret = added.signingSecret();
        return shape(added.destination()).put("signing_secret", secret.isEmpty() ? null : secret);
    }

    private static ObjectNode shape(Destination destination) {
        ObjectNode shape = Shapes.object()
                .put("id", destination.id())
                .put("name", destination.name())
                .put("kind", destination.kind().wireName())
                .put("address", destination.shown());
        strings(shape.putArray("types"), destination.types());
        strings(shape.putArray("budgets"), destination.budgets());
        boolean disabled = destination.disabledAtMillis() != 0;
        return shape.put("digest", orNull(destination.digest()))
                .put("quiet", orNull(destination.quiet()))
                .put("time_zone", destination.timeZone())
                .put("created_at", Shapes.time(destination.createdAtMillis()))
                .put("disabled_at", disabled ? Shapes.time(destination.disabledAtMillis()) : null)
                .put("disabled_why", orNull(destination.disabledWhy()));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static void strings(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static ObjectNode shape(DeadLetter letter) {
        ObjectNode shape = Shapes.object()
                .put("id", letter.id())
                .put("destination", letter.destination())
                .put("ended_at", Shapes.time(letter.endedAtMillis()))
                .put("attempts", letter.attempts())
                .put("last_error", letter.lastError());
        ArrayNode notices = shape.putArray("notices");
        letter.notices().forEach(kept -> notices.add(NoticeAdmin.shape(kept)));
        return shape;
    }
}
