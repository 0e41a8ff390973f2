package dev.tollgate.identity.people;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whom an OpenID provider has signed in. Whoever makes one has verified the ID token that says so.
 *
 * @param issuer of one tenant, where the provider has many
 * @param email empty: the token has none
 * @param emailVerified whether the provider says that the email is this person's
 * @param name empty: the token has none
 * @param provedAt when the person last proved to the provider who they are ({@code auth_time}); {@code null}: it does not say
 */
public record OutsidePerson(
        String issuer,
        String subject,
        String email,
        boolean emailVerified,
        String name,
        @Nullable Instant provedAt) {
    /** Whether issuer and subject are such that they can be kept, and found again. */
    public boolean canBeKept() {
        return OutsideIdentities.canBeKept(issuer, subject);
    }
}
