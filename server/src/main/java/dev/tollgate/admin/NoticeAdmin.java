package dev.tollgate.admin;

import dev.tollgate.alert.KeptNotice;
import dev.tollgate.alert.NoticeBoard;
import tools.jackson.databind.node.ObjectNode;

/** What needs a person's attention: listed and dismissed. */
final class NoticeAdmin {
    private final NoticeBoard notices;

    NoticeAdmin(NoticeBoard notices) {
        this.notices = notices;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/notices",
                request -> AdminReply.list(
                        notices.newestFirst().stream().map(NoticeAdmin::shape).toList()));
        routes.delete("/notices/{id}", this::dismiss);
    }

    private AdminReply dismiss(AdminRequest request) {
        notices.dismiss(request.path("id"), request.actorName());
        return AdminReply.nothing();
    }

    static ObjectNode shape(KeptNotice kept) {
        return Shapes.object()
                .put("id", kept.id())
                .put("at", Shapes.time(kept.notice().at()))
                .put("kind", kept.notice().kind())
                .put("subject", kept.notice().subject())
                .put("message", kept.notice().message())
                .put("cure", kept.notice().cure());
    }
}
