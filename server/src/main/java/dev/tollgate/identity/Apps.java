package dev.tollgate.identity;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OAuth clients that an administrator vouches for: services that act in their own name, and apps that people know. Those that
 * registered themselves are not among them. Blocking.
 */
public interface Apps {
    /** How long a name may be. */
    int LONGEST_NAME = 100;

    /** {@code token_endpoint_auth_method} of an app that cannot keep a secret (RFC 7591 section 2). */
    String PUBLIC = "none";

    /**
     * What is said of an app. What is null is not said: then an app that is made is as is usual, and one that is changed stays as
     * it is.
     *
     * @param redirectUris where answers for its people go; usually none: it signs nobody in
     * @param postLogoutRedirectUris where its people may be sent after they have signed out; usually nowhere
     * @param grantTypes by the names of RFC 7591; usually a code and refreshing where there are redirect URIs, else its own name
     * @param authMethod {@code token_endpoint_auth_method} of RFC 7591; usually {@code private_key_jwt} where keys are given, else
     *     {@code client_secret_basic}
     * @param jwks its public keys, a JSON Web Key Set (RFC 7517 section 5), for {@code private_key_jwt} alone
     * @param dpop whether all its tokens must be bound to a key (RFC 9449 section 5.2); usually not
     * @param scopes what it may ask for at most; empty, as is usual: anything of a person, and the default in its own name
     * @param account who pays for what it does in its own name
     */
    record Traits(
            @Nullable String name,
            @Nullable List<String> redirectUris,
            @Nullable List<String> postLogoutRedirectUris,
            @Nullable List<String> grantTypes,
            @Nullable String authMethod,
            @Nullable String jwks,
            @Nullable Boolean dpop,
            @Nullable List<String> scopes,
            @Nullable String account) {}

    /**
     * An app as it is; see {@link Traits}.
     *
     * @param jwks null: it has none
     * @param revoked whether it may do nothing in its own name any more
     */
    record App(
            String id,
            String name,
            List<String> redirectUris,
            List<String> postLogoutRedirectUris,
            List<String> grantTypes,
            String authMethod,
            @Nullable String jwks,
            boolean dpop,
            List<String> scopes,
            String account,
            boolean revoked,
            Instant createdAt) {
        /** Whether it cannot keep a secret, and has none. */
        public boolean publicClient() {
            return authMethod.equals(PUBLIC);
        }
    }

    /**
     * An app, and the secret that has just been made for it.
     *
     * @param secret in the clear, this once; empty: none was made
     */
    record NewApp(App app, String secret) {
        @Override
        public String toString() {
            return "NewApp[" + app.id() + "]";
        }
    }

    /**
     * An app whose id is the address of its own description, and which is unknown here until an administrator allows it again.
     *
     * @param id the address
     */
    record Blocked(String id, Instant blockedAt) {}

    /** The oldest first. */
    List<App> list();

    /**
     * The one of that id.
     *
     * @throws dev.tollgate.kernel.Refusal if there is none
     */
    App find(String id);

    /**
     * Makes one.
     *
     * @param traits with a name
     * @param actor in the audit trail
     * @throws dev.tollgate.kernel.Refusal if something of it is not well formed
     */
    NewApp create(Traits traits, String actor);

    /**
     * Changes one. It has a secret from then on only if its way to authenticate needs one; a new one is made if it had none. What
     * people have allowed it, and tokens that it has, stay.
     *
     * @param actor in the audit trail
     * @throws dev.tollgate.kernel.Refusal if there is none of that id, or it would not be well formed; then it stays as it was
     */
    NewApp change(String id, Traits traits, String actor);

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
     * Forgets one, and ends whatever it was allowed. One that registered itself can be turned out in this way, too. One whose id
     * is the address of its own description would be known again at its next request: it is blocked until {@link #unblock}, be it
     * known so far or not.
     *
     * @param actor in the audit trail
     * @throws dev.tollgate.kernel.Refusal if there is none of that id, nor could be
     */
    void remove(String id, String actor);

    /** Those that were removed and would come back, the last first. */
    List<Blocked> blocked();

    /**
     * Lets people allow a blocked one something again. What was ended stays so.
     *
     * @param actor in the audit trail
     * @throws dev.tollgate.kernel.Refusal if it is not blocked
     */
    void unblock(String id, String actor);
}
