package dev.tollgate.admin;

import dev.tollgate.identity.Accounts;
import dev.tollgate.identity.Apps;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Apps that administrators vouch for: made, listed, ended and allowed again, removed. */
final class AppAdmin {
    private final Apps apps;

    AppAdmin(Apps apps) {
        this.apps = apps;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/apps",
                request -> AdminReply.list(
                        apps.list().stream().map(AppAdmin::shape).toList()));
        routes.post(
                "/apps", Set.of("name", "redirect_uris", "grant_types", "public", "scopes", "account"), this::create);
        routes.post(
                "/apps/{id}/revoke",
                Set.of(),
                request -> AdminReply.ok(shape(apps.revoke(request.path("id"), request.actorName()))));
        routes.post(
                "/apps/{id}/allow",
                Set.of(),
                request -> AdminReply.ok(shape(apps.allow(request.path("id"), request.actorName()))));
        routes.delete("/apps/{id}", request -> {
            apps.remove(request.path("id"), request.actorName());
            return AdminReply.nothing();
        });
    }

    private AdminReply create(AdminRequest request) {
        String account = request.optionalText("account");
        Apps.NewApp made = apps.create(
                new Apps.Draft(
                        request.text("name"),
                        request.texts("redirect_uris"),
                        request.texts("grant_types"),
                        request.flag("public"),
                        request.texts("scopes"),
                        Objects.requireNonNullElse(account, Accounts.DEFAULT)),
                request.actorName());
        return AdminReply.created(shape(made.app()).put("secret", made.secret().isEmpty() ? null : made.secret()));
    }

    private static ObjectNode shape(Apps.App app) {
        ObjectNode shape = Shapes.object().put("id", app.id()).put("name", app.name());
        put(shape, "redirect_uris", app.redirectUris());
        put(shape, "grant_types", app.grantTypes());
        shape.put("public", app.publicClient());
        put(shape, "scopes", app.scopes());
        return shape.put("account", app.account())
                .put("revoked", app.revoked())
                .put("created_at", Shapes.time(app.createdAt()));
    }

    private static void put(ObjectNode shape, String name, List<String> values) {
        ArrayNode array = shape.putArray(name);
        values.forEach(array::add);
    }
}
