package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.ErrorKind;

/** Reads a provider's error response. Stateless. */
@FunctionalInterface
public interface ErrorReader {
    /** Never throws for what the body holds; of one that is no error of the protocol, the status decides. */
    ProviderError read(int status, byte[] body, int offset, int length);

    /**
     * What the provider says.
     *
     * @param message the provider's own; clients match on its wording
     */
    record ProviderError(ErrorKind kind, String message) {}
}
