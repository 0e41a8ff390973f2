package dev.tollgate.console;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Session;
import dev.tollgate.identity.people.Sessions;
import dev.tollgate.identity.people.SignInWay;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.SessionsPage;

/** Where a person is signed in. Ending a session needs no other sign-in: it makes nothing less safe. */
final class SessionPages {
    private final Doorway door;
    private final Sessions sessions;

    SessionPages(Doorway door, Sessions sessions) {
        this.door = door;
        this.sessions = sessions;
    }

    void declare(WebRoutes routes) {
        door.getInside(routes, Paths.SESSIONS, this::list);
        door.postInside(routes, Paths.SESSION_END, this::end);
        door.postInside(routes, Paths.SESSIONS_END_OTHERS, (request, who) -> endOthers(who));
    }

    private WebReply list(WebRequest request, SignedIn who) {
        String notice = Notice.text(request.query().get(Notice.PARAMETER));
        return door.show(
                request,
                who,
                new SessionsPage(
                        sessions.of(who.person().id()).stream()
                                .map(session -> row(session, who.session().id()))
                                .toList(),
                        notice));
    }

    private static SessionsPage.Row row(Session session, String current) {
        return new SessionsPage.Row(
                session.id(),
                session.device(),
                session.address(),
                words(session.way()),
                session.beganAt(),
                session.seenAt(),
                session.id().equals(current));
    }

    private static String words(SignInWay way) {
        return switch (way) {
            case PASSKEY -> "passkey";
            case PASSWORD_TOTP -> "password and authenticator";
            case PASSWORD_RECOVERY_CODE -> "password and recovery code";
            case OUTSIDE -> "another provider";
            case INVITATION -> "invitation";
            case FIRST_RUN -> "the first owner's link";
        };
    }

    private WebReply end(WebRequest request, SignedIn who) {
        sessions.end(who.person().id(), request.pathParameter("id"), Actor.of(who.person()));
        return Notice.SESSION_ENDED.on(Paths.SESSIONS);
    }

    private WebReply endOthers(SignedIn who) {
        sessions.endOthers(who);
        return Notice.OTHERS_ENDED.on(Paths.SESSIONS);
    }
}
