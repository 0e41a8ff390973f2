package dev.tollgate.vault;

/**
 * All that may be said about a credential without its secret.
 *
 * @param id {@code cred_…}
 * @param name chosen by a person, unique
 * @param owner the account that the credential, and the bill, belongs to
 * @param provider the provider that it authenticates to, by name
 * @param kind {@code api-key}, {@code oauth-access-token}, {@code aws-access-key} or {@code google-service-account}
 * @param version 1 at first, one more at each rotation of the secret
 * @param lastFour the secret's last four characters; empty if the secret has fewer than 20, of which four would be too
 *     large a part. Of a secret of several parts, those of its key's id
 * @param fingerprint 16 hexadecimal digits of a keyed hash: equal secrets have equal fingerprints in one vault, and
 *     nobody without the vault's keys can check a guess against it
 * @param maxContextTokens how long a prompt and its answer may be together by its plan; 0: as long as the model takes
 * @param stateReason why it is quarantined, else empty
 * @param createdAt epoch milliseconds
 * @param rotatedAt epoch milliseconds of the present version
 */
public record CredentialInfo(
        String id,
        String name,
        String owner,
        String provider,
        String kind,
        long version,
        String lastFour,
        String fingerprint,
        long maxContextTokens,
        State state,
        String stateReason,
        long createdAt,
        long rotatedAt) {

    /** Whether calls may use it. */
    public enum State {
        ACTIVE,
        /** Kept but not used: the provider refused it, or its stored row does not open. */
        QUARANTINED;

        /** As the store and the admin API write it. */
        public String wireName() {
            return this == ACTIVE ? "active" : "quarantined";
        }

        static State of(String wireName) {
            return ACTIVE.wireName().equals(wireName) ? ACTIVE : QUARANTINED;
        }
    }

    CredentialInfo with(State newState, String reason) {
        return new CredentialInfo(
                id,
                name,
                owner,
                provider,
                kind,
                version,
                lastFour,
                fingerprint,
                maxContextTokens,
                newState,
                reason,
                createdAt,
                rotatedAt);
    }

    CredentialInfo withMaxContext(long tokens) {
        return new CredentialInfo(
                id,
                name,
                owner,
                provider,
                kind,
                version,
                lastFour,
                fingerprint,
                tokens,
                state,
                stateReason,
                createdAt,
                rotatedAt);
    }

    /** Its next version, in use. */
    CredentialInfo rotated(String newKind, String newLastFour, String newFingerprint, long atMillis) {
        return new CredentialInfo(
                id,
                name,
                owner,
                provider,
                newKind,
                version + 1,
                newLastFour,
                newFingerprint,
                maxContextTokens,
                State.ACTIVE,
                "",
                createdAt,
                atMillis);
    }
}
