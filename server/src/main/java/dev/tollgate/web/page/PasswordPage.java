package dev.tollgate.web.page;

import org.jspecify.annotations.Nullable;

/**
 * The password, after the email address. The same for an address that nobody has.
 *
 * <p>POST {@link Paths#SIGN_IN_PASSWORD} with {@code email}, {@code password} and {@code return_to}.
 *
 * @param returnTo the local path to go on to
 * @param passkeys whether to offer a passkey in its place
 */
public record PasswordPage(String email, @Nullable String returnTo, boolean passkeys, Problems problems)
        implements Page {
    @Override
    public String title() {
        return "Enter your password";
    }

    @Override
    public String template() {
        return "password";
    }

    /** The email address only. */
    @Override
    public String toString() {
        return "PasswordPage[" + email + "]";
    }
}
