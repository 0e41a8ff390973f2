/**
 * The vault: provider credentials, encrypted in an envelope.
 *
 * <p>From the outside in: the <em>root key</em> (a key file, a passphrase or an environment variable) seals the
 * <em>keyring</em>; the keyring holds one <em>master key</em> per term and wraps the <em>data keys</em>; each version of
 * each credential has a data key of its own, which encrypts the secret. What stands in the store is useless without
 * the root key, which never does.
 */
@NullMarked
package dev.tollgate.vault;

import org.jspecify.annotations.NullMarked;
