package dev.tollgate.admin;

import dev.tollgate.identity.people.People;
import dev.tollgate.settings.ManagedSettings;
import dev.tollgate.settings.SettingsDocument;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The settings that people's tools get: for everybody, and by group. */
final class SettingsAdmin {
    private static final String EVERYBODY = "/settings/default";
    private static final String GROUP = "/settings/groups/{group}";

    private final ManagedSettings settings;

    SettingsAdmin(ManagedSettings settings) {
        this.settings = settings;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/settings",
                request -> AdminReply.list(
                        settings.list().stream().map(SettingsAdmin::shape).toList()));
        routes.put(EVERYBODY, Set.of("settings"), request -> set(request, null));
        routes.get(EVERYBODY, request -> AdminReply.ok(shape(settings.show(null))));
        routes.delete(EVERYBODY, request -> remove(request, null));
        routes.put(GROUP, Set.of("settings"), request -> set(request, request.path("group")));
        routes.get(GROUP, request -> AdminReply.ok(shape(settings.show(request.path("group")))));
        routes.delete(GROUP, request -> remove(request, request.path("group")));
    }

    private AdminReply set(AdminRequest request, @Nullable String group) {
        if (group != null) {
            People.requireLabels(null, List.of(group));
        }
        return AdminReply.ok(shape(settings.set(group, request.node("settings"), request.actorName())));
    }

    private AdminReply remove(AdminRequest request, @Nullable String group) {
        settings.remove(group, request.actorName());
        return AdminReply.nothing();
    }

    private static ObjectNode shape(SettingsDocument document) {
        ObjectNode shape = Shapes.object().put("group", document.group());
        shape.set("settings", document.settings());
        return shape.put("updated_at", Shapes.time(document.updatedAtMillis()));
    }
}
