package dev.tollgate.console;

import dev.tollgate.console.OutsideJourney.Errand;
import dev.tollgate.identity.people.OutsidePerson;
import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Link;
import dev.tollgate.web.page.Paths;

/** What people read where a sign-in through a provider comes to nothing. */
final class OutsideWords {
    static final Link ACCOUNT = new Link(Paths.ACCOUNT, "Go to your account");
    private static final Link SIGN_IN = new Link(Paths.SIGN_IN, "Go to the sign-in");

    private OutsideWords() {}

    /** Where somebody begins again. */
    static Link way(Errand errand) {
        return switch (errand) {
            case Errand.SignIn(String returnTo, boolean fresh)
            when fresh -> new Link(SignInPages.stepUp(returnTo), "Back to the sign-in");
            case Errand.SignIn signIn -> SIGN_IN;
            case Errand.Linking linking -> ACCOUNT;
            case Errand.Accepting(String text) ->
                new Link(Paths.with(Paths.INVITATION, ArrivalPages.TOKEN, text), "Back to your invitation");
        };
    }

    static ErrorPage failed(IdentityProvider provider, OutsideFailure.Kind kind, Link way) {
        String with = provider.title();
        return switch (kind) {
            case DECLINED ->
                new ErrorPage(
                        403,
                        "You have not signed in",
                        with + " says that you turned back there.",
                        "Begin again, or choose another way.",
                        null,
                        way);
            case AWAY ->
                new ErrorPage(
                        502,
                        with + " did not sign you in",
                        "It could not be reached, or its answer was of no use.",
                        "Try again in a minute, or choose another way. If it stays, tell your administrator.",
                        null,
                        way);
            case NOT_PROVEN ->
                new ErrorPage(
                        400,
                        "That sign-in cannot be used",
                        "It was begun in another browser or window, more than ten minutes ago, or has been"
                                + " used already.",
                        "Begin again here, and stay in this window.",
                        null,
                        way);
            case NOT_FRESH ->
                new ErrorPage(
                        403,
                        "That sign-in is not of just now",
                        "What you are about to do needs a new sign-in. " + with
                                + " says that it let you through by an earlier one.",
                        "Go back, and use a passkey or your password. If you have neither, sign out at " + with
                                + " first and try again; if that does not help, ask your administrator.",
                        null,
                        way);
            case NOT_ADMITTED ->
                new ErrorPage(
                        403,
                        "This account is not let in",
                        "Your account at " + with + " belongs to an organization that may not sign in here.",
                        "Use your account of the right organization, or ask your administrator.",
                        null,
                        way);
        };
    }

    static ErrorPage nobody(IdentityProvider provider, OutsidePerson person) {
        return new ErrorPage(
                403,
                "Nobody here is linked to that account",
                account(person) + " at " + provider.title()
                        + " is not linked to anybody here, and no invitation is open for" + " an email address that "
                        + provider.title() + " has verified as yours.",
                "If you have an account here, sign in another way and link it on your account's page. If not, ask your"
                        + " administrator for an invitation.",
                null,
                SIGN_IN);
    }

    static ErrorPage otherEmail(IdentityProvider provider, OutsidePerson person, String invited, Link way) {
        return new ErrorPage(
                403,
                "This invitation is for somebody else",
                "You have signed in with " + provider.title() + " as " + person.email() + ", and the invitation is for "
                        + invited + ". It can still be used.",
                "Begin again with the account of " + invited + ". If that is you under another address, accept the"
                        + " invitation with your name, and link " + provider.title() + " on your account's page then.",
                null,
                way);
    }

    static ErrorPage linkedAlready(IdentityProvider provider, OutsidePerson person) {
        return new ErrorPage(
                409,
                "That account is linked already",
                account(person) + " at " + provider.title() + " belongs to somebody here. The invitation can still be"
                        + " used.",
                "If that is you, sign in: you need no invitation. If not, open the invitation again, and use another"
                        + " account.",
                null,
                SIGN_IN);
    }

    private static String account(OutsidePerson person) {
        return person.email().isEmpty() ? "Your account" : "Your account " + person.email();
    }

    static ErrorPage notRecent() {
        return new ErrorPage(
                403,
                "Sign in once more first",
                "Linking another sign-in needs a sign-in of the last ten minutes, in this window.",
                "Sign in, and link it again from your account.",
                null,
                new Link(Paths.with(Paths.SIGN_IN, SignInPages.RETURN_TO, Paths.ACCOUNT), "Sign in"));
    }
}
