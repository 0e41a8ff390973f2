package dev.tollgate.identity.people;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who a person is at an OpenID provider.
 *
 * @param email as the provider has it; for people to read, decides nothing
 * @param lastUsedAt {@code null}: never
 */
public record OutsideIdentity(
        String issuer,
        String subject,
        String personId,
        String email,
        Instant linkedAt,
        @Nullable Instant lastUsedAt) {}
