package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Request;

/** Writes the request that a provider gets. Stateless. */
@FunctionalInterface
public interface RequestWriter {
    /**
     * The body. What it cannot express is added to the losses; what must not be dropped makes it {@link Outcome.NotExpressible}. A
     * stream always asks for its usage, whatever the client did.
     */
    Outcome<byte[]> write(Request request, Destination destination, ToolNames names, Losses losses);
}
