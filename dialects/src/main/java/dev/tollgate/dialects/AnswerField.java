package dev.tollgate.dialects;

/** The values of an answer, or of one event of a streamed one, that metering looks at; each dialect has its own names for them. */
enum AnswerField {
    // Counts, kept across events. What INPUT and OUTPUT include differs by dialect; the meters know.
    INPUT,
    CACHE_READ,
    CACHE_WRITE,
    CACHE_WRITE_5M,
    CACHE_WRITE_1H,
    OUTPUT,
    REASONING,
    TOOL_INPUT,
    TOTAL,
    WEB_SEARCHES,

    // Counts of one step of an answer (Anthropic's usage.iterations).
    STEP_INPUT,
    STEP_CACHE_READ,
    STEP_CACHE_WRITE,
    STEP_CACHE_WRITE_5M,
    STEP_CACHE_WRITE_1H,
    STEP_OUTPUT,

    // What stands around them.
    STEP,
    STEP_TYPE,
    TYPE,
    ERROR,
    SERVICE_TIER,
    /** What says the tier as well: Anthropic's speed, Google's type of traffic. */
    SPEED,
    TEXT,
    PART,
    CHOICES,
    INDEX,
    /** Says that the answer, or one of its choices, is over. */
    FINISH,
    BLOCKED,
    ITEM,
    ITEM_TYPE,
    ITEM_ACTION,
    SEARCH_QUERY;

    private static final int COUNTS = STEP_OUTPUT.index() + 1;

    boolean isCount() {
        return index() < COUNTS;
    }

    /** The index of a count in an array of {@link #counts()} numbers. */
    @SuppressWarnings("EnumOrdinal") // never leaves memory
    int index() {
        return ordinal();
    }

    static int counts() {
        return COUNTS;
    }
}
