package dev.tollgate.oauth;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.Session;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.web.page.App;
import dev.tollgate.web.page.Permission;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a person allows an app, and what a page says of the app. One grant for each app: its cap is the app's, however often it signs in. */
final class Consents {
    private final Grants grants;
    private final Clients clients;
    private final InstantSource clock;

    Consents(Grants grants, Clients clients, InstantSource clock) {
        this.grants = grants;
        this.clients = clients;
        this.clock = clock;
    }

    /**
     * A grant, and whether it was there before.
     *
     * @param fresh it has been made for this consent, and stands for nothing else
     */
    record Allowed(AccessGrant grant, boolean fresh) {}

    /** What of these scopes the person can allow. */
    static List<String> possible(Person person, List<String> scopes) {
        return Scopes.possible(scopes, person.role().administers());
    }

    /**
     * Whether the person must sign in once more before they decide: a session that somebody else has come by is not to
     * make them, by way of a program, an administrator.
     */
    boolean wantsProof(Session session, List<String> scopes) {
        return scopes.contains(Scopes.ADMIN) && !session.recent(now());
    }

    /** The grant by which the person has allowed this client all of this already. */
    Optional<AccessGrant> standing(Person person, Client client, List<String> scopes, String resource) {
        return grants.covering(person.id(), client.id(), scopes, resource);
    }

    /** Whether the person has allowed this client anything that is in force. */
    boolean any(Person person, Client client) {
        return grants.of(person.id()).stream()
                .anyMatch(grant -> grant.clientId().equals(client.id()) && grant.alive(now()));
    }

    /**
     * The grant that a consent adds to: the one that covers it already, else the latest of this client. An app that asks
     * for one thing after another has one grant all the same, and one cap.
     */
    Optional<AccessGrant> former(Person person, Client client, List<String> scopes, String resource) {
        return standing(person, client, scopes, resource).or(() -> standing(person, client, List.of(), resource));
    }

    /** Allows it on those terms: by the grant that there is, which takes the new terms, or by a new one. */
    Allowed allow(
            Person person, Client client, List<String> scopes, String resource, ConsentTerms.Choice.Chosen terms) {
        clients.consented(client);
        Optional<AccessGrant> former = former(person, client, scopes, resource);
        if (former.isPresent()) {
            try {
                return new Allowed(renewed(person, former.get(), scopes, terms), false);
            } catch (Refusal gone) {
                // Revoked just now, on another page: what is allowed here is allowed anew.
            }
        }
        return new Allowed(
                grants.create(
                        new Grants.Draft(
                                person.id(),
                                person.id(),
                                person.account(),
                                client.id(),
                                client.name(),
                                scopes,
                                resource,
                                terms.cap(),
                                terms.expiresAt()),
                        actor(person)),
                true);
    }

    private AccessGrant renewed(
            Person person, AccessGrant former, List<String> scopes, ConsentTerms.Choice.Chosen terms) {
        // Of a grant that can spend, a form for scopes that cannot says nothing of the cap.
        SpendingCap cap = terms.cap() == null ? former.cap() : terms.cap();
        // The page spoke of these scopes: what else the grant allows is not to last longer for it.
        boolean all = Scopes.covers(scopes, former.scopes());
        Instant end = all ? terms.expiresAt() : earlier(former.expiresAt(), terms.expiresAt());
        return grants.change(
                person.id(), former.id(), before -> Scopes.either(before, scopes), cap, end, actor(person));
    }

    /** Null: never. */
    private static Instant earlier(@Nullable Instant one, Instant other) {
        return one == null || other.isBefore(one) ? other : one;
    }

    static String actor(Person person) {
        return Actor.of(person).name();
    }

    Instant now() {
        return clock.instant();
    }

    static List<Permission> permissions(List<String> scopes) {
        return scopes.stream().map(Permission::of).toList();
    }

    /**
     * The app as a page names it.
     *
     * @param redirectUri where its answer goes; null: to a device that has shown a code, which may run any program
     */
    static App app(Client client, @Nullable String redirectUri) {
        if (redirectUri == null) {
            return new App(client.name(), false, null, false);
        }
        boolean verified = client.vouchedFor();
        URI uri = URI.create(redirectUri);
        boolean web = "https".equalsIgnoreCase(uri.getScheme());
        boolean named = uri.getHost() != null && (web || RedirectUris.isLoopback(redirectUri));
        String host = named ? uri.getHost() : uri.getScheme() + ":";
        return new App(client.name(), verified, host, !web);
    }
}
