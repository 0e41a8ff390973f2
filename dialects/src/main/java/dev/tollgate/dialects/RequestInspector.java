package dev.tollgate.dialects;

import dev.tollgate.dialects.json.JsonTokens;
import dev.tollgate.dialects.json.Utf8;

/**
 * Reads, in one pass, the few fields that the gate needs, and refuses what two parsers could understand differently: a body that
 * is not strict JSON (RFC 8259) in UTF-8 (RFC 3629), an object with a name twice, at any depth, or with an inspected name in
 * another case, trailing content, nesting beyond {@value JsonTokens#MAX_DEPTH}. Unknown fields are let through unread. JSON null counts as
 * an absent field, as it does at the providers.
 *
 * <p>Cost: one pass over the bytes to check the encoding and one over the tokens, which passes over strings eight bytes at a time and
 * decodes no more than the names and values that are inspected.
 */
public final class RequestInspector {
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
