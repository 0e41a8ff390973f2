package dev.tollgate.admin;

import dev.tollgate.budget.HeavyFeatures;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Features, and which of them are marked as heavy. */
final class FeatureAdmin {
    private final HeavyFeatures features;

    FeatureAdmin(HeavyFeatures features) {
        this.features = features;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/features",
                request -> AdminReply.list(
                        features.all().stream().map(name -> shape(name, true)).toList()));
        routes.put("/features/{name}", Set.of("heavy"), this::set);
    }

    private AdminReply set(AdminRequest request) {
        String name = Objects.requireNonNull(Scopes.label("The feature's name", request.path("name")));
        boolean heavy = request.givenFlag("heavy");
        features.set(name, heavy, request.actorName());
        return AdminReply.ok(shape(name, heavy));
    }

    private static ObjectNode shape(String name, boolean heavy) {
        return Shapes.object().put("name", name).put("heavy", heavy);
    }
}
