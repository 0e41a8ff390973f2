package dev.tollgate.dialects.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one document, one at a time, strictly (RFC 8259): nothing follows the value, nothing nests deeper than {@value
 * #MAX_DEPTH} levels, no name is longer than {@value #LONGEST_NAME} bytes and no number longer than {@value #LONGEST_NUMBER}. Strings
 * are passed over eight bytes at a time and decoded only where that is asked for.
 *
 * <p>The bytes must be UTF-8 ({@link Utf8}), which is not checked here. Not thread-safe.
 */
public final class JsonTokens {
    /** Objects and arrays inside one another; providers' tool schemas stay far below. */
    public static final int MAX_DEPTH = 100;

    private static final int LONGEST_NAME = 50_000;
    private static final int LONGEST_NUMBER = 1_000;
    private static final byte[] TRUE = "true".getBytes(UTF_8);
    private static final byte[] FALSE = "false".getBytes(UTF_8);
    private static final byte[] NULL = "null".getBytes(UTF_8);
    private static final String TOO_EARLY = "ends where a value is expected";

    /** What was found. */
    public enum Token {
        OBJECT,
        OBJECT_END,
        ARRAY,
        ARRAY_END,
        /** A member's name; its value comes next. */
        NAME,
        TEXT,
        NUMBER,
        TRUE,
        FALSE,
        NULL,
        /** The document is over, and was whole. */
        END,
        /** It is no JSON: see {@link #problem}. Nothing else comes any more. */
        BROKEN
    }

    private enum Expecting {
        VALUE,
        NAME_OR_END,
        ITEM_OR_END,
        COMMA_OR_END,
        NOTHING
    }

    private final byte[] bytes;
    private final int from;
    private final int to;
    /** By depth, from 1: whether that is an object. */
    private final boolean[] objects = new boolean[MAX_DEPTH + 1];

    private Expecting expecting = Expecting.VALUE;
    private int at;
    private int depth;
    private int start;
    private int end;
    private boolean escaped;
    private @Nullable String problem;

    /** Over {@code bytes[from, to)}. */
    public JsonTokens(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.at = from;
    }

    /** The next token. */
    public Token next() {
        if (problem != null) {
            return Token.BROKEN;
        }
        skipSpace();
        start = at;
        if (at == to) {
            return expecting == Expecting.NOTHING ? Token.END : fail(TOO_EARLY);
        }
        byte b = bytes[at];
        return switch (expecting) {
            case VALUE -> value(b);
            case NAME_OR_END -> b == '}' ? close(Token.OBJECT_END) : name(b);
            case ITEM_OR_END -> b == ']' ? close(Token.ARRAY_END) : value(b);
            case COMMA_OR_END -> objects[depth] ? member(b) : item(b);
            case NOTHING -> fail("something follows the value");
        };
    }

    private Token member(byte b) {
        if (b == '}') {
            return close(Token.OBJECT_END);
        }
        if (b != ',') {
            return fail("a comma or } is expected");
        }
        return pastComma() ? name(bytes[at]) : fail(TOO_EARLY);
    }

    private Token item(byte b) {
        if (b == ']') {
            return close(Token.ARRAY_END);
        }
        if (b != ',') {
            return fail("a comma or ] is expected");
        }
        return pastComma() ? value(bytes[at]) : fail(TOO_EARLY);
    }

    private boolean pastComma() {
        at++;
        skipSpace();
        start = at;
        return at < to;
    }

    private Token name(byte b) {
        if (b != '"') {
            return fail("a name is expected");
        }
        if (!text()) {
            return Token.BROKEN;
        }
        if (end - start > LONGEST_NAME) {
            return fail("a name is too long");
        }
        skipSpace();
        if (at == to || bytes[at] != ':') {
            return fail("a colon is expected");
        }
        at++;
        expecting = Expecting.VALUE;
        return Token.NAME;
    }

    private Token value(byte b) {
        return switch (b) {
            case '{' -> open(Token.OBJECT, Expecting.NAME_OR_END);
            case '[' -> open(Token.ARRAY, Expecting.ITEM_OR_END);
            case '"' -> text() ? whole(Token.TEXT) : Token.BROKEN;
            case 't' -> word(TRUE, Token.TRUE);
            case 'f' -> word(FALSE, Token.FALSE);
            case 'n' -> word(NULL, Token.NULL);
            default -> number();
        };
    }

    private Token open(Token token, Expecting first) {
        if (depth == MAX_DEPTH) {
            return fail("nests deeper than " + MAX_DEPTH + " levels");
        }
        objects[++depth] = token == Token.OBJECT;
        expecting = first;
        end = ++at;
        return token;
    }

    private Token close(Token token) {
        depth--;
        at++;
        return whole(token);
    }

    /** A value is over. */
    private Token whole(Token token) {
        end = at;
        expecting = depth == 0 ? Expecting.NOTHING : Expecting.COMMA_OR_END;
        return token;
    }

    /** From the quote that opens it to behind the one that closes it. */
    private boolean text() {
        escaped = false;
        at++;
        while (true) {
            at = Bytes.endOfPlainText(bytes, at, to);
            if (at == to) {
                fail("ends in a string");
                return false;
            }
            byte b = bytes[at];
            if (b == '"') {
                end = ++at;
                return true;
            }
            if (b != '\\') {
                fail("a control character in a string");
                return false;
            }
            escaped = true;
            if (!escape()) {
                fail("no such escape");
                return false;
            }
        }
    }

    private boolean escape() {
        int kind = at + 1;
        if (kind >= to) {
            return false;
        }
        if (bytes[kind] != 'u') {
            at += 2;
            return "\"\\/bfnrt".indexOf(bytes[kind]) >= 0;
        }
        int after = at + 6;
        if (after > to) {
            return false;
        }
        for (int i = kind + 1; i < after; i++) {
            if (Character.digit(bytes[i], 16) < 0) {
                return false;
            }
        }
        at = after;
        return true;
    }

    private Token number() {
        skip('-');
        boolean zero = at < to && bytes[at] == '0';
        int digits = digits();
        boolean wellFormed = digits == 1 || (digits > 1 && !zero);
        if (skip('.')) {
            wellFormed &= digits() > 0;
        }
        if (skip('e') || skip('E')) {
            if (!skip('+')) {
                skip('-');
            }
            wellFormed &= digits() > 0;
        }
        if (!wellFormed) {
            return fail("no JSON value");
        }
        return at - start > LONGEST_NUMBER ? fail("a number is too long") : whole(Token.NUMBER);
    }

    private int digits() {
        int first = at;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at - first;
    }

    private Token word(byte[] word, Token token) {
        for (byte b : word) {
            if (at == to || bytes[at] != b) {
                return fail("no JSON value");
            }
            at++;
        }
        return whole(token);
    }

    private boolean skip(char b) {
        if (at < to && bytes[at] == b) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
    }

    private Token fail(String why) {
        problem = why + ", at byte " + (at - from);
        return Token.BROKEN;
    }

    /** Where the token begins, as an index into the array; a name's and a text's quote. */
    public int start() {
        return start;
    }

    /** Behind its last byte; of a name and a text, behind the quote that closes it. */
    public int end() {
        return end;
    }

    /** Whether there are escapes in the name or text. */
    public boolean escaped() {
        return escaped;
    }

    /** How many objects and arrays are open. */
    public int depth() {
        return depth;
    }

    /** The name or text, decoded. A half surrogate pair stays one. */
    public String string() {
        return escaped
                ? JsonText.decode(bytes, start + 1, end - 1)
                : new String(bytes, start + 1, end - start - 2, UTF_8);
    }

    /** The number; empty where it has a fraction or an exponent, or more than 18 digits. */
    public OptionalLong integer() {
        return JsonText.integer(bytes, start, end);
    }

    /** Why it is {@link Token#BROKEN}: it names the place (bytes counted from the document's start), never what stands there. */
    public String problem() {
        return String.valueOf(problem);
    }
}
