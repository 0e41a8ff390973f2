package dev.tollgate.console;

import dev.tollgate.console.OutsideFailure.Kind;
import dev.tollgate.console.OutsideJourney.Errand;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.people.Invitation;
import dev.tollgate.identity.people.OutsideIdentity;
import dev.tollgate.identity.people.OutsidePerson;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.SignedIn;
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
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signing in by somebody else's account: the way out, and the way back. What it opens is for {@link OutsideArrivals}. */
final class OutsidePages {
    /** Where providers send people back to. */
    static final String CALLBACK = Paths.SIGN_IN_OUTSIDE + "/callback";

    private static final Logger LOG = LoggerFactory.getLogger(OutsidePages.class);
    /** 256 bits and more; PKCE wants at least 43 characters (RFC 7636 section 4.1). */
    private static final int SECRET_LENGTH = 43;

    private final IdentityProviders providers;
    private final OutsideSignIn relyingParty;
    private final PeopleServices people;
    private final OutsideArrivals arrivals;
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
        this.arrivals = new OutsideArrivals(people, door);
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
        routes.add(
                HttpMethod.POST,
                Paths.INVITATION_OUTSIDE,
                Authentication.IDENTITY_PROVIDER,
                Egress.JUDGED,
                paced.apply(door.form(this::accept)));
    }

    static URI redirectUri(String publicUrl, String provider) {
        return URI.create(publicUrl + Paths.of(CALLBACK, provider));
    }

    private URI redirectUri(IdentityProvider provider) {
        return redirectUri(publicUrl.get(), provider.name());
    }

    private WebReply start(WebRequest request) {
        String back = SignInPages.PLACES.of(request.query().get(SignInPages.RETURN_TO));
        boolean fresh = request.query().get(SignInPages.AGAIN) != null;
        return setOut(request, new Errand.SignIn(back, fresh));
    }

    private WebReply link(WebRequest request) {
        Optional<SignedIn> who = door.who(request);
        if (who.isEmpty()) {
            return WebReply.seeOther(Paths.with(Paths.SIGN_IN, SignInPages.RETURN_TO, Paths.ACCOUNT));
        }
        if (!who.get().session().recent(clock.instant())) {
            return notRecent();
        }
        return setOut(request, new Errand.Linking(who.get().session().id()));
    }

    /** A form of the invitation's page alone leads here: no other site sends anybody on the way with an invitation of its own. */
    private WebReply accept(WebRequest request) {
        String text = Doorway.text(request.form().get(ArrivalPages.TOKEN));
        Optional<Redeemed.Reason> over = people.invitations().over(text);
        return over.isPresent()
                ? door.error(ArrivalPages.over(over.get()))
                : setOut(request, new Errand.Accepting(text));
    }

    private WebReply setOut(WebRequest request, Errand errand) {
        return providers
                .find(request.pathParameter("id"))
                .map(provider -> setOut(request, provider, errand))
                .orElseGet(() -> door.error(ErrorPage.notFound()));
    }

    private WebReply setOut(WebRequest request, IdentityProvider provider, Errand errand) {
        OutsideJourney journey = new OutsideJourney(
                provider.name(),
                Ids.secret(SECRET_LENGTH),
                Ids.secret(SECRET_LENGTH),
                Ids.secret(SECRET_LENGTH),
                errand,
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
            URI there =
                    relyingParty.start(provider, journey, redirectUri(provider), expected(request, provider, errand));
            // After a form a page and no redirect: its policy would stop one that leaves the site.
            WebReply onward = errand instanceof Errand.SignIn
                    ? WebReply.seeOther(there.toString())
                    : door.show(request, new ContinuePage(there.toString(), provider.title()));
            return onward.with("set-cookie", Cookies.set(OutsideJourney.COOKIE, cookie, OutsideJourney.LIFE));
        } catch (OutsideFailure failure) {
            return told(provider, failure, errand);
        }
    }

    /**
     * The email of whoever sets out, if the provider may know it: an invitation's, or that of an account there which is linked
     * here. Empty: nobody knows, or it is not the provider's business.
     */
    private String expected(WebRequest request, IdentityProvider provider, Errand errand) {
        if (errand instanceof Errand.Accepting(String text)) {
            return people.invitations().peek(text).map(Invitation::email).orElse("");
        }
        return door.who(request).map(who -> expected(who, provider)).orElse("");
    }

    private String expected(SignedIn who, IdentityProvider provider) {
        return people.people().methods(who.person().id()).outside().stream()
                .filter(identity -> provider.issuers().contains(identity.issuer()))
                .map(OutsideIdentity::email)
                .filter(email -> !email.isEmpty())
                .findFirst()
                .orElse("");
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
            OutsideFailure failure = new OutsideFailure(Kind.NOT_PROVEN, "no sign-in under way in this browser");
            return told(provider.get(), failure, new Errand.SignIn(null, false));
        }
        OutsidePerson person;
        try {
            person = relyingParty.finish(provider.get(), journey, redirectUri(provider.get()), request.query());
        } catch (OutsideFailure failure) {
            return told(provider.get(), failure, journey.errand());
        }
        return arrivals.answer(request, provider.get(), journey.errand(), person);
    }

    /** Says no more than the person needs; why, is in the log. */
    private WebReply told(IdentityProvider provider, OutsideFailure failure, Errand errand) {
        LOG.info("A sign-in with {} failed: {}", provider.name(), failure.getMessage());
        return door.error(OutsideWords.failed(provider, failure.kind(), OutsideWords.way(errand)));
    }

    private WebReply notRecent() {
        return door.error(OutsideWords.notRecent());
    }
}
