package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Answer;

/** Writes the whole answer that a client gets. Stateless. */
@FunctionalInterface
public interface WholeWriter {
    /** The body. Every answer can be written; what the client's protocol cannot say is added to the losses. */
    byte[] write(Answer answer, Exchange exchange);
}
