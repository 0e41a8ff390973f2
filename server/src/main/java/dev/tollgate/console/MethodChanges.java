package dev.tollgate.console;

import dev.tollgate.identity.people.MethodChange;
import dev.tollgate.identity.people.People;
import dev.tollgate.identity.people.SignInWay;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.page.ErrorPage;
import dev.tollgate.web.page.Problems;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers to changes of how somebody signs in. Each of them wants a recent sign-in. */
final class MethodChanges {
    private final Doorway door;
    private final People people;
    private final InstantSource clock;

    MethodChanges(Doorway door, People people, InstantSource clock) {
        this.door = door;
        this.people = people;
        this.clock = clock;
    }

    /** Null if the last sign-in was recent; else where to sign in once more, before anything is typed in vain. */
    @Nullable
    WebReply unlessRecent(SignedIn who, String path) {
        return who.session().recent(clock.instant()) ? null : stepUp(who, path);
    }

    /**
     * The answer to a change.
     *
     * @param path where to come back to after another sign-in, if one is needed
     * @param done answers what was done
     * @param problem shows the page again
     */
    <T> WebReply answer(
            MethodChange<T> change,
            SignedIn who,
            String path,
            Function<T, WebReply> done,
            Function<Problems, WebReply> problem) {
        return answer(change, who, path, null, done, problem);
    }

    /**
     * The same, of a change that somebody has typed.
     *
     * @param field which may have been typed wrongly; null: none
     */
    <T> WebReply answer(
            MethodChange<T> change,
            SignedIn who,
            String path,
            @Nullable String field,
            Function<T, WebReply> done,
            Function<Problems, WebReply> problem) {
        return switch (change) {
            case MethodChange.Done<T> made -> done.apply(made.value());
            case MethodChange.NeedsRecentSignIn<T> needs -> stepUp(who, path);
            case MethodChange.LastMethod<T> last ->
                problem.apply(Problems.form("It is your last way to sign in. Add another one first."));
            case MethodChange.Invalid<T> invalid ->
                problem.apply(
                        new Problems(List.of(new Problems.Problem(field, invalid.message() + " " + invalid.cure()))));
            case MethodChange.Busy<T> busy ->
                Doorway.busy(problem.apply(
                        Problems.form("There is no room for this just now. Try again in a few seconds.")));
        };
    }

    /** Who has no way to sign in cannot sign in once more: the link's time is over. */
    private WebReply stepUp(SignedIn who, String path) {
        if (people.methods(who.person().id()).any()) {
            return WebReply.seeOther(SignInPages.stepUp(path));
        }
        String cure = who.session().way() == SignInWay.FIRST_RUN
                ? "Start the server again: it prints a new link. Your account stays as it is."
                : "Ask an administrator to invite you again. Your account stays as it is.";
        return door.error(new ErrorPage(
                403,
                "Your link was opened too long ago",
                "For ten minutes after it was opened, a link lets you choose how you sign in.",
                cure,
                null,
                null));
    }
}
