package dev.tollgate.dialects.json;

/** What came of parsing a document. */
public sealed interface ParsedJson {
    /** One whole value. */
    record Whole(Json value) implements ParsedJson {}

    /**
     * No JSON.
     *
     * @param problem safe to show: it names the place (bytes counted from the document's start), never what stands there
     */
    record Broken(String problem) implements ParsedJson {}
}
