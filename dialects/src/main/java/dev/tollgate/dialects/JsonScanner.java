package dev.tollgate.dialects;

import dev.tollgate.dialects.json.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON document that arrives in pieces, and reports the values at a few known places. Everything else is passed over at
 * the cost of looking at each byte once: nothing is kept of it, so neither long strings nor deep nesting cost memory. Because it
 * follows the document's structure, text that merely looks like a field (<code>"usage"</code> inside a string) is never taken for
 * one.
 *
 * <p>It reads what providers send, it does not validate: inside unknown values only strings and brackets are told apart. A document
 * that breaks the structure where it matters is {@link #broken}, and nothing more is reported of it. Never throws.
 */
final class JsonScanner {
    static final long NOT_A_COUNT = -1;
    static final long MAX_COUNT = 1_000_000_000;
    static final int HEAD = 48;

    /** Known names are shorter; of a longer one only the length matters. */
    private static final int LONGEST_NAME = 64;
    /** Twice the deepest known path: every known member may be an array. */
    private static final int DEEPEST_KNOWN = 24;

    private enum State {
        VALUE,
        VALUE_OR_END,
        NAME_OR_END,
        NAME,
        NAME_ESCAPE,
        COLON,
        STRING,
        STRING_ESCAPE,
        NUMBER,
        LITERAL,
        AFTER_VALUE,
        UNKNOWN,
        UNKNOWN_STRING,
        UNKNOWN_ESCAPE,
        WHOLE,
        BROKEN
    }

    private final JsonPaths root;
    private final JsonListener listener;
    private final JsonPaths[] nodes = new JsonPaths[DEEPEST_KNOWN];
    private final boolean[] arrays = new boolean[DEEPEST_KNOWN];
    private final byte[] text = new byte[LONGEST_NAME];

    private State state = State.VALUE;
    private int depth;
    /** What the next value is; null where it is not known. */
    private @Nullable JsonPaths value;

    private int textLength;
    private long length;
    private long number;
    private int unknownDepth;

    JsonScanner(JsonPaths root, JsonListener listener) {
        this.root = root;
        this.listener = listener;
        this.value = root;
    }

    /** Begins a new document. */
    void reset() {
        state = State.VALUE;
        depth = 0;
        value = root;
    }

    /** Whether one whole object or array has been read, and nothing else. */
    boolean whole() {
        return state == State.WHOLE;
    }

    /** Whether what was fed is no JSON object or array, nor the beginning of one. */
    boolean broken() {
        return state == State.BROKEN;
    }

    /** Reads on in {@code bytes[from, to)}. */
    void feed(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            i = switch (state) {
                case VALUE, VALUE_OR_END -> beginValue(bytes[i], i);
                case NAME_OR_END -> beginName(bytes[i], i);
                case NAME -> name(bytes, i, to);
                case COLON -> colon(bytes[i], i);
                case STRING -> string(bytes, i, to);
                case NAME_ESCAPE -> escape(State.NAME, bytes[i], i);
                case STRING_ESCAPE -> escape(State.STRING, bytes[i], i);
                case NUMBER -> number(bytes, i, to);
                case LITERAL -> literal(bytes, i, to);
                case AFTER_VALUE -> afterValue(bytes[i], i);
                case UNKNOWN -> unknown(bytes, i, to);
                case UNKNOWN_STRING -> unknownString(bytes, i, to);
                case UNKNOWN_ESCAPE -> escape(State.UNKNOWN_STRING, bytes[i], i);
                case WHOLE -> isSpace(bytes[i]) ? i + 1 : breakAt(to);
                case BROKEN -> to;
            };
        }
    }

    private int beginValue(byte b, int i) {
        switch (b) {
            case ' ', '\t', '\n', '\r' -> {}
            case '"' -> {
                state = depth == 0 ? State.BROKEN : State.STRING;
                textLength = 0;
                length = 0;
            }
            case '{' -> open(false);
            case '[' -> open(true);
            case ']' -> {
                if (state == State.VALUE_OR_END) {
                    close(true);
                } else {
                    state = State.BROKEN;
                }
            }
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                state = depth == 0 ? State.BROKEN : State.NUMBER;
                number = b == '-' ? NOT_A_COUNT : b - '0';
            }
            case 't', 'f', 'n' -> state = depth == 0 ? State.BROKEN : State.LITERAL;
            default -> state = State.BROKEN;
        }
        return i + 1;
    }

    private void open(boolean array) {
        JsonPaths node = value;
        boolean arrayInArray = array && depth > 0 && arrays[depth - 1];
        if (node == null || (node.isLeaf() && !array) || arrayInArray || depth == DEEPEST_KNOWN) {
            state = State.UNKNOWN;
            unknownDepth = 1;
            length = 1;
            return;
        }
        nodes[depth] = node;
        arrays[depth] = array;
        depth++;
        state = array ? State.VALUE_OR_END : State.NAME_OR_END;
        if (node.field != null) {
            listener.opened(node.field, array);
        }
    }

    private void close(boolean array) {
        depth--;
        if (arrays[depth] != array) {
            state = State.BROKEN;
            return;
        }
        JsonPaths node = nodes[depth];
        if (node.field != null) {
            listener.closed(node.field, array);
        }
        valueEnded();
    }

    private void valueEnded() {
        state = depth == 0 ? State.WHOLE : State.AFTER_VALUE;
    }

    private int beginName(byte b, int i) {
        if (b == '"') {
            state = State.NAME;
            textLength = 0;
        } else if (b == '}') {
            close(false);
        } else if (!isSpace(b)) {
            state = State.BROKEN;
        }
        return i + 1;
    }

    private int name(byte[] bytes, int from, int to) {
        int end = Bytes.firstOf(bytes, from, to, '"', '\\');
        // A name with an escape stays unknown: no provider escapes its own names.
        keep(bytes, from, end);
        if (end == to) {
            return to;
        }
        if (bytes[end] == '\\') {
            state = State.NAME_ESCAPE;
            textLength = LONGEST_NAME;
        } else {
            state = State.COLON;
            value = textLength < LONGEST_NAME ? nodes[depth - 1].member(text, textLength) : null;
        }
        return end + 1;
    }

    private int colon(byte b, int i) {
        if (b == ':') {
            state = State.VALUE;
        } else if (!isSpace(b)) {
            state = State.BROKEN;
        }
        return i + 1;
    }

    private int string(byte[] bytes, int from, int to) {
        int end = Bytes.firstOf(bytes, from, to, '"', '\\');
        length += end - from;
        if (value != null && textLength < HEAD) {
            keep(bytes, from, end);
        }
        if (end == to) {
            return to;
        }
        if (bytes[end] == '\\') {
            state = State.STRING_ESCAPE;
        } else {
            if (value != null && value.field != null) {
                listener.string(value.field, value.name, text, Math.min(textLength, HEAD), length);
            }
            valueEnded();
        }
        return end + 1;
    }

    /** The byte after a backslash. Of a code unit's escape, four digits follow, which count as text: 3 bytes in all. */
    private int escape(State back, byte b, int i) {
        length += b == 'u' ? -1 : 1;
        state = back;
        return i + 1;
    }

    private int number(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b >= '0' && b <= '9') {
                if (number != NOT_A_COUNT) {
                    number = number * 10 + (b - '0');
                    number = number > MAX_COUNT ? NOT_A_COUNT : number;
                }
            } else if (b == '.' || b == 'e' || b == 'E' || b == '+' || b == '-') {
                number = NOT_A_COUNT;
            } else {
                if (value != null && value.field != null) {
                    listener.number(value.field, value.name, number);
                }
                valueEnded();
                return i;
            }
        }
        return to;
    }

    private int literal(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && bytes[i] >= 'a' && bytes[i] <= 'z') {
            i++;
        }
        if (i < to) {
            valueEnded();
        }
        return i;
    }

    private int afterValue(byte b, int i) {
        boolean inArray = arrays[depth - 1];
        if (b == ',') {
            state = inArray ? State.VALUE : State.NAME_OR_END;
            value = inArray ? nodes[depth - 1] : null;
        } else if (b == '}' || b == ']') {
            close(b == ']');
        } else if (!isSpace(b)) {
            state = State.BROKEN;
        }
        return i + 1;
    }

    private int unknown(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            switch (bytes[i]) {
                case '"' -> {
                    length += i + 1 - from;
                    state = State.UNKNOWN_STRING;
                    return i + 1;
                }
                case '{', '[' -> unknownDepth++;
                case '}', ']' -> {
                    if (--unknownDepth == 0) {
                        length += i + 1 - from;
                        if (value != null && value.field != null) {
                            listener.passed(value.field, length);
                        }
                        valueEnded();
                        return i + 1;
                    }
                }
                default -> {}
            }
        }
        length += to - from;
        return to;
    }

    private int unknownString(byte[] bytes, int from, int to) {
        int end = Bytes.firstOf(bytes, from, to, '"', '\\');
        length += end - from;
        if (end == to) {
            return to;
        }
        state = bytes[end] == '\\' ? State.UNKNOWN_ESCAPE : State.UNKNOWN;
        length++;
        return end + 1;
    }

    private void keep(byte[] bytes, int from, int to) {
        int kept = Math.min(to - from, LONGEST_NAME - textLength);
        if (kept > 0) {
            System.arraycopy(bytes, from, text, textLength, kept);
            textLength += kept;
        }
    }

    private int breakAt(int to) {
        state = State.BROKEN;
        return to;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
