package dev.tollgate.dialects;

/** What {@link RequestInspector} found. */
public sealed interface Inspection {
    /**
     * The body is refused.
     *
     * @param message safe to show to the caller: it names the field or the place (bytes counted from the body's start), and never
     *     repeats what stands there
     */
    record Malformed(String message) implements Inspection {}

    /** The body is strict JSON, and its inspected fields are of their types. */
    @SuppressWarnings("AvoidCommonTypeNames") // always met as Inspection.Readable
    record Readable(RequestFields fields) implements Inspection {}
}
