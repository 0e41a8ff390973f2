package dev.tollgate.dialects;

/**
 * One edit in place: the bytes {@code [start, end)} of an array give way to others.
 *
 * @param replacement not to be changed afterwards
 * @param field the JSON field that the edit changes, for the record of what was changed
 */
@SuppressWarnings("ArrayRecordComponent") // a splice is handed on, never compared
public record Splice(int start, int end, byte[] replacement, String field) {
    public Splice {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("no such range: " + start + " to " + end);
        }
    }
}
