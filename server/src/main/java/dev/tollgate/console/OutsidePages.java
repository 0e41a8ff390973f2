package dev.tollgate.console;

import dev.tollgate.console.OutsideFailure.Kind;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.people.MethodChange;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.SignIn;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.web.Cookies;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.WebRoutes.Endpoint;
import dev.tollgate.web.page.ContinuePage;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Paths;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signing in by somebody else's account: the way out, and the way back. Who is linked comes in; who is invited under an
 * email that the provider has verified comes in and is linked; an equal email alone opens nothing. An identity is linked
 * by whoever has signed in here lately and then signs in there: proof of both.
 */
final class OutsidePages {
    /** Where providers send people back to. */
    static final String CALLBACK = Paths.SIGN_IN_OUTSIDE + "/callback";

    private static final Logger LOG = LoggerFactory.getLogger(OutsidePages.class);
    /** 256 bits and more; PKCE wants at least 43 characters (RFC 7636 section 4.1). */
    private static final int SECRET_LENGTH = 43;

    private final IdentityProviders providers;
    private final OutsideSignIn relyingParty;
    private final PeopleServices people;
    private final Doorway door;
    private final TextSealer journeys;
    private final Supplier<String> publicUrl;
    private final InstantSource clock;

    OutsidePages(
            IdentityProviders providers,
            OutsideSignIn relyingParty,
            PeopleServices people,
            Doorway door,
            TextSealer journeys,
            Supplier<String> publicUrl,
            InstantSource clock) {
        this.providers = providers;
        this.relyingParty = relyingParty;
        this.people = people;
        this.door = door;
        this.journeys = journeys;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    void declare(WebRoutes routes, UnaryOperator<Endpoint> paced) {
        routes.add(
                HttpMethod.GET,
                Paths.SIGN_IN_OUTSIDE,
                Authentication.IDENTITY_PROVIDER,
                Egress.JUDGED,
                door.atHome(paced.apply(this::start)));
        routes.add(
                HttpMethod.GET, CALLBACK, Authentication.IDENTITY_PROVIDER, Egress.JUDGED, paced.apply(this::arrive));
        routes.add(
                HttpMethod.POST,
                Paths.OUTSIDE_LINK,
                Authentication.SESSION,
                Egress.JUDGED,
                paced.apply(door.form(this::link)));
    }

    static URI redirectUri(String publicUrl, String provider) {
        return URI.create(publicUrl + Paths.of(CALLBACK, provider));
    }

    private URI redirectUri(IdentityProvider provider) {
        return redirectUri(publicUrl.get(), provider.name());
    }

    private WebReply start(WebRequest request) {
        String back = SignInPages.PLACES.of(request.query().get(SignInPages.RETURN_TO));
        return providers
                .find(request.pathParameter("id"))
                .map(provider -> setOut(request, provider, back, null))
                .orElseGet(() -> door.error(ErrorPage.notFound()));
    }

    private WebReply link(WebRequest request) {
        Optional<SignedIn> who = door.who(request);
        if (who.isEmpty()) {
            return WebReply.seeOther(Paths.with(Paths.SIGN_IN, SignInPages.RETURN_TO, Paths.ACCOUNT));
        }
        if (!who.get().session().recent(clock.instant())) {
            return notRecent();
        }
        return providers
                .find(request.pathParameter("id"))
                .map(provider ->
                        setOut(request, provider, null, who.get().session().id()))
                .orElseGet(() -> door.error(ErrorPage.notFound()));
    }

    private WebReply setOut(
            WebRequest request, IdentityProvider provider, @Nullable String back, @Nullable String session) {
        OutsideJourney journey = new OutsideJourney(
                provider.name(),
                Ids.secret(SECRET_LENGTH),
                Ids.secret(SECRET_LENGTH),
                Ids.secret(SECRET_LENGTH),
                back,
                session,
                clock.instant().plus(OutsideJourney.LIFE));
        String cookie = journey.seal(journeys);
        if (cookie == null) {
            return door.error(new ErrorPage(
                    400,
                    "This sign-in cannot be continued from here",
                    "What the app asks for is too long to be taken along to " + provider.title() + ".",
                    "Sign in from your account first, and then begin again in the app.",
                    null,
                    OutsideWords.ACCOUNT));
        }
        try {
            URI there = relyingParty.start(provider, journey, redirectUri(provider));
            // After a form a page and no redirect: its policy would stop one that leaves the site.
            WebReply onward = session == null
                    ? WebReply.seeOther(there.toString())
                    : door.show(request, new ContinuePage(there.toString(), provider.title()));
            return onward.with("set-cookie", Cookies.set(OutsideJourney.COOKIE, cookie, OutsideJourney.LIFE));
        } catch (OutsideFailure failure) {
            return told(provider, failure);
        }
    }

    private WebReply arrive(WebRequest request) {
        // The journey is over, whatever comes of it: what it was made with works once in this browser.
        return answer(request).with("set-cookie", Cookies.clear(OutsideJourney.COOKIE));
    }

    private WebReply answer(WebRequest request) {
        Optional<IdentityProvider> provider = providers.find(request.pathParameter("id"));
        if (provider.isEmpty()) {
            return door.error(ErrorPage.notFound());
        }
        OutsideJourney journey = OutsideJourney.open(journeys, request.cookie(OutsideJourney.COOKIE), clock.instant());
        if (journey == null || !journey.provider().equals(provider.get().name())) {
            return told(provider.get(), new OutsideFailure(Kind.NOT_PROVEN, "no sign-in under way in this browser"));
        }
        OutsidePerson person;
        try {
            person = relyingParty.finish(provider.get(), journey, redirectUri(provider.get()), request.query());
        } catch (OutsideFailure failure) {
            return told(provider.get(), failure);
        }
        return journey.session() == null
                ? signIn(request, provider.get(), journey, person)
                : link(request, provider.get(), journey.session(), person);
    }

    private WebReply signIn(
            WebRequest request, IdentityProvider provider, OutsideJourney journey, OutsidePerson person) {
        Visitor visitor = Doorway.visitor(request);
        return switch (people.signIn().outside(person.issuer(), person.subject(), visitor)) {
            case SignIn.Done(NewSession in) -> entered(request, in, journey);
            case SignIn.Refused refused -> byInvitation(request, provider, journey, person, visitor);
            // Not asked for here; should it ever be, nobody is let in.
            case SignIn.NeedsTotp needs -> nobody(provider, person);
            case SignIn.Expired expired -> nobody(provider, person);
            case SignIn.Throttled throttled -> nobody(provider, person);
            case SignIn.Busy busy -> nobody(provider, person);
        };
    }

    private WebReply byInvitation(
            WebRequest request,
            IdentityProvider provider,
            OutsideJourney journey,
            OutsidePerson person,
            Visitor visitor) {
        if (!person.emailVerified()) {
            return nobody(provider, person);
        }
        Redeemed redeemed = people.invitations()
                .redeemOutside(person.issuer(), person.subject(), person.email(), person.name(), visitor);
        return switch (redeemed) {
            case Redeemed.Done(NewSession in) -> entered(request, in, journey);
            case Redeemed.Refused refused -> nobody(provider, person);
            case Redeemed.Invalid invalid -> nobody(provider, person);
        };
    }

    private WebReply entered(WebRequest request, NewSession in, OutsideJourney journey) {
        String next = Objects.requireNonNullElse(journey.returnTo(), Paths.ACCOUNT);
        // A page and no redirect: this ends the chain that began at the provider, whose policy may bind redirects.
        return door.show(request, in, new ContinuePage(next, "Tollgate"));
    }

    /** To the very session that set out, and no other: whoever has signed in meanwhile may be somebody else. */
    private WebReply link(WebRequest request, IdentityProvider provider, String session, OutsidePerson person) {
        Optional<SignedIn> who =
                door.who(request).filter(in -> in.session().id().equals(session));
        if (who.isEmpty()) {
            return notRecent();
        }
        MethodChange<?> change = people.outside().link(who.get(), person.issuer(), person.subject(), person.email());
        return switch (change) {
            case MethodChange.Done<?> done -> WebReply.seeOther(Paths.ACCOUNT);
            case MethodChange.NeedsRecentSignIn<?> needs -> notRecent();
            case MethodChange.LastMethod<?> last -> notRecent();
            case MethodChange.Busy<?> busy -> notRecent();
            case MethodChange.Invalid<?>(String message, String cure) ->
                door.error(new ErrorPage(
                        409, provider.title() + " was not linked", message, cure, null, OutsideWords.ACCOUNT));
        };
    }

    /** Says no more than the person needs; why, is in the log. */
    private WebReply told(IdentityProvider provider, OutsideFailure failure) {
        LOG.info("A sign-in with {} failed: {}", provider.name(), failure.getMessage());
        return door.error(OutsideWords.failed(provider, failure.kind()));
    }

    private WebReply nobody(IdentityProvider provider, OutsidePerson person) {
        LOG.info("A sign-in with {} leads to nobody here", provider.name());
        return door.error(OutsideWords.nobody(provider, person));
    }

    private WebReply notRecent() {
        return door.error(OutsideWords.notRecent());
    }
}
