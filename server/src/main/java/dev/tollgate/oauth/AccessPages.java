package dev.tollgate.oauth;

import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.oauth.ConsentTerms.Choice;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.page.AccessPage;
import dev.tollgate.web.page.App;
import dev.tollgate.web.page.ChangeAccessPage;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.Problems;
import dev.tollgate.web.page.Terms;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The apps that may act for a person: what each may do, what it has spent of its cap, and one click to take it back. */
final class AccessPages {
    private static final String DONE = "done";
    private static final String CHANGED = "changed";
    private static final String REVOKED = "revoked";

    private final PageDoor door;
    private final Grants grants;
    private final Clients clients;
    private final GrantUse use;
    private final Consents consents;

    AccessPages(AuthorizationServer server, PageDoor door, Consents consents, GrantUse use) {
        this.door = door;
        this.grants = server.grants();
        this.clients = server.clients();
        this.use = use;
        this.consents = consents;
    }

    WebReply list(WebRequest request, SignedIn who) {
        List<AccessGrant> alive = grants.of(who.person().id()).stream()
                .filter(grant -> grant.alive(consents.now()))
                .toList();
        Map<String, GrantUse.Use> uses = use.of(alive);
        List<AccessPage.Grant> rows = alive.stream()
                .map(grant -> row(grant, uses.getOrDefault(grant.id(), GrantUse.Use.NEVER)))
                .toList();
        return door.show(
                request, who, new AccessPage(rows, notice(request.query().get(DONE)), OAuthSettings.SIGN_IN.toDays()));
    }

    private static @Nullable String notice(@Nullable String done) {
        if (CHANGED.equals(done)) {
            return "The app's new limits are in force.";
        }
        return REVOKED.equals(done) ? "The app has no access any more." : null;
    }

    private AccessPage.Grant row(AccessGrant grant, GrantUse.Use use) {
        return new AccessPage.Grant(
                grant.id(),
                app(grant),
                Consents.permissions(grant.scopes()),
                spending(grant.cap(), use),
                ConsentTerms.spends(grant.scopes()) || use.totalNanoUsd() > 0 ? use.totalNanoUsd() : null,
                grant.createdAt(),
                use.lastUsedAt(),
                grant.expiresAt());
    }

    private static AccessPage.@Nullable Spending spending(@Nullable SpendingCap cap, GrantUse.Use use) {
        return cap == null
                ? null
                : new AccessPage.Spending(
                        use.capSpentNanoUsd(), cap.nanoUsd(), cap.window().wireName());
    }

    /** Of a client that is a document, its own address says enough: a list of apps is no reason to fetch anything. */
    private App app(AccessGrant grant) {
        if (grant.clientId().startsWith("https:")) {
            return new App(
                    grant.clientName(), false, URI.create(grant.clientId()).getHost(), false);
        }
        return clients.find(grant.clientId())
                .map(client -> Consents.app(
                        client,
                        client.redirectUris().isEmpty()
                                ? null
                                : client.redirectUris().getFirst()))
                .orElseGet(() -> new App(grant.clientName(), false, null, false));
    }

    /** Asks for new terms. */
    WebReply ask(WebRequest request, SignedIn who) {
        Optional<AccessGrant> found = own(request, who);
        return found.isEmpty()
                ? door.error(ErrorPage.notFound())
                : change(
                        request,
                        who,
                        found.get(),
                        ConsentTerms.offered(found.get().scopes(), found.get().cap(), consents.now()),
                        Problems.NONE);
    }

    private Optional<AccessGrant> own(WebRequest request, SignedIn who) {
        return grants.find(request.pathParameter("id"))
                .filter(grant -> who.person().id().equals(grant.personId()) && grant.alive(consents.now()));
    }

    private WebReply change(WebRequest request, SignedIn who, AccessGrant grant, Terms terms, Problems problems) {
        return door.show(request, who, new ChangeAccessPage(grant.id(), app(grant), terms, problems));
    }

    WebReply change(WebRequest request, SignedIn who) {
        Optional<AccessGrant> found = own(request, who);
        if (found.isEmpty()) {
            return door.error(ErrorPage.notFound());
        }
        AccessGrant grant = found.get();
        return switch (ConsentTerms.chosen(request.form(), grant.scopes(), consents.now())) {
            case Choice.Wrong wrong -> change(request, who, grant, wrong.typed(), wrong.problems());
            case Choice.Chosen terms -> changed(who, grant, terms);
        };
    }

    private WebReply changed(SignedIn who, AccessGrant grant, Choice.Chosen terms) {
        try {
            grants.change(
                    who.person().id(),
                    grant.id(),
                    grant.scopes(),
                    terms.cap(),
                    terms.expiresAt(),
                    Consents.actor(who.person()));
        } catch (Refusal gone) {
            return door.error(ErrorPage.notFound());
        }
        return WebReply.seeOther(Paths.with(Paths.ACCESS, DONE, CHANGED));
    }

    WebReply revoke(WebRequest request, SignedIn who) {
        try {
            grants.revoke(who.person().id(), request.pathParameter("id"), Consents.actor(who.person()));
        } catch (Refusal unknown) {
            return door.error(ErrorPage.notFound());
        }
        return WebReply.seeOther(Paths.with(Paths.ACCESS, DONE, REVOKED));
    }
}
