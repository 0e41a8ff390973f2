package dev.tollgate.console;

import dev.tollgate.console.OutsideJourney.Errand;
import dev.tollgate.identity.people.MethodChange;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.OutsidePerson;
import dev.tollgate.identity.people.OutsideRedeemed;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.SignIn;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.page.ContinuePage;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Paths;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an identity opens here that a provider has proven. Who is linked comes in; who is invited comes in and is linked, by
 * the invitation's link or under an email that the provider has verified; an equal email alone opens nothing. An identity is
 * linked by whoever has signed in here lately and then signs in there: proof of both.
 */
final class OutsideArrivals {
    private static final Logger LOG = LoggerFactory.getLogger(OutsideArrivals.class);

    private final PeopleServices people;
    private final Doorway door;

    OutsideArrivals(PeopleServices people, Doorway door) {
        this.people = people;
        this.door = door;
    }

    WebReply answer(WebRequest request, IdentityProvider provider, Errand errand, OutsidePerson person) {
        return switch (errand) {
            case Errand.SignIn(String returnTo, boolean fresh) -> signIn(request, provider, returnTo, person);
            case Errand.Linking(String session) -> link(request, provider, session, person);
            case Errand.Accepting accepting -> accept(request, provider, accepting, person);
        };
    }

    private WebReply signIn(
            WebRequest request, IdentityProvider provider, @Nullable String returnTo, OutsidePerson person) {
        Visitor visitor = Doorway.visitor(request);
        return switch (people.signIn().outside(person, visitor)) {
            case SignIn.Done(NewSession in) -> entered(request, in, returnTo);
            case SignIn.Refused refused -> byEmail(request, provider, returnTo, person, visitor);
            // Not asked for here; should it ever be, nobody is let in.
            case SignIn.NeedsTotp needs -> nobody(provider, person);
            case SignIn.Expired expired -> nobody(provider, person);
            case SignIn.Throttled throttled -> nobody(provider, person);
            case SignIn.Busy busy -> nobody(provider, person);
        };
    }

    private WebReply byEmail(
            WebRequest request,
            IdentityProvider provider,
            @Nullable String returnTo,
            OutsidePerson person,
            Visitor visitor) {
        return switch (people.invitations().redeemByEmail(person, visitor)) {
            case Redeemed.Done(NewSession in) -> entered(request, in, returnTo);
            case Redeemed.Refused refused -> nobody(provider, person);
            case Redeemed.Invalid invalid -> nobody(provider, person);
        };
    }

    private WebReply entered(WebRequest request, NewSession in, @Nullable String returnTo) {
        String next = Objects.requireNonNullElse(returnTo, Paths.ACCOUNT);
        // A page and no redirect: this ends the chain that began at the provider, whose policy may bind redirects.
        return door.show(request, in, new ContinuePage(next, "Tollgate"));
    }

    private WebReply nobody(IdentityProvider provider, OutsidePerson person) {
        LOG.info("A sign-in with {} leads to nobody here", provider.name());
        return door.error(OutsideWords.nobody(provider, person));
    }

    private WebReply accept(
            WebRequest request, IdentityProvider provider, Errand.Accepting accepting, OutsidePerson person) {
        return switch (people.invitations().redeemByLink(accepting.text(), person, Doorway.visitor(request))) {
            case OutsideRedeemed.Done(NewSession in) -> entered(request, in, null);
            case OutsideRedeemed.LinkOver(Redeemed.Reason reason) -> door.error(ArrivalPages.over(reason));
            case OutsideRedeemed.LinkedAlready linked -> door.error(OutsideWords.linkedAlready(provider, person));
            case OutsideRedeemed.OtherEmail(String invited) ->
                door.error(OutsideWords.otherEmail(provider, person, invited, OutsideWords.way(accepting)));
        };
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

    private WebReply notRecent() {
        return door.error(OutsideWords.notRecent());
    }
}
