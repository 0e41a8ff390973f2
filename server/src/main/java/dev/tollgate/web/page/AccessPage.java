package dev.tollgate.web.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every app that may act for the person, with what it has spent.
 *
 * <p>Form: POST {@link Paths#ACCESS_REVOKE}; a link to {@link ChangeAccessPage}.
 *
 * @param grants the newest first
 * @param notice what has just been done
 * @param signInDays after how many days, at the latest, an app has to ask the person to sign in again
 */
public record AccessPage(List<Grant> grants, @Nullable String notice, long signInDays) implements Page {
    /**
     * What one app may do.
     *
     * @param spending null if it has no cap of its own
     * @param totalNanoUsd what it has spent since it was allowed; null if it cannot spend
     * @param expiresAt null if it lasts until it is revoked
     */
    public record Grant(
            String id,
            App app,
            List<Permission> permissions,
            @Nullable Spending spending,
            @Nullable Long totalNanoUsd,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant expiresAt) {}

    /**
     * What an app has spent of its cap in the window that runs.
     *
     * @param window {@code day} or {@code month}
     */
    public record Spending(long spentNanoUsd, long capNanoUsd, String window) {
        /** How much of the cap is spent, 0 to 100; 100 only when all of it is. */
        public int percent() {
            if (spentNanoUsd >= capNanoUsd) {
                return 100;
            }
            return (int) Math.clamp((double) spentNanoUsd / capNanoUsd * 100, 0, 99);
        }
    }

    @Override
    public String title() {
        return "Apps with access";
    }

    @Override
    public String template() {
        return "access";
    }
}
