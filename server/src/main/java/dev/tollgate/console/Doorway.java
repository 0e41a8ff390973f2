package dev.tollgate.console;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.people.Networks;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.Session;
import dev.tollgate.identity.people.Sessions;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.kernel.Json;
import dev.tollgate.web.Cookies;
import dev.tollgate.web.PageAddress;
import dev.tollgate.web.Pages;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.WebRoutes.Endpoint;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Page;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.Viewer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every endpoint of the console has in front of it: the pace, the forms' guard, and the session. */
final class Doorway {
    /** The browser knows the device for as long as browsers keep a cookie (RFC 6265bis section 5.5: 400 days). */
    private static final Duration DEVICE_LIFE = Duration.ofDays(400);

    /** By then the queue for hashing passwords has gone by. */
    private static final Duration ROOM_AGAIN = Duration.ofSeconds(5);

    /** An endpoint for people who have signed in. */
    @FunctionalInterface
    interface Inside {
        WebReply handle(WebRequest request, SignedIn who) throws Exception;
    }

    private final Sessions sessions;
    private final Pages pages;
    private final Supplier<String> publicUrl;
    private final Pace pace = new Pace();

    Doorway(Sessions sessions, Pages pages, Supplier<String> publicUrl) {
        this.sessions = sessions;
        this.pages = pages;
        this.publicUrl = publicUrl;
    }

    /** A page for anyone. */
    void get(WebRoutes routes, String path, Endpoint endpoint) {
        routes.add(HttpMethod.GET, path, Authentication.NONE, Egress.NONE, atHome(paced(endpoint)));
    }

    /** A form for anyone. */
    void post(WebRoutes routes, String path, Endpoint endpoint) {
        routes.add(HttpMethod.POST, path, Authentication.NONE, Egress.NONE, paced(pages.form(endpoint)));
    }

    /** A page for whoever has signed in. */
    void getInside(WebRoutes routes, String path, Inside inside) {
        routes.add(HttpMethod.GET, path, Authentication.SESSION, Egress.NONE, atHome(inside(inside)));
    }

    /** A form for whoever has signed in. */
    void postInside(WebRoutes routes, String path, Inside inside) {
        Inside guarded =
                (request, who) -> pages.form(same -> inside.handle(same, who)).handle(request);
        routes.add(HttpMethod.POST, path, Authentication.SESSION, Egress.NONE, inside(guarded));
    }

    /**
     * The endpoint with a limit on how often it may be asked by one browser in which somebody has signed in before, or by
     * all others of one network.
     */
    Endpoint paced(Endpoint endpoint) {
        return request -> {
            String key = sessions.browser(request.cookie(Cookies.DEVICE), request.cookie(Cookies.SESSION))
                    .orElseGet(() -> Networks.of(request.clientAddress()));
            Duration wait = pace.take(key);
            return wait.isZero()
                    ? endpoint.handle(request)
                    : pages.error(ErrorPage.tooFast()).with("retry-after", seconds(wait));
        };
    }

    /** The endpoint for forms of pages that these are, and no others' (see {@link Pages#form}). */
    Endpoint form(Endpoint endpoint) {
        return pages.form(endpoint);
    }

    private Endpoint inside(Inside inside) {
        return paced(request -> {
            Optional<SignedIn> who = who(request);
            return who.isPresent() ? inside.handle(request, who.get()) : outside(request);
        });
    }

    /** To the sign-in and back; a form that was sent is lost, as it may be anybody's. A script is told plainly. */
    private static WebReply outside(WebRequest request) {
        if ("application/json".equals(request.header("accept"))) {
            return WebReply.json(401, Json.MAPPER.createObjectNode().put("error", "signed_out"));
        }
        String back = request.method().equals(HttpMethod.GET) ? request.pathAndQuery() : Paths.ACCOUNT;
        return WebReply.seeOther(Paths.with(Paths.SIGN_IN, SignInPages.RETURN_TO, back));
    }

    /**
     * Browsers have no passkeys at a bare IP address, so whoever comes to this machine's own address is sent on to the
     * name that means the same.
     */
    Endpoint atHome(Endpoint endpoint) {
        return request -> {
            String given = publicUrl.get();
            String home = PageAddress.of(given);
            return PageAddress.isElsewhere(request, given, home)
                    ? WebReply.seeOther(home + request.pathAndQuery())
                    : endpoint.handle(request);
        };
    }

    /** Who has signed in. */
    Optional<SignedIn> who(WebRequest request) {
        String cookie = request.cookie(Cookies.SESSION);
        return cookie == null ? Optional.empty() : sessions.find(cookie);
    }

    /** Whoever knocks. */
    static Visitor visitor(WebRequest request) {
        return new Visitor(
                request.clientAddress(),
                Objects.requireNonNullElse(request.header("user-agent"), ""),
                request.cookie(Cookies.DEVICE),
                request.cookie(Cookies.SESSION));
    }

    static Viewer viewer(Person person) {
        return new Viewer(person.name(), person.email());
    }

    /** A page for whoever has not signed in, or is about to do so again. */
    WebReply show(WebRequest request, Page page) {
        return pages.show(request, null, page);
    }

    /** A page for whoever has signed in. */
    WebReply show(WebRequest request, SignedIn who, Page page) {
        return pages.show(request, viewer(who.person()), page);
    }

    /** A page in the answer that begins a session. */
    WebReply show(WebRequest request, NewSession in, Page page) {
        return entered(pages.show(request, viewer(in.person()), page, in.cookie()), in);
    }

    /** An error's page. */
    WebReply error(ErrorPage page) {
        return pages.error(page);
    }

    /** The answer gives the browser its new session; what it had before a sign-in is of no use any more. */
    static WebReply entered(WebReply reply, NewSession in) {
        return known(reply, in.deviceToken())
                .with("set-cookie", Cookies.set(Cookies.SESSION, in.cookie(), Session.LONGEST))
                .with("set-cookie", Cookies.clear(Cookies.FORM));
    }

    /** The answer makes the browser a known one. */
    static WebReply known(WebReply reply, String deviceToken) {
        return reply.with("set-cookie", Cookies.set(Cookies.DEVICE, deviceToken, DEVICE_LIFE));
    }

    /** The same answer with another status. */
    static WebReply status(int status, WebReply reply) {
        return new WebReply(status, reply.contentType(), reply.body(), reply.headers());
    }

    /** The same answer for whoever comes too early: with another status, and when to come again. */
    static WebReply later(int status, Duration wait, WebReply reply) {
        return status(status, reply).with("retry-after", seconds(wait));
    }

    /** The same answer where there is no room to hash another password. */
    static WebReply busy(WebReply reply) {
        return later(503, ROOM_AGAIN, reply);
    }

    /** For {@code retry-after}: whole seconds, at least one. */
    static String seconds(Duration wait) {
        return String.valueOf(Math.max(1, wait.plusMillis(999).toSeconds()));
    }

    /** The field's text; empty if it is absent. */
    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
