package dev.tollgate.web.page;

import org.jspecify.annotations.Nullable;

/**
 * A recovery code that makes this browser a known one, for whoever is kept waiting by others' guesses. The same for an
 * address that nobody has.
 *
 * <p>POST {@link Paths#SIGN_IN_NEW_DEVICE} with {@code email}, {@code recovery_code} and {@code return_to}; a request without
 * {@code recovery_code} asks for this page.
 *
 * @param email what was typed before; empty if it is not known here
 * @param returnTo the local path to go on to
 */
public record NewDevicePage(String email, @Nullable String returnTo, Problems problems) implements Page {
    @Override
    public String title() {
        return "Sign in with a new device";
    }

    @Override
    public String template() {
        return "new-device";
    }

    /** The email address only. */
    @Override
    public String toString() {
        return "NewDevicePage[" + email + "]";
    }
}
