package dev.tollgate.vault;

/**
 * The vault at a glance.
 *
 * @param source of the root key: {@code file}, {@code passphrase} or {@code environment}
 * @param term the primary term, which wraps new data keys
 * @param termSince epoch milliseconds
 * @param credentials all of them
 * @param quarantined kept, not used; the damaged ones included
 * @param damaged rows of the store that do not open
 * @param rotationPending an earlier term is still needed: a rotation is under way, or damaged rows hold it up
 * @param policyPack version of the policy pack
 */
public record VaultStatus(
        String source,
        int term,
        long termSince,
        int credentials,
        int quarantined,
        int damaged,
        boolean rotationPending,
        String policyPack) {}
