package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Answer;

/** Reads a provider's whole answer. Stateless. */
@FunctionalInterface
public interface WholeReader {
    /** Never throws for what the body holds. Tools have the client's names. */
    Outcome<Answer> read(byte[] body, int offset, int length, Exchange exchange);
}
