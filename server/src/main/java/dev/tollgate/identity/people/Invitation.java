package dev.tollgate.identity.people;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

    /** Why its link opens nothing; empty while it is open. */
    public Optional<Redeemed.Reason> over() {
        return switch (state) {
            case OPEN -> Optional.empty();
            case REDEEMED -> Optional.of(Redeemed.Reason.USED);
            case REVOKED -> Optional.of(Redeemed.Reason.REVOKED);
            case EXPIRED -> Optional.of(Redeemed.Reason.EXPIRED);
        };
    }
}
