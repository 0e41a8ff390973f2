package dev.tollgate.dialects.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.Utf8;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One strict pass over one document (RFC 8259 in UTF-8, at most {@value #MAX_DEPTH} levels). Strict, because slices of a provider's
 * answer become part of a document that we vouch for. Methods return null once there is a problem.
 */
final class JsonParser {
    static final int MAX_DEPTH = 100;

    private final byte[] bytes;
    private final int from;
    private final int to;
    private int at;
    private int depth;
    private @Nullable String problem;

    JsonParser(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.at = from;
    }

    ParsedJson parse() {
        int invalid = Utf8.firstInvalid(bytes, from, to);
        if (invalid >= 0) {
            return new ParsedJson.Broken("not valid UTF-8 at byte " + (invalid - from));
        }
        Json value = value();
        skipSpace();
        if (problem == null && at < to) {
            fail("something follows the value");
        }
        return value == null || problem != null
                ? new ParsedJson.Broken(String.valueOf(problem))
                : new ParsedJson.Whole(value);
    }

    private @Nullable Json value() {
        skipSpace();
        if (at == to) {
            return fail("ends where a value is expected");
        }
        return switch (bytes[at]) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> text();
            case 't' -> word("true", Json.Bool.TRUE);
            case 'f' -> word("false", Json.Bool.FALSE);
            case 'n' -> word("null", Json.Null.NULL);
            default -> number();
        };
    }

    private @Nullable Json object() {
        int start = at++;
        if (++depth > MAX_DEPTH) {
            return fail("nests deeper than " + MAX_DEPTH + " levels");
        }
        List<Json.Member> members = new ArrayList<>();
        if (!next('}')) {
            do {
                skipSpace();
                Json.Text name = at < to && bytes[at] == '"' ? text() : null;
                if (name == null || !next(':')) {
                    return fail("a name and a colon are expected");
                }
                Json value = value();
                if (value == null) {
                    return null;
                }
                members.add(new Json.Member(name.string(), value));
            } while (next(','));
            if (!next('}')) {
                return fail("a comma or } is expected");
            }
        }
        depth--;
        return new Json.Obj(bytes, start, at, members);
    }

    private @Nullable Json array() {
        int start = at++;
        if (++depth > MAX_DEPTH) {
            return fail("nests deeper than " + MAX_DEPTH + " levels");
        }
        List<Json> items = new ArrayList<>();
        if (!next(']')) {
            do {
                Json value = value();
                if (value == null) {
                    return null;
                }
                items.add(value);
            } while (next(','));
            if (!next(']')) {
                return fail("a comma or ] is expected");
            }
        }
        depth--;
        return new Json.Arr(bytes, start, at, items);
    }

    private Json.@Nullable Text text() {
        int start = ++at;
        boolean escaped = false;
        while (at < to && bytes[at] != '"') {
            byte b = bytes[at];
            if (b == '\\') {
                escaped = true;
                if (!escape()) {
                    fail("no such escape");
                    return null;
                }
            } else if (b >= 0 && b < ' ') {
                fail("a control character in a string");
                return null;
            } else {
                at++;
            }
        }
        if (at == to) {
            fail("ends in a string");
            return null;
        }
        return new Json.Text(bytes, start, at++, escaped);
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
        at += 6;
        if (at > to) {
            return false;
        }
        for (int i = kind + 1; i < at; i++) {
            if (Character.digit(bytes[i], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Json number() {
        int start = at;
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
        return wellFormed ? new Json.Num(bytes, start, at) : fail("no JSON value");
    }

    private int digits() {
        int start = at;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at - start;
    }

    private @Nullable Json word(String word, Json value) {
        byte[] expected = word.getBytes(UTF_8);
        for (byte b : expected) {
            if (at == to || bytes[at] != b) {
                return fail("no JSON value");
            }
            at++;
        }
        return value;
    }

    /** Passes over space and then that byte, if it comes. */
    private boolean next(char b) {
        skipSpace();
        return skip(b);
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

    private @Nullable Json fail(String why) {
        if (problem == null) {
            problem = why + ", at byte " + (at - from);
        }
        return null;
    }
}
