package dev.tollgate.web.page;

import org.jspecify.annotations.Nullable;

/**
 * A recovery code in place of the authenticator's.
 *
 * <p>POST {@link Paths#SIGN_IN_RECOVERY} with {@code step}, {@code recovery_code} and {@code return_to}; a request without
 * {@code recovery_code} asks for this page.
 *
 * @param step stands for the password that was right
 * @param returnTo the local path to go on to
 * @param newDevice whether to offer {@link Paths#SIGN_IN_NEW_DEVICE}
 */
public record RecoveryCodePage(String step, @Nullable String returnTo, boolean newDevice, Problems problems)
        implements Page {
    @Override
    public String title() {
        return "Use a recovery code";
    }

    @Override
    public String template() {
        return "recovery-code";
    }

    /** Without the step, which is a secret. */
    @Override
    public String toString() {
        return "RecoveryCodePage";
    }
}
