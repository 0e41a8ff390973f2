package dev.tollgate.identity;

import dev.tollgate.kernel.CachePolicy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a virtual key, its text excepted.
 *
 * @param modelGlobs empty is everything
 * @param strict whether a call is refused that would lose anything of meaning in conversion
 * @param cache whether answers may be given again; {@code null}: not by this key
 * @param expiresAt {@code null}: never
 * @param revokedAt {@code null}: not revoked
 */
public record KeyInfo(
        String id,
        String name,
        String account,
        List<String> modelGlobs,
        boolean strict,
        @Nullable CachePolicy cache,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {
    public KeyInfo {
        modelGlobs = List.copyOf(modelGlobs);
    }
}
