package dev.tollgate.oauth;

import dev.tollgate.identity.people.Sessions;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.web.Cookies;
import dev.tollgate.web.PageAddress;
import dev.tollgate.web.Pages;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes.Endpoint;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Page;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.Viewer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the pages of the authorization server have in front of them: the pace, the right host, the session, the forms' guard. */
final class PageDoor {
    private static final String MINUTE = "60";

    /** An endpoint for people who have signed in. */
    @FunctionalInterface
    interface Inside {
        WebReply handle(WebRequest request, SignedIn who);
    }

    /** What somebody is sent to the sign-in for. */
    enum Wanted {
        /** That they are signed in. */
        SESSION,
        /** That they say as whom they go on, even though somebody has signed in. */
        CHOICE,
        /** That they prove just now who they are, even though somebody has signed in. */
        PROOF
    }

    private final Sessions sessions;
    private final Pages pages;
    private final Supplier<String> address;
    private final Supplier<String> home;
    private final RateLimits limits = new RateLimits();

    /**
     * In front of these pages.
     *
     * @param address the gate's public address
     * @param home where browsers are to open pages, which may be another name of the same
     */
    PageDoor(Sessions sessions, Pages pages, Supplier<String> address, Supplier<String> home) {
        this.sessions = sessions;
        this.pages = pages;
        this.address = address;
        this.home = home;
    }

    /** For anyone. */
    Endpoint open(Endpoint endpoint) {
        return request -> {
            try {
                limits.count(
                        RateLimits.Kind.PAGE,
                        sessions.browser(request.cookie(Cookies.DEVICE), request.cookie(Cookies.SESSION))
                                .orElseGet(request::clientAddress));
            } catch (OAuthRefusal tooOften) {
                return pages.error(ErrorPage.tooFast()).with("retry-after", MINUTE);
            }
            return elsewhere(request)
                    ? WebReply.seeOther(home.get() + request.pathAndQuery())
                    : endpoint.handle(request);
        };
    }

    /** For whoever has signed in. */
    Endpoint inside(Inside inside) {
        return open(request -> {
            Optional<SignedIn> who = who(request);
            return who.isPresent() ? inside.handle(request, who.get()) : signIn(request.pathAndQuery(), Wanted.SESSION);
        });
    }

    /**
     * A form of ours, for whoever has signed in.
     *
     * @param back where somebody goes on who must sign in first: what was typed is lost then
     */
    Endpoint form(String back, Inside inside) {
        return open(request -> {
            Optional<SignedIn> who = who(request);
            return who.isPresent()
                    ? pages.form(same -> inside.handle(same, who.get())).handle(request)
                    : signIn(back, Wanted.SESSION);
        });
    }

    private boolean elsewhere(WebRequest request) {
        return request.method().equals(HttpMethod.GET) && PageAddress.isElsewhere(request, address.get(), home.get());
    }

    /**
     * Whether a client's address tells where it is. This machine's own does not where people come from elsewhere: it is then
     * that of a proxy in between.
     */
    boolean isTelling(String clientAddress) {
        return !PageAddress.isThisMachine(clientAddress)
                || PageAddress.isThisMachine(URI.create(address.get()).getHost());
    }

    /** Who has signed in. */
    Optional<SignedIn> who(WebRequest request) {
        String cookie = request.cookie(Cookies.SESSION);
        return cookie == null ? Optional.empty() : sessions.find(cookie);
    }

    /** Ends the session, and tells the browser to forget it. */
    WebReply signOut(WebRequest request, Page then) {
        String cookie = request.cookie(Cookies.SESSION);
        if (cookie != null) {
            sessions.signOut(cookie);
        }
        return pages.show(request, null, then).with("set-cookie", Cookies.clear(Cookies.SESSION));
    }

    /**
     * To the sign-in, and back.
     *
     * @param back path and query; the sign-in follows it only to places of ours that it knows
     */
    static WebReply signIn(String back, Wanted wanted) {
        String path = Paths.with(Paths.SIGN_IN, "return_to", back);
        return WebReply.seeOther(
                switch (wanted) {
                    case SESSION -> path;
                    case CHOICE -> path + "&choose=1";
                    case PROOF -> path + "&again=1";
                });
    }

    WebReply show(WebRequest request, @Nullable SignedIn who, Page page) {
        Viewer viewer = who == null
                ? null
                : new Viewer(who.person().name(), who.person().email());
        return pages.show(request, viewer, page);
    }

    WebReply error(ErrorPage page) {
        return pages.error(page);
    }
}
