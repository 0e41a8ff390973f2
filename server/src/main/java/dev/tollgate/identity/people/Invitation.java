package dev.tollgate.identity.people;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An invitation, its text excepted.
 *
 * @param id {@code inv_…}; no secret
 * @param invitedBy a person's id, or {@code owner}
 * @param personId who came in by it; {@code null}: nobody
 */
public record Invitation(
        String id,
        String email,
        Role role,
        String account,
        List<String> groups,
        String invitedBy,
        Instant createdAt,
        Instant expiresAt,
        State state,
        @Nullable String personId) {
    /** How far it has come. */
    public enum State {
        OPEN,
        REDEEMED,
        REVOKED,
        EXPIRED
    }

    public Invitation {
        groups = List.copyOf(groups);
    }
}
