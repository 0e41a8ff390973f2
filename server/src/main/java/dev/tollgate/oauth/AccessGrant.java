package dev.tollgate.oauth;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one person has allowed one client, or what a client may do in its own name. Every code, refresh token and access
 * token belongs to exactly one.
 *
 * @param id {@code gra_…}
 * @param personId null: the client acts for nobody
 * @param subject {@code sub} of its tokens: the person's id, or whatever names the client or the job
 * @param account who pays
 * @param clientName as it was shown when it was allowed
 * @param resource {@code aud} of its tokens
 * @param cap null: none of its own
 * @param expiresAt null: not by itself
 * @param revokedAt null: it is not revoked
 */
public record AccessGrant(
        String id,
        @Nullable String personId,
        String subject,
        String account,
        String clientId,
        String clientName,
        List<String> scopes,
        String resource,
        @Nullable SpendingCap cap,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {
    public AccessGrant {
        scopes = List.copyOf(scopes);
    }

    /** Neither revoked nor expired. */
    public boolean alive(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    /** The same on other terms. */
    AccessGrant with(List<String> otherScopes, @Nullable SpendingCap otherCap, @Nullable Instant otherEnd) {
        return new AccessGrant(
                id,
                personId,
                subject,
                account,
                clientId,
                clientName,
                otherScopes,
                resource,
                otherCap,
                createdAt,
                otherEnd,
                revokedAt);
    }
}
