package dev.tollgate.console;

import dev.tollgate.console.OutsideFailure.Kind;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.people.MethodChange;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.Session;
import dev.tollgate.identity.people.SignIn;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.web.Cookies;
import dev.tollgate.web.Pages;
import dev.tollgate.web.ReturnTo;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.WebRoutes.Endpoint;
import dev.tollgate.web.page.ContinuePage;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Link;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.Viewer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
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
    private static final Duration DEVICE_LIFE = Duration.ofDays(400);
    /** 256 bits and more; PKCE wants at least 43 characters (RFC 7636 section 4.1). */
    private static final int SECRET_LENGTH = 43;

    private static final Link ACCOUNT = new Link(Paths.ACCOUNT, "Go to your account");
    private static final Link SIGN_IN = new Link(Paths.SIGN_IN, "Go to the sign-in");

    private final IdentityProviders providers;
    private final OutsideSignIn relyingParty;
    private final PeopleServices people;
    private final Pages pages;
    private final TextSealer sealer;
    private final Supplier<String> publicUrl;
    private final ReturnTo returnTo;
    private final InstantSource clock;

    OutsidePages(
            IdentityProviders providers,
            OutsideSignIn relyingParty,
            PeopleServices people,
            Pages pages,
            TextSealer sealer,
            Supplier<String> publicUrl,
            ReturnTo returnTo,
            InstantSource clock) {
        this.providers = providers;
        this.relyingParty = relyingParty;
        this.people = people;
        this.pages = pages;
        this.sealer = sealer;
        this.publicUrl = publicUrl;
        this.returnTo = returnTo;
        this.clock = clock;
    }

    void declare(WebRoutes routes, UnaryOperator<Endpoint> paced) {
        routes.add(
                HttpMethod.GET,
                Paths.SIGN_IN_OUTSIDE,
                Authentication.IDENTITY_PROVIDER,
                Egress.JUDGED,
                paced.apply(this::start));
        routes.add(
                HttpMethod.GET,
                CALLBACK,
                Authentication.IDENTITY_PROVIDER,
                Egress.JUDGED,
                paced.apply(this::arrive));
        routes.add(
                HttpMethod.POST,
                Paths.OUTSIDE_LINK,
                Authentication.SESSION,
                Egress.JUDGED,
                paced.apply(pages.form(this::link)));
    }

    static URI redirectUri(String publicUrl, String provider) {
        return URI.create(publicUrl + Paths.of(CALLBACK, provider));
    }

    private URI redirectUri(IdentityProvider provider) {
        return redirectUri(publicUrl.get(), provider.name());
    }

    private WebReply start(WebRequest request) {
        return providers
                .find(request.pathParameter("id"))
                .map(provider -> setOut(request, provider, returnTo.of(request.query().get("return_to")), null))
                .orElseGet(() -> pages.error(ErrorPage.notFound()));
    }

    private WebReply link(WebRequest request) {
        Optional<SignedIn> who = who(request);
        if (who.isEmpty()) {
            return WebReply.seeOther(Paths.with(Paths.SIGN_IN, "return_to", Paths.ACCOUNT));
        }
        if (!who.get().session().recent(clock.instant())) {
            return notRecent();
        }
        return providers
                .find(request.pathParameter("id"))
                .map(provider -> setOut(request, provider, null, who.get().session().id()))
                .orElseGet(() -> pages.error(ErrorPage.notFound()));
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
        String cookie = journey.seal(sealer);
        if (cookie == null) {
            return pages.error(new ErrorPage(
                    400,
                    "This sign-in cannot be continued from here",
                    "What the app asks for is too long to be taken along to " + provider.title() + ".",
                    "Sign in from your account first, and then begin again in the app.",
                    null,
                    ACCOUNT));
        }
        try {
            URI there = relyingParty.start(provider, journey, redirectUri(provider));
            // After a form a page and no redirect: its policy would stop one that leaves the site.
            WebReply onward = session == null
                    ? WebReply.seeOther(there.toString())
                    : pages.show(request, null, new ContinuePage(there.toString(), provider.title()));
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
            return pages.error(ErrorPage.notFound());
        }
        OutsideJourney journey =
                OutsideJourney.open(sealer, request.cookie(OutsideJourney.COOKIE), clock.instant());
        if (journey == null || !journey.provider().equals(provider.get().name())) {
            return told(provider.get(), new OutsideFailure(Kind.NOT_PROVEN, "no sign-in under way in this browser"));
        }
        OutsidePerson person;
        try {
            person = relyingParty.finish(
                    provider.get(), journey, redirectUri(provider.get()), request.query());
        } catch (OutsideFailure failure) {
            return told(provider.get(), failure);
        }
        return journey.session() == null
                ? signIn(request, provider.get(), journey, person)
                : link(request, provider.get(), journey.session(), person);
    }

    private WebReply signIn(
            WebRequest request, IdentityProvider provider, OutsideJourney journey, OutsidePerson person) {
        Visitor visitor = visitor(request);
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
        Viewer viewer = new Viewer(in.person().name(), in.person().email());
        // A page and no redirect: this ends the chain that began at the provider, whose policy may bind redirects.
        return pages.show(request, viewer, new ContinuePage(next, "Tollgate"), in.cookie())
                .with("set-cookie", Cookies.set(Cookies.SESSION, in.cookie(), Session.LONGEST))
                .with("set-cookie", Cookies.set(Cookies.DEVICE, in.deviceToken(), DEVICE_LIFE))
                .with("set-cookie", Cookies.clear(Cookies.FORM));
    }

    /** To the very session that set out, and no other: whoever has signed in meanwhile may be somebody else. */
    private WebReply link(WebRequest request, IdentityProvider provider, String session, OutsidePerson person) {
        Optional<SignedIn> who = who(request).filter(in -> in.session().id().equals(session));
        if (who.isEmpty()) {
            return notRecent();
        }
        MethodChange<?> change =
                people.outside().link(who.get(), person.issuer(), person.subject(), person.email());
        return switch (change) {
            case MethodChange.Done<?> done -> WebReply.seeOther(Paths.ACCOUNT);
            case MethodChange.NeedsRecentSignIn<?> needs -> notRecent();
            case MethodChange.LastMethod<?> last -> notRecent();
            case MethodChange.Busy<?> busy -> notRecent();
            case MethodChange.Invalid<?>(String message, String cure) ->
                pages.error(new ErrorPage(
                        409,
                        provider.title() + " was not linked",
                        message,
                        cure,
                        null,
                        ACCOUNT));
        };
    }

    /** Says no more than the person needs; why, is in the log. */
    private WebReply told(IdentityProvider provider, OutsideFailure failure) {
        LOG.info("A sign-in with {} failed: {}", provider.name(), failure.getMessage());
        String with = provider.title();
        return pages.error(
                switch (failure.kind()) {
                    case DECLINED ->
                        new ErrorPage(
                                403,
                                "You have not signed in",
                                with + " says that you turned back there.",
                                "Begin again, or sign in another way.",
                                null,
                                SIGN_IN);
                    case AWAY ->
                        new ErrorPage(
                                502,
                                with + " did not sign you in",
                                "It could not be reached, or its answer was of no use.",
                                "Try again in a minute, or sign in another way. If it stays, tell your administrator.",
                                null,
                                SIGN_IN);
                    case NOT_PROVEN ->
                        new ErrorPage(
                                400,
                                "That sign-in cannot be used",
                                "It was begun in another browser or window, more than ten minutes ago, or has been"
                                        + " used already.",
                                "Begin again here, and stay in this window.",
                                null,
                                SIGN_IN);
                    case NOT_ADMITTED ->
                        new ErrorPage(
                                403,
                                "This account is not let in",
                                "Your account at " + with + " belongs to an organization that may not sign in here.",
                                "Use your account of the right organization, or ask your administrator.",
                                null,
                                SIGN_IN);
                });
    }

    private WebReply nobody(IdentityProvider provider, OutsidePerson person) {
        LOG.info("A sign-in with {} leads to nobody here", provider.name());
        String account = person.email().isEmpty() ? "Your account" : "Your account " + person.email();
        return pages.error(new ErrorPage(
                403,
                "Nobody here is linked to that account",
                account + " at " + provider.title() + " is not linked to anybody here, and no invitation is open for"
                        + " an email address that " + provider.title() + " has verified as yours.",
                "If you have an account here, sign in another way and link it on your account's page. If not, ask your"
                        + " administrator for an invitation.",
                null,
                SIGN_IN));
    }

    private WebReply notRecent() {
        return pages.error(new ErrorPage(
                403,
                "Sign in once more first",
                "Linking another sign-in needs a sign-in of the last ten minutes, in this window.",
                "Sign in, and link it again from your account.",
                null,
                new Link(Paths.with(Paths.SIGN_IN, "return_to", Paths.ACCOUNT), "Sign in")));
    }

    private Optional<SignedIn> who(WebRequest request) {
        String cookie = request.cookie(Cookies.SESSION);
        return cookie == null ? Optional.empty() : people.sessions().find(cookie);
    }

    private static Visitor visitor(WebRequest request) {
        return new Visitor(
                request.clientAddress(),
                Objects.requireNonNullElse(request.header("user-agent"), ""),
                request.cookie(Cookies.DEVICE),
                request.cookie(Cookies.SESSION));
    }
}
