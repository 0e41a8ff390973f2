package dev.tollgate.web.page;

import org.jspecify.annotations.Nullable;

/**
 * The authenticator's code, after the password (RFC 6238).
 *
 * <p>POST {@link Paths#SIGN_IN_TOTP} with {@code step}, {@code code} and {@code return_to}. Who has lost the authenticator
 * sends the same form, without the code, to {@link Paths#SIGN_IN_RECOVERY}.
 *
 * @param step stands for the password that was right
 * @param returnTo the local path to go on to
 * @param newDevice whether to offer {@link Paths#SIGN_IN_NEW_DEVICE}
 */
public record TotpPage(String step, @Nullable String returnTo, boolean newDevice, Problems problems) implements Page {
    @Override
    public String title() {
        return "Enter your code";
    }

    @Override
    public String template() {
        return "totp";
    }

    /** Without the step, which is a secret. */
    @Override
    public String toString() {
        return "TotpPage";
    }
}
