package dev.tollgate.web.page;

/**
 * Sets or changes the password.
 *
 * <p>POST {@link Paths#PASSWORD} with {@code new_password} and {@code repeated_password}.
 *
 * @param change whether there is one already; the authenticator then stays
 */
public record SetPasswordPage(String email, boolean change, Problems problems) implements Page {
    @Override
    public String title() {
        return change ? "Change your password" : "Set a password";
    }

    @Override
    public String template() {
        return "set-password";
    }
}
