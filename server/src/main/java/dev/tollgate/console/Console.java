package dev.tollgate.console;

import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.web.PageAddress;
import dev.tollgate.web.Pages;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.App;
import dev.tollgate.web.page.OutsideProvider;
import dev.tollgate.web.page.Paths;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The pages on which people come in, sign in, and look after how they do. */
public final class Console {
    private final Supplier<String> publicUrl;
    private final Doorway door;
    private final SignInPages signIn;
    private final ArrivalPages arrival;
    private final AccountPages account;
    private final PasskeyPages passkeys;
    private final PasswordPages passwords;
    private final SessionPages sessions;

    /**
     * All of them.
     *
     * @param publicUrl {@code http(s)://host[:port]}
     * @param providers through whom people may sign in, too; blocking
     * @param apps the app behind a place to go on to, if there is one; blocking
     */
    public Console(
            PeopleServices people,
            Pages pages,
            Supplier<String> publicUrl,
            Supplier<List<OutsideProvider>> providers,
            Function<String, Optional<App>> apps,
            InstantSource clock) {
        this.door = new Doorway(people.sessions(), pages, publicUrl);
        MethodChanges changes = new MethodChanges(door, people.people(), clock);
        this.publicUrl = publicUrl;
        this.signIn = new SignInPages(door, people, providers, apps);
        this.arrival = new ArrivalPages(door, people, providers);
        this.account = new AccountPages(door, people, changes, providers);
        this.passkeys = new PasskeyPages(door, people, changes, account);
        this.passwords = new PasswordPages(door, people, changes, account);
        this.sessions = new SessionPages(door, people.sessions());
    }

    /** Declares the routes, for one event loop. */
    public void declare(WebRoutes routes) {
        signIn.declare(routes);
        arrival.declare(routes);
        account.declare(routes);
        passkeys.declare(routes);
        passwords.declare(routes);
        sessions.declare(routes);
    }

    /** What stands before every page. */
    Doorway door() {
        return door;
    }

    /**
     * The link for the first owner.
     *
     * @param secret what {@code FirstRun.issue} gave
     */
    public String firstRunLink(String secret) {
        return link(Paths.FIRST_RUN, secret);
    }

    /**
     * The link that lets the invited person in.
     *
     * @param secret the invitation's text
     */
    public String invitationLink(String secret) {
        return link(Paths.INVITATION, secret);
    }

    private String link(String path, String secret) {
        return PageAddress.of(publicUrl.get()) + Paths.with(path, ArrivalPages.TOKEN, secret);
    }
}
