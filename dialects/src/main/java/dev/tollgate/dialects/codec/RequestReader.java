package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Request;
import org.jspecify.annotations.Nullable;

/** Reads a client's request. Stateless. */
@FunctionalInterface
public interface RequestReader {
    /**
     * Never throws for what the body holds. Fields without a place in the model become {@link Request#extras}, each with
     * its weight; {@link Conversion} lists or refuses them.
     *
     * @param body must not be written to as long as the request is in use: the request's texts are slices of it
     * @param path what only the endpoint's path says
     */
    Outcome<Request> read(byte[] body, int offset, int length, FromPath path);

    /**
     * What only the endpoint's path says.
     *
     * @param model Gemini's; null elsewhere
     * @param stream whether it is Gemini's endpoint for streams
     */
    record FromPath(@Nullable String model, boolean stream) {
        public static final FromPath NOTHING = new FromPath(null, false);
    }
}
