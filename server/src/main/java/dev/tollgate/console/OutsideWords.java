package dev.tollgate.console;

import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Link;
import dev.tollgate.web.page.Paths;

/** What people read where a sign-in through a provider comes to nothing. */
final class OutsideWords {
    static final Link ACCOUNT = new Link(Paths.ACCOUNT, "Go to your account");
    private static final Link SIGN_IN = new Link(Paths.SIGN_IN, "Go to the sign-in");

    private OutsideWords() {}

    static ErrorPage failed(IdentityProvider provider, OutsideFailure.Kind kind) {
        String with = provider.title();
        return switch (kind) {
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
        };
    }

    static ErrorPage nobody(IdentityProvider provider, OutsidePerson person) {
        String account = person.email().isEmpty() ? "Your account" : "Your account " + person.email();
        return new ErrorPage(
                403,
                "Nobody here is linked to that account",
                account + " at " + provider.title() + " is not linked to anybody here, and no invitation is open for"
                        + " an email address that " + provider.title() + " has verified as yours.",
                "If you have an account here, sign in another way and link it on your account's page. If not, ask your"
                        + " administrator for an invitation.",
                null,
                SIGN_IN);
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
