package dev.tollgate.dialects;

/**
 * Where a request body bounds the answer's length, or can be made to. The bytes {@code [start, end)} give way to the number with what
 * stands around it.
 *
 * @param kind what is there
 * @param tokens the bound that is there; {@link Long#MAX_VALUE} where there is none
 */
public record OutputLimitPlace(int start, int end, Kind kind, long tokens) {
    /** A place without a bound. */
    OutputLimitPlace(int start, int end, Kind kind) {
        this(start, end, kind, Long.MAX_VALUE);
    }

    /** What stands at the place. */
    public enum Kind {
        /** The field's value: a number, or null. */
        VALUE,
        /** The beginning of the object that would have the field, and has others. */
        BEFORE_FIELDS,
        /** The inside of the object that would have the field; it is empty. */
        EMPTY_OBJECT,
        /** A null where Gemini's {@code generationConfig} could be. */
        NO_CONFIG,
        /** The beginning of a Gemini body without {@code generationConfig}. */
        BEFORE_CONFIG
    }
}
