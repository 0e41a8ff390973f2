package dev.tollgate.web.page;

import java.time.Instant;
import java.util.List;

/**
 * Takes up an invitation.
 *
 * <p>POST {@link Paths#INVITATION} with {@code token} and {@code name}; POST {@link Paths#INVITATION_OUTSIDE} with
 * {@code token}.
 *
 * @param token the link's secret
 * @param email whom it was made for
 * @param role what the person will be, such as {@code member}
 */
public record InvitationPage(
        String token,
        String email,
        String role,
        String invitedBy,
        Instant expiresAt,
        String name,
        List<OutsideProvider> providers,
        Problems problems)
        implements Page {
    @Override
    public String title() {
        return "You are invited";
    }

    @Override
    public String template() {
        return "invitation";
    }

    /** Without the token, which is a secret. */
    @Override
    public String toString() {
        return "InvitationPage[" + email + "]";
    }
}
