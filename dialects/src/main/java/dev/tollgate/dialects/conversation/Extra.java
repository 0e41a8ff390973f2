package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.json.Json;

/**
 * A field that has no place in the neutral model: unknown, or known and understood by its own provider only. Nothing carries it to
 * another protocol, so the conversion reports or refuses it, by its weight.
 *
 * @param why for people, without the value: "only Gemini knows it", "unknown field"
 */
public record Extra(Path at, Json value, Weight weight, String why) {
    /** What becomes of the conversation without the field. */
    public enum Weight {
        /**
         * The answer is to the same question all the same: what a client notes, saves or pays by, or sends of itself. Dropped, and
         * listed as an incidental loss.
         */
        INCIDENTAL,
        /** The answer is one that the client can use: dropped, and listed as a loss. */
        HINT,
        /** The answer would be to another question: the request is refused. */
        ESSENTIAL
    }
}
