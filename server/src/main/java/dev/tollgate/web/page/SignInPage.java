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
 * @param again whether a sign-in of just now is wanted, at a provider, too
 * @param passkeys whether this server's address can have passkeys
 * @param app the app that the person is on the way to
 * @param reason why a person who has signed in already is asked again
 */
public record SignInPage(
        String email,
        @Nullable String returnTo,
        boolean again,
        boolean passkeys,
        List<OutsideProvider> providers,
        @Nullable App app,
        @Nullable String reason,
        Problems problems)
        implements Page {
    /** Where a provider's button leads. */
    public String there(OutsideProvider provider) {
        String path = Paths.with(Paths.of(Paths.SIGN_IN_OUTSIDE, provider.id()), "return_to", returnTo);
        return Paths.with(path, "again", again ? "1" : null);
    }

    @Override
    public String title() {
        return "Sign in";
    }

    @Override
    public String template() {
        return "sign-in";
    }
}
