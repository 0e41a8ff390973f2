package dev.tollgate.identity;

import java.util.List;

/**
 * Who is calling, proven.
 *
 * @param keyId the virtual key's id (not secret)
 * @param account who pays
 * @param modelGlobs what the key may use; empty is everything
 * @param strict whether a call is refused that would lose anything of meaning in conversion
 */
public record Caller(String keyId, String keyName, String account, List<String> modelGlobs, boolean strict) {
    public Caller {
        modelGlobs = List.copyOf(modelGlobs);
    }

    /** One that takes losses, and reads of them in the answer. */
    public Caller(String keyId, String keyName, String account, List<String> modelGlobs) {
        this(keyId, keyName, account, modelGlobs, false);
    }
}
