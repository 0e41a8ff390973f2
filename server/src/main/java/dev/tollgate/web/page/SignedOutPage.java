package dev.tollgate.web.page;

/** The session has ended. */
public record SignedOutPage() implements Page {
    @Override
    public String title() {
        return "You are signed out";
    }

    @Override
    public String template() {
        return "signed-out";
    }
}
