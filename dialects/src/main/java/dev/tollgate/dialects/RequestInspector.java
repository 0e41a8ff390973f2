package dev.tollgate.dialects;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads, in one pass, the few fields that the gate needs, and refuses what two parsers could understand differently: a body that
 * is not strict JSON (RFC 8259) in UTF-8 (RFC 3629), an object with a name twice, at any depth, or with an inspected name in
 * another case, trailing content, nesting beyond {@value #MAX_DEPTH}. Unknown fields are let through unread. JSON null counts as
 * an absent field, as it does at the providers.
 *
 * <p>Cost: one pass over the bytes to check the encoding and one of Jackson's tokenizer, which skips strings without decoding
 * them; on the body of a coding agent (100 KB) about 1.3 times the tokenizer alone, of which the search for double names ({@link
 * NameScopes}) is the larger part.
 */
public final class RequestInspector {
    /** Objects and arrays inside one another; providers' tool schemas stay far below. */
    static final int MAX_DEPTH = 100;

    static final JsonFactory JSON = JsonFactory.builder()
            // The encoding is UTF-8, which has been checked. Guessing UTF-16 would shift every offset.
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH + 1) // ours speaks first, with a better message
                    .maxStringLength(Integer.MAX_VALUE) // an image; the body's own limit bounds it
                    .build())
            .build();

    private RequestInspector() {}

    /**
     * Inspects {@code body[offset, offset + length)}. Never throws for what the body holds.
     *
     * @param operation the endpoint that the body was sent to
     */
    public static Inspection inspect(Operation operation, byte[] body, int offset, int length) {
        int end = offset + length;
        int start = offset;
        while (start < end && isJsonSpace(body[start])) {
            start++;
        }
        if (start == end) {
            return new Inspection.Malformed("The body is empty; a JSON object is expected.");
        }
        if (body[start] != '{') {
            return new Inspection.Malformed("The body is not a JSON object (byte " + (start - offset) + ").");
        }
        int invalid = Utf8.firstInvalid(body, start, end);
        if (invalid >= 0) {
            return new Inspection.Malformed("The body is not valid UTF-8 at byte " + (invalid - offset) + ".");
        }
        return new RequestWalk(operation, body, offset, start, end).walk();
    }

    private static boolean isJsonSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
