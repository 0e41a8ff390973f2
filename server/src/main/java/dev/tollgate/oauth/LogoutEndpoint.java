package dev.tollgate.oauth;

import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.page.ConfirmPage;
import dev.tollgate.web.page.Link;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.SignedOutPage;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Optional;

/**
 * Where apps send a person who wants to sign out here, too (OpenID Connect RP-Initiated Logout 1.0). The person is always
 * asked: any site can send a browser here. Nobody is sent back, for clients register no address for that (section 3).
 */
final class LogoutEndpoint {
    static final String PATH = "/oauth/logout";
    static final String CONFIRM_PATH = "/oauth/logout/confirm";

    private final PageDoor door;

    LogoutEndpoint(PageDoor door) {
        this.door = door;
    }

    WebReply ask(WebRequest request) {
        if (request.method().equals(HttpMethod.POST)) {
            return WebReply.seeOther(PATH); // another site's form brings no cookie: a GET does
        }
        Optional<SignedIn> who = door.who(request);
        if (who.isEmpty()) {
            return door.show(request, null, new SignedOutPage());
        }
        return door.show(
                request,
                who.get(),
                new ConfirmPage(
                        "Sign out?",
                        "An app asks to end your session here. Apps that you have allowed keep their access.",
                        CONFIRM_PATH,
                        Map.of(),
                        "Sign out",
                        false,
                        new Link(Paths.ACCOUNT, "Stay signed in")));
    }

    WebReply confirmed(WebRequest request) {
        return door.signOut(request, new SignedOutPage());
    }
}
