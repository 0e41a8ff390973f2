package dev.tollgate;

import dev.tollgate.console.Console;
import dev.tollgate.console.OutsideDoor;
import dev.tollgate.front.ClientAddress;
import dev.tollgate.front.Front;
import dev.tollgate.front.Route;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.oauth.AuthorizationServer;
import dev.tollgate.oauth.GrantUse;
import dev.tollgate.oauth.PersonEndpoints;
import dev.tollgate.web.Assets;
import dev.tollgate.web.BrowserErrors;
import dev.tollgate.web.PageAddress;
import dev.tollgate.web.PageFailures;
import dev.tollgate.web.Pages;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.Paths;
import io.vertx.core.Context;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The doors that people use with a browser. */
final class WebDoors {
    /** How the paths of APIs begin. */
    private static final List<String> PROGRAMS = List.of(
            "/v1",
            "/anthropic/",
            "/openai/",
            "/gemini/",
            "/admin/",
            "/api/",
            "/managed/",
            "/mcp",
            "/oauth/",
            "/.well-known/");

    private static final Set<String> FOR_PEOPLE_TOO =
            Set.of("/oauth/authorize", "/oauth/logout", "/oauth/logout/confirm", Paths.CONSENT);

    private final PeopleServices people;
    private final Pages pages;
    private final Console console;
    private final OutsideDoor outside;
    private final AuthorizationServer oauth;
    private final Clock clock;
    private final Executor blocking;
    private final ClientAddress clients;

    /**
     * Puts them together; the templates are loaded with the first page.
     *
     * @param oauth gains its pages for people
     * @param key for the forms' tokens: at least 32 bytes, used for nothing else
     * @param publicUrl {@code http(s)://host[:port]}, once the gate listens
     */
    WebDoors(
            PeopleServices people,
            OutsideDoor outside,
            AuthorizationServer oauth,
            GrantUse uses,
            byte[] key,
            Supplier<String> publicUrl,
            Clock clock,
            Executor blocking,
            ClientAddress clients) {
        this.people = people;
        this.pages = new Pages(() -> PageAddress.of(publicUrl.get()), key, clock);
        this.console = new Console(people, pages, publicUrl, outside::buttons, oauth::appBehind, clock);
        this.outside = outside;
        this.oauth = oauth;
        oauth.add(PersonEndpoints.all(
                oauth,
                new PersonEndpoints.Ground(
                        people.sessions(), pages, publicUrl, () -> PageAddress.of(publicUrl.get()), uses, clock)));
        this.clock = clock;
        this.blocking = blocking;
        this.clients = clients;
    }

    /** The routes, for one event loop. */
    List<Route> routes(Context context) {
        WebRoutes routes = new WebRoutes(context, blocking, clients, new PageFailures(pages, clock));
        Assets.routes(routes);
        console.declare(routes);
        outside.declare(routes, people, console);
        oauth.declarePages(routes);
        return routes.routes();
    }

    /** What is said to people of addresses where nothing is; programs hear it from the others. */
    Front.ErrorPage errors(Context context, Front.ErrorPage others) {
        return new BrowserErrors(context, blocking, pages, WebDoors::isForPrograms, others);
    }

    private static boolean isForPrograms(String path) {
        return !FOR_PEOPLE_TOO.contains(path) && PROGRAMS.stream().anyMatch(path::startsWith);
    }

    /** A new link for the first owner, in place of any earlier one; empty if an owner can sign in. */
    Optional<String> firstRunLink() {
        return people.firstRun().issue().map(console::firstRunLink);
    }

    /** The link of an invitation's secret. */
    String invitationLink(String secret) {
        return console.invitationLink(secret);
    }
}
