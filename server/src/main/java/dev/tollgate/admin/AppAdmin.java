package dev.tollgate.admin;

import dev.tollgate.identity.Apps;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Apps that administrators vouch for: made, shown, changed, ended and allowed again, removed. */
final class AppAdmin {
    private static final String METHOD = "token_endpoint_auth_method";
    private static final Set<String> TRAITS = Set.of(
            "name",
            "redirect_uris",
            "post_logout_redirect_uris",
            "grant_types",
            METHOD,
            "jwks",
            "dpop_bound_access_tokens",
            "scopes",
            "account");

    private final Apps apps;

    AppAdmin(Apps apps) {
        this.apps = apps;
    }

    void add(AdminRoutes routes) {
        Set<String> whenMade = new TreeSet<>(TRAITS);
        whenMade.add("public");
        routes.get(
                "/apps",
                request -> AdminReply.list(
                        apps.list().stream().map(AppAdmin::shape).toList()));
        routes.post("/apps", whenMade, this::create);
        routes.get("/apps/{id}", request -> AdminReply.ok(shape(apps.find(request.path("id")))));
        routes.patch("/apps/{id}", TRAITS, this::change);
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
        routes.get(
                "/blocked-apps",
                request -> AdminReply.list(
                        apps.blocked().stream().map(AppAdmin::shape).toList()));
        routes.delete("/blocked-apps/{id}", request -> {
            apps.unblock(request.path("id"), request.actorName());
            return AdminReply.nothing();
        });
    }

    private AdminReply create(AdminRequest request) {
        request.text("name");
        return AdminReply.created(shape(apps.create(traits(request, method(request)), request.actorName())));
    }

    /** That an app is public is said in a word, or as RFC 7591 does. */
    private static @Nullable String method(AdminRequest request) {
        String method = request.optionalText(METHOD);
        if (!request.flag("public")) {
            return method;
        }
        if (method != null && !method.equals(Apps.PUBLIC)) {
            throw Refusal.invalid(
                    "An app that is public does not authenticate.", "Leave public out, or " + METHOD + ".");
        }
        return Apps.PUBLIC;
    }

    private AdminReply change(AdminRequest request) {
        Apps.Traits traits = traits(request, request.optionalText(METHOD));
        return AdminReply.ok(shape(apps.change(request.path("id"), traits, request.actorName())));
    }

    private static Apps.Traits traits(AdminRequest request, @Nullable String method) {
        return new Apps.Traits(
                request.optionalText("name"),
                request.optionalTexts("redirect_uris"),
                request.optionalTexts("post_logout_redirect_uris"),
                request.optionalTexts("grant_types"),
                method,
                request.optionalJson("jwks"),
                request.optionalFlag("dpop_bound_access_tokens"),
                request.optionalTexts("scopes"),
                request.optionalText("account"));
    }

    private static ObjectNode shape(Apps.NewApp made) {
        return shape(made.app()).put("secret", made.secret().isEmpty() ? null : made.secret());
    }

    private static ObjectNode shape(Apps.App app) {
        ObjectNode shape = Shapes.object().put("id", app.id()).put("name", app.name());
        put(shape, "redirect_uris", app.redirectUris());
        put(shape, "post_logout_redirect_uris", app.postLogoutRedirectUris());
        put(shape, "grant_types", app.grantTypes());
        shape.put(METHOD, app.authMethod()).put("public", app.publicClient());
        String jwks = app.jwks();
        shape.set("jwks", jwks == null ? null : Json.MAPPER.readTree(jwks));
        shape.put("dpop_bound_access_tokens", app.dpop());
        put(shape, "scopes", app.scopes());
        return shape.put("account", app.account())
                .put("revoked", app.revoked())
                .put("created_at", Shapes.time(app.createdAt()));
    }

    private static ObjectNode shape(Apps.Blocked blocked) {
        return Shapes.object().put("id", blocked.id()).put("blocked_at", Shapes.time(blocked.blockedAt()));
    }

    private static void put(ObjectNode shape, String name, List<String> values) {
        ArrayNode array = shape.putArray(name);
        values.forEach(array::add);
    }
}
