package dev.tollgate.console;

import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.upstream.JudgedFetch;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.WebRoutes.Endpoint;
import dev.tollgate.web.page.OutsideProvider;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Signing in through OpenID providers, put together. Loads nothing of Nimbus until somebody does so. */
public final class OutsideDoor {
    private final IdentityProviders providers;
    private final OutsideSignIn relyingParty;
    private final TextSealer journeys;
    private final InstantSource clock;
    private final Supplier<String> publicUrl;

    /**
     * With its parts.
     *
     * @param sealer of {@link IdentityProviders#SEALED}
     * @param journeys encrypts what travels in a cookie, and nothing else
     * @param fetch the way to the providers, used for nothing else
     * @param publicUrl where browsers find the gate: {@code http(s)://host[:port]}
     */
    public OutsideDoor(
            Store store,
            AuditTrail audit,
            TextSealer sealer,
            TextSealer journeys,
            InstantSource clock,
            JudgedFetch fetch,
            Supplier<String> publicUrl) {
        OutsideDocuments documents = new OutsideDocuments(fetch, clock);
        this.providers = new IdentityProviders(store, audit, sealer, clock, documents);
        this.relyingParty = new OutsideSignIn(providers, documents, fetch, clock);
        this.journeys = journeys;
        this.clock = clock;
        this.publicUrl = publicUrl;
    }

    /** For administrators. */
    public IdentityProviders providers() {
        return providers;
    }

    /** For the buttons on pages. Blocking. */
    public List<OutsideProvider> buttons() {
        return providers.list().stream()
                .map(provider -> new OutsideProvider(provider.name(), provider.title()))
                .toList();
    }

    /** What a provider must be told to send people back to. */
    public String redirectUri(IdentityProvider provider) {
        return OutsidePages.redirectUri(publicUrl.get(), provider.name()).toString();
    }

    /**
     * Declares the routes, for one event loop.
     *
     * @param console whose buttons lead here
     */
    public void declare(WebRoutes routes, PeopleServices people, Console console) {
        Doorway door = console.door();
        declare(routes, people, door, door::paced);
    }

    void declare(WebRoutes routes, PeopleServices people, Doorway door, UnaryOperator<Endpoint> paced) {
        new OutsidePages(providers, relyingParty, people, door, journeys, publicUrl, clock).declare(routes, paced);
    }
}
