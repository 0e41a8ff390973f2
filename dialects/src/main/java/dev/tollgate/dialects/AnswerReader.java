package dev.tollgate.dialects;

/** Reads the usage of an answer that came whole, as one JSON body. */
public final class AnswerReader {
    private AnswerReader() {}

    /**
     * The usage that {@code body[offset, offset + length)} reports. Never throws for what the body holds. A body that is cut is
     * read as {@link UsageReading.Partial}; one that is no JSON, as {@link UsageReading.Absent}; an error
     * without text or figures, as {@link UsageReading.Refused}. Gemini's streams without {@code
     * alt=sse} are one JSON array, whose last figures count.
     */
    public static UsageReading read(Operation operation, byte[] body, int offset, int length) {
        if (!operation.generates()) {
            return new UsageReading.Reported(Usage.ZERO);
        }
        Meter meter = Meter.of(operation, 1);
        meter.data(body, offset, offset + length);
        boolean noAnswer = meter.notJson();
        boolean whole = meter.endBody();
        return noAnswer && !meter.anyFigures() ? new UsageReading.Absent() : meter.reading(whole);
    }
}
