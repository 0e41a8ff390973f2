package dev.tollgate.dialects;

/** Told of the values that a {@link JsonScanner} finds, in the order of the document. */
interface JsonListener {
    /** An object or array that has known members or elements begins. */
    void opened(AnswerField field, boolean array);

    /** It ends. */
    void closed(AnswerField field, boolean array);

    /**
     * A number.
     *
     * @param name the field's name in the document
     * @param value {@link JsonScanner#NOT_A_COUNT} where it is negative, fractional or over {@link JsonScanner#MAX_COUNT}
     */
    void number(AnswerField field, String name, long value);

    /**
     * A string.
     *
     * @param head its first bytes as they stand, at most {@link JsonScanner#HEAD}
     * @param length its length in bytes of UTF-8, escapes resolved (an escaped code unit counts as 3)
     */
    void string(AnswerField field, String name, byte[] head, int headLength, long length);

    /** An object whose members are not known, or an array in an array, has ended; its size in bytes. */
    void passed(AnswerField field, long length);
}
