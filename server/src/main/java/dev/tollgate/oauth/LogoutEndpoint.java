package dev.tollgate.oauth;

import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.web.Params;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.page.ConfirmPage;
import dev.tollgate.web.page.ContinuePage;
import dev.tollgate.web.page.Link;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.SignedOutPage;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where apps send a person who wants to sign out here, too (OpenID Connect RP-Initiated Logout 1.0). The person is always asked: any
 * site can send a browser here. Back goes only to an address that the app has registered, of an app that shows an ID token
 * of that person; without one, the sign-out ends here.
 */
final class LogoutEndpoint {
    static final String PATH = "/oauth/logout";
    static final String CONFIRM_PATH = "/oauth/logout/confirm";

    private static final String HINT = "id_token_hint";
    private static final String CLIENT = "client_id";
    private static final String BACK = "post_logout_redirect_uri";
    private static final String STATE = "state";
    private static final List<String> ALL = List.of(HINT, CLIENT, BACK, STATE);

    private final PageDoor door;
    private final IdTokenHints hints;
    private final Clients clients;

    /** Where the person goes on to, with the app's {@code state}. */
    private record Back(String address, String app) {}

    LogoutEndpoint(PageDoor door, IdTokenHints hints, Clients clients) {
        this.door = door;
        this.hints = hints;
        this.clients = clients;
    }

    WebReply ask(WebRequest request) {
        if (request.method().equals(HttpMethod.POST)) {
            // Another site's form brings no cookie: a GET does.
            String query = Params.encode(once(request.form()));
            return WebReply.seeOther(query.isEmpty() ? PATH : PATH + "?" + query);
        }
        Optional<SignedIn> who = door.who(request);
        Back back = back(request.query(), who.orElse(null));
        if (who.isEmpty()) {
            return back == null ? door.show(request, null, new SignedOutPage()) : WebReply.seeOther(back.address);
        }
        return door.show(
                request,
                who.get(),
                new ConfirmPage(
                        "Sign out?",
                        (back == null ? "An app" : back.app)
                                + " asks to end your session here. Apps that you have allowed keep their access.",
                        CONFIRM_PATH,
                        back == null ? Map.of() : fields(request.query()),
                        "Sign out",
                        false,
                        new Link(Paths.ACCOUNT, "Stay signed in")));
    }

    WebReply confirmed(WebRequest request, SignedIn who) {
        Back back = back(request.form(), who);
        // A page goes on, for a form of ours may lead nowhere else (form-action).
        return door.signOut(request, back == null ? new SignedOutPage() : new ContinuePage(back.address, back.app));
    }

    /** Those parameters that came once. */
    private static Map<String, List<String>> once(Params asked) {
        Map<String, List<String>> once = new LinkedHashMap<>();
        fields(asked).forEach((name, value) -> once.put(name, List.of(value)));
        return once;
    }

    private static Map<String, String> fields(Params asked) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String name : ALL) {
            String value = asked.get(name);
            if (value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    /** Null: nowhere, for something about it is missing or not so (section 3). */
    private @Nullable Back back(Params asked, @Nullable SignedIn who) {
        String to = asked.get(BACK);
        String shown = asked.get(HINT);
        String named = asked.get(CLIENT);
        IdTokenHints.Hint hint =
                to == null || shown == null ? null : hints.read(shown).orElse(null);
        boolean fits = hint != null
                && (named == null || named.equals(hint.clientId()))
                && (who == null || who.person().id().equals(hint.subject()));
        if (to == null || hint == null || !fits) {
            return null;
        }
        return clients.find(hint.clientId())
                .filter(client -> client.postLogoutRedirectUris().contains(to))
                .map(client -> new Back(withState(to, asked.get(STATE)), client.name()))
                .orElse(null);
    }

    private static String withState(String address, @Nullable String state) {
        return state == null
                ? address
                : address + (address.contains("?") ? "&" : "?") + STATE + "="
                        + URLEncoder.encode(state, StandardCharsets.UTF_8);
    }
}
