package dev.tollgate.identity;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What people have allowed apps, for administrators. Blocking. */
public interface AppGrants {
    /**
     * What a grant may spend in a window, and what it has.
     *
     * @param limitNanoUsd nano-US-dollars, as the other
     * @param window {@code day} or {@code month}
     * @param spentNanoUsd in the window that runs
     */
    record Cap(long limitNanoUsd, String window, long spentNanoUsd) {}

    /**
     * What one app has been allowed.
     *
     * @param personId null: it acts for nobody
     * @param clientName as it was shown when it was allowed
     * @param resource what its tokens are for
     * @param cap null: none of its own
     * @param spentNanoUsd since it was made
     * @param lastUsedAt null: never
     * @param expiresAt null: not by itself
     * @param revokedAt null: it is not revoked
     */
    record AppGrant(
            String id,
            @Nullable String personId,
            String clientId,
            String clientName,
            List<String> scopes,
            String resource,
            @Nullable Cap cap,
            long spentNanoUsd,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt) {
        public AppGrant {
            scopes = List.copyOf(scopes);
        }
    }

    /** Where an app comes from that no administrator vouches for. */
    enum Origin {
        /** It belongs to the gate, as the command line does. */
        BUILT_IN,
        /** It registered itself. */
        REGISTERED,
        /** Its id is the address of its own description. */
        DOCUMENT;

        /** As the API has it. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * An app that no administrator vouches for and that people have allowed something.
     *
     * @param name one that people were shown
     * @param people how many
     * @param grants how many in force
     * @param allowedAt when the newest of them was made
     */
    record UnvouchedApp(String id, String name, Origin origin, long people, long grants, Instant allowedAt) {}

    /** A person's grants in force, the newest first. */
    List<AppGrant> of(String personId);

    /**
     * Revokes one, whosever it is: its tokens open nothing any more when this returns, on other nodes within a second. Doing it
     * again changes nothing.
     *
     * @param actor in the audit trail
     * @throws dev.tollgate.kernel.Refusal if there is none of that id
     */
    AppGrant revoke(String grantId, String actor);

    /** By their ids. */
    List<UnvouchedApp> unvouchedApps();
}
