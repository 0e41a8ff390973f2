package dev.tollgate.identity.people;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A passkey, as its person sees it.
 *
 * @param id the credential's id, base64url
 * @param synced whether its maker may keep it on several devices
 * @param lastUsedAt {@code null}: never
 * @param clonedAt when its counter last went backwards, which a copy of it would explain; {@code null}: never
 */
public record PasskeyInfo(
        String id,
        String name,
        boolean synced,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant clonedAt) {}
