package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Path;

/**
 * Something that did not make it to the other side.
 *
 * @param at its place, in the words of the side that said it
 * @param why for people, without the value
 */
public record Loss(Side side, Path at, String why) {
    public enum Side {
        /** The client said it, the provider does not hear it. */
        REQUEST,
        /** The provider said it, the client does not hear it. */
        ANSWER
    }
}
