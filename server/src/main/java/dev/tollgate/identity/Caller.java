package dev.tollgate.identity;

import java.util.List;

/**
 * Who is calling, proven.
 *
 * @param keyId the virtual key's id (not secret)
 * @param account who pays
 * @param modelGlobs what the key may use; empty is everything
 */
public record Caller(String keyId, String keyName, String account, List<String> modelGlobs) {
    public Caller {
        modelGlobs = List.copyOf(modelGlobs);
    }
}
