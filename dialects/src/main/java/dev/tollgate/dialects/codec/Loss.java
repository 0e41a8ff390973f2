package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Path;

/**
 * Something that did not make it to the other side.
 *
 * @param at its place, in the words of the side that said it
 * @param why for people, without the value
 */
public record Loss(Side side, Path at, String why, Weight weight) {
    public enum Side {
        /** The client said it, the provider does not hear it. */
        REQUEST,
        /** The provider said it, the client does not hear it. */
        ANSWER
    }

    /** Of what is lost of a request: whether a strict caller minds. */
    public enum Weight {
        /** It shapes the answer: a setting, a tool, a word of the conversation. */
        MEANING,
        /**
         * It does not: cache hints, bookkeeping and billing; what the model itself had said, such as thinking and citations of
         * earlier turns; how much it thinks or how finely it looks, where the nearest is sent; how thinking is shown.
         */
        INCIDENTAL
    }
}
