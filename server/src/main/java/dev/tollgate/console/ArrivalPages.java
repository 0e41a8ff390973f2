package dev.tollgate.console;

import dev.tollgate.identity.people.FirstRun;
import dev.tollgate.identity.people.Invitation;
import dev.tollgate.identity.people.Invitations;
import dev.tollgate.identity.people.People;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.FirstRunPage;
import dev.tollgate.web.page.InvitationPage;
import dev.tollgate.web.page.Link;
import dev.tollgate.web.page.OutsideProvider;
import dev.tollgate.web.page.Paths;
import dev.tollgate.web.page.Problems;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How people come in: the first owner by the link that the server prints, all others by an invitation's, by themselves or
 * through an OpenID provider. Opening a link uses nothing up, as mail scanners and previews open links; its form does.
 */
final class ArrivalPages {
    /** The link's secret, in its query and in its form. */
    static final String TOKEN = "token";

    private static final String NEWEST =
            "Open the newest link: each start of the server prints one, in place of the one before.";
    private static final String ASK = "Ask whoever invited you for a new link.";

    private final Doorway door;
    private final FirstRun firstRun;
    private final Invitations invitations;
    private final People people;
    private final Supplier<List<OutsideProvider>> providers;

    ArrivalPages(Doorway door, PeopleServices people, Supplier<List<OutsideProvider>> providers) {
        this.door = door;
        this.firstRun = people.firstRun();
        this.invitations = people.invitations();
        this.people = people.people();
        this.providers = providers;
    }

    void declare(WebRoutes routes) {
        door.get(routes, Paths.FIRST_RUN, this::firstRun);
        door.post(routes, Paths.FIRST_RUN, this::becomeOwner);
        door.get(routes, Paths.INVITATION, this::invitation);
        door.post(routes, Paths.INVITATION, this::accept);
    }

    private WebReply firstRun(WebRequest request) {
        if (!firstRun.awaited()) {
            return owned();
        }
        String token = request.query().get(TOKEN);
        return token == null
                ? door.error(refused(Redeemed.Reason.UNKNOWN, NEWEST))
                : door.show(request, new FirstRunPage(token, "", "", Problems.NONE));
    }

    private WebReply owned() {
        return door.error(new ErrorPage(
                410,
                "This Tollgate has an owner",
                "The link was for the first owner alone, and one can sign in already.",
                "Sign in, or ask the owner for an invitation.",
                null,
                new Link(Paths.SIGN_IN, "Sign in")));
    }

    private WebReply becomeOwner(WebRequest request) {
        String token = Doorway.text(request.form().get(TOKEN));
        String email = Doorway.text(request.form().get("email"));
        String name = Doorway.text(request.form().get("name"));
        Function<Problems, WebReply> again =
                problems -> door.show(request, new FirstRunPage(token, email, name, problems));
        if (name.isBlank()) {
            return again.apply(Problems.field("name", "Type your name."));
        }
        return arrived(firstRun.redeem(token, email, name, Doorway.visitor(request)), again, NEWEST);
    }

    private WebReply invitation(WebRequest request) {
        String token = Doorway.text(request.query().get(TOKEN));
        return shown(request, token, "", Problems.NONE);
    }

    private WebReply shown(WebRequest request, String token, String name, Problems problems) {
        Optional<Invitation> found = invitations.peek(token);
        if (found.isEmpty()) {
            return door.error(over(Redeemed.Reason.UNKNOWN));
        }
        Invitation invitation = found.get();
        Optional<Redeemed.Reason> over = invitation.over();
        return over.isPresent()
                ? door.error(over(over.get()))
                : door.show(
                        request,
                        new InvitationPage(
                                token,
                                invitation.email(),
                                invitation.role().wireName(),
                                inviter(invitation.invitedBy()),
                                invitation.expiresAt(),
                                name,
                                providers.get(),
                                problems));
    }

    private String inviter(String actor) {
        return people.byId(actor).map(Person::name).orElse("The owner");
    }

    private WebReply accept(WebRequest request) {
        String token = Doorway.text(request.form().get(TOKEN));
        String name = Doorway.text(request.form().get("name"));
        Redeemed redeemed = invitations.redeem(token, name, Doorway.visitor(request));
        return arrived(redeemed, problems -> shown(request, token, name, problems), ASK);
    }

    private WebReply arrived(Redeemed redeemed, Function<Problems, WebReply> again, String cure) {
        return switch (redeemed) {
            case Redeemed.Done done -> Doorway.entered(WebReply.seeOther(Paths.PASSKEYS), done.signedIn());
            case Redeemed.Invalid invalid -> again.apply(Problems.field(invalid.field(), invalid.message()));
            case Redeemed.Refused refused -> door.error(refused(refused.reason(), cure));
        };
    }

    /** What is said of an invitation's link that opens nothing. */
    static ErrorPage over(Redeemed.Reason reason) {
        return refused(reason, ASK);
    }

    private static ErrorPage refused(Redeemed.Reason reason, String cure) {
        String message = switch (reason) {
            case UNKNOWN -> "There is no such link, or a part of it is missing.";
            case USED -> "It has been used already.";
            case EXPIRED -> "Its time is over.";
            case REVOKED -> "It has been taken back.";
        };
        return new ErrorPage(
                reason == Redeemed.Reason.UNKNOWN ? 404 : 410,
                "This link opens nothing",
                message,
                cure,
                null,
                new Link(Paths.SIGN_IN, "Sign in"));
    }
}
