package dev.tollgate.web.page;

import org.jspecify.annotations.Nullable;

/**
 * Something did not work, and what to do about it.
 *
 * @param title what happened, in a few words
 * @param cure what the person can do now
 * @param reference the request's id, by which an administrator finds it in the log
 * @param way where to go from here
 */
public record ErrorPage(
        int status,
        String title,
        String message,
        String cure,
        @Nullable String reference,
        @Nullable Link way) implements Page {
    /** Nothing is at the address. */
    public static ErrorPage notFound() {
        return new ErrorPage(
                404,
                "There is nothing here",
                "The address leads nowhere, or to something that has been removed.",
                "Check the address, or begin at your account.",
                null,
                new Link(Paths.ACCOUNT, "Go to your account"));
    }

    /** Something is at the address, but not for a visit, or not for a form. */
    public static ErrorPage wrongMethod() {
        return new ErrorPage(
                405,
                "That cannot be opened like this",
                "The address takes something else than what your browser sent: a form of one of the pages here, perhaps.",
                "Go back and begin from the page, or from your account.",
                null,
                new Link(Paths.ACCOUNT, "Go to your account"));
    }

    /** More was asked for than the pace of pages allows. */
    public static ErrorPage tooFast() {
        return new ErrorPage(
                429,
                "That was too fast",
                "More pages were asked for from here than a person reads.",
                "Wait a minute, and load the page again.",
                null,
                null);
    }

    @Override
    public String template() {
        return "error";
    }
}
