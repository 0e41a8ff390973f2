package dev.tollgate.web.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first step of signing in: with a passkey at once, or with the email address first.
 *
 * <p>Email: POST {@link Paths#SIGN_IN} with {@code email}. Passkey: POST {@link Paths#SIGN_IN_PASSKEY} with
 * {@code credential}, the JSON of the browser's credential. Both with {@code return_to} if there is one.
 *
 * @param email what was typed before; empty at first
 * @param returnTo the local path to go on to
 * @param passkeys whether this server's address can have passkeys
 * @param app the app that the person is on the way to
 * @param reason why a person who has signed in already is asked again
 */
public record SignInPage(
        String email,
        @Nullable String returnTo,
        boolean passkeys,
        List<OutsideProvider> providers,
        @Nullable String app,
        @Nullable String reason,
        Problems problems)
        implements Page {
    @Override
    public String title() {
        return "Sign in";
    }

    @Override
    public String template() {
        return "sign-in";
    }
}
