package dev.tollgate.web.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's own page: who they are here, and how they sign in.
 *
 * <p>Forms: POST {@link Paths#ACCOUNT_NAME} with {@code name}; {@link Paths#PASSKEY_RENAME} with {@code name};
 * {@link Paths#PASSKEY_REMOVE}; {@link Paths#PASSWORD_REMOVE}; {@link Paths#AUTHENTICATOR} (a new authenticator);
 * {@link Paths#RECOVERY_CODES} (new codes); {@link Paths#OUTSIDE_LINK}; {@link Paths#OUTSIDE_UNLINK} with {@code issuer} and
 * {@code subject}. Adding a passkey is GET {@link Paths#PASSKEYS}, a password GET {@link Paths#PASSWORD}.
 *
 * @param role such as {@code owner}
 * @param account who pays
 * @param recoveryCodes how many are left
 * @param linkable providers that can be linked
 * @param notice what has just been done
 */
public record AccountPage(
        String name,
        String email,
        String role,
        String account,
        boolean passkeysPossible,
        List<Passkey> passkeys,
        boolean password,
        int recoveryCodes,
        List<Outside> outside,
        List<OutsideProvider> linkable,
        @Nullable String notice,
        Problems problems)
        implements Page {

    /**
     * A passkey.
     *
     * @param synced whether the person's other devices have it too
     * @param cloned whether it has been seen to be a copy
     */
    public record Passkey(
            String id,
            String name,
            boolean synced,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            boolean cloned) {}

    /**
     * A linked sign-in of somebody else's.
     *
     * @param lapsed whether nobody signs in through that provider any more
     */
    public record Outside(
            String issuer,
            String subject,
            String provider,
            String email,
            @Nullable Instant lastUsedAt,
            boolean lapsed) {}

    /** Whether the person has a single way to sign in, which may be lost. */
    public boolean oneWay() {
        long alive = outside.stream().filter(identity -> !identity.lapsed()).count();
        return passkeys.size() + alive + (password ? 1 : 0) == 1;
    }

    @Override
    public String title() {
        return "Your account";
    }

    @Override
    public String template() {
        return "account";
    }
}
