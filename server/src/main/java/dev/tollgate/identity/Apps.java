package dev.tollgate.identity;

import java.time.Instant;
import java.util.List;

/**
 * OAuth clients that an administrator vouches for: services that act in their own name, and apps that people know. Those that
 * registered themselves are not among them. Blocking.
 */
public interface Apps {
    /** How long a name may be. */
    int LONGEST_NAME = 100;

    /**
     * What an app is to be.
     *
     * @param redirectUris where answers for its people go; empty: it signs nobody in
     * @param grantTypes by the names of RFC 7591; empty: a code and refreshing where there are redirect URIs, else its own name
     * @param publicClient it cannot keep a secret, and gets none
     * @param scopes what it may ask for at most; empty: anything of a person, and the default in its own name
     * @param account who pays for what it does in its own name
     */
    record Draft(
            String name,
            List<String> redirectUris,
            List<String> grantTypes,
            boolean publicClient,
            List<String> scopes,
            String account) {}

    /**
     * An app as it is; see {@link Draft}.
     *
     * @param revoked whether it may do nothing in its own name any more
     */
    record App(
            String id,
            String name,
            List<String> redirectUris,
            List<String> grantTypes,
            boolean publicClient,
            List<String> scopes,
            String account,
            boolean revoked,
            Instant createdAt) {}

    /**
     * An app that has just been made.
     *
     * @param secret in the clear, this once; empty: it has none
     */
    record NewApp(App app, String secret) {
        @Override
        public String toString() {
            return "NewApp[" + app.id() + "]";
        }
    }

    /** The oldest first. */
    List<App> list();

    /**
     * Makes one.
     *
     * @param actor in the audit trail
     * @throws dev.tollgate.kernel.Refusal if something of it is not well formed
     */
    NewApp create(Draft draft, String actor);

    /**
     * Ends whatever one was allowed, and lets it do nothing in its own name until {@link #allow}. People may allow it something
     * anew.
     *
     * @param actor in the audit trail
     * @throws dev.tollgate.kernel.Refusal if there is none of that id
     */
    App revoke(String id, String actor);

    /**
     * Lets one act in its own name again.
     *
     * @param actor in the audit trail
     * @throws dev.tollgate.kernel.Refusal if there is none of that id
     */
    App allow(String id, String actor);

    /**
     * Forgets one, and ends whatever it was allowed. One that registered itself can be turned out in this way, too.
     *
     * @param actor in the audit trail
     * @throws dev.tollgate.kernel.Refusal if there is none of that id
     */
    void remove(String id, String actor);
}
