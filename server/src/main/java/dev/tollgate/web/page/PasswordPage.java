package dev.tollgate.web.page;

import org.jspecify.annotations.Nullable;

/**
 * The password, after the email address. The same for an address that nobody has.
 *
 * <p>POST {@link Paths#SIGN_IN_PASSWORD} with {@code email}, {@code password} and {@code return_to}.
 *
 * @param returnTo the local path to go on to
 * @param passkeys whether to offer a passkey in its place
 * @param newDevice whether to offer {@link Paths#SIGN_IN_NEW_DEVICE}
 * @param notice what has just been done
 */
public record PasswordPage(
        String email,
        @Nullable String returnTo,
        boolean passkeys,
        boolean newDevice,
        @Nullable String notice,
        Problems problems)
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
