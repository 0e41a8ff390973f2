package dev.tollgate.admin;

import dev.tollgate.identity.AppGrants;
import dev.tollgate.identity.AppGrants.AppGrant;
import dev.tollgate.identity.AppGrants.UnvouchedApp;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.kernel.Money;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What people have allowed apps: listed, and taken back. */
final class GrantAdmin {
    private final AppGrants grants;
    private final PeopleServices people;
    private final Members members;

    GrantAdmin(AppGrants grants, PeopleServices people, Members members) {
        this.grants = grants;
        this.people = people;
        this.members = members;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/people/{id_or_email}/grants",
                request -> AdminReply.list(grants.of(PeopleAdmin.id(people.people(), request)).stream()
                        .map(this::shape)
                        .toList()));
        routes.delete(
                "/grants/{id}",
                request -> AdminReply.ok(shape(grants.revoke(request.path("id"), request.actorName()))));
        routes.get(
                "/unvouched-apps",
                request -> AdminReply.list(
                        grants.unvouchedApps().stream().map(GrantAdmin::shape).toList()));
    }

    private ObjectNode shape(AppGrant grant) {
        ObjectNode shape = Shapes.object().put("id", grant.id());
        members.put(shape, grant.personId());
        shape.putObject("app").put("id", grant.clientId()).put("name", grant.clientName());
        ArrayNode scopes = shape.putArray("scopes");
        grant.scopes().forEach(scopes::add);
        AppGrants.Cap cap = grant.cap();
        return shape.put("resource", grant.resource())
                .put("cap_usd", cap == null ? null : Money.formatUsd(cap.limitNanoUsd()))
                .put("cap_window", cap == null ? null : cap.window())
                .put("cap_spent_usd", cap == null ? null : Money.formatUsd(cap.spentNanoUsd()))
                .put("spent_usd", Money.formatUsd(grant.spentNanoUsd()))
                .put("created_at", Shapes.time(grant.createdAt()))
                .put("last_used_at", Shapes.time(grant.lastUsedAt()))
                .put("expires_at", Shapes.time(grant.expiresAt()))
                .put("revoked_at", Shapes.time(grant.revokedAt()));
    }

    private static ObjectNode shape(UnvouchedApp app) {
        return Shapes.object()
                .put("id", app.id())
                .put("name", app.name())
                .put("origin", app.origin().wireName())
                .put("people", app.people())
                .put("grants", app.grants())
                .put("allowed_at", Shapes.time(app.allowedAt()));
    }
}
