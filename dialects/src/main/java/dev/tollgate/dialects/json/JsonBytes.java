package dev.tollgate.dialects.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * Writes JSON documents, and the lines of server-sent events around them, into one growing array. Commas come by themselves; that
 * names and values alternate is the caller's care. No line break is ever written inside a document, so that it fits one
 * {@code data:} line.
 */
public final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

    private byte[] bytes;
    private int length;
    /** A comma is due before the next name or value. */
    private boolean comma;

    public JsonBytes() {
        this(512);
    }

    public JsonBytes(int room) {
        bytes = new byte[Math.max(room, 16)];
    }

    public JsonBytes beginObject() {
        return open('{');
    }

    public JsonBytes endObject() {
        return close('}');
    }

    public JsonBytes beginArray() {
        return open('[');
    }

    public JsonBytes endArray() {
        return close(']');
    }

    /** A member's name. */
    public JsonBytes name(String name) {
        text(name);
        put(':');
        comma = false;
        return this;
    }

    public JsonBytes text(String text) {
        return beginText().append(text).endText();
    }

    public JsonBytes number(long value) {
        separate();
        ascii(Long.toString(value));
        comma = true;
        return this;
    }

    public JsonBytes bool(boolean value) {
        return value(value ? Json.Bool.TRUE : Json.Bool.FALSE);
    }

    public JsonBytes nothing() {
        return value(Json.Null.NULL);
    }

    /** The value as it stands in its own document, only line breaks between its tokens made spaces. */
    public JsonBytes value(Json value) {
        if (value instanceof Json.Text text) {
            return beginText().append(text).endText();
        }
        separate();
        int start = length;
        copy(value);
        if (value instanceof Json.Obj || value instanceof Json.Arr) {
            // Strings have no bare control characters, so a line break can only be space.
            for (int i = start; i < length; i++) {
                if (bytes[i] == '\n' || bytes[i] == '\r') {
                    bytes[i] = ' ';
                }
            }
        }
        comma = true;
        return this;
    }

    /** A text whose content is that value's document. */
    public JsonBytes encoded(Json value) {
        beginText();
        if (value instanceof Json.Text) {
            byte[] document = new JsonBytes(value.size() + 2).value(value).toBytes();
            escape(document, 0, document.length);
        } else {
            escape(value.source, value.start, value.end);
        }
        return endText();
    }

    public JsonBytes field(String name, String text) {
        return name(name).text(text);
    }

    public JsonBytes field(String name, long value) {
        return name(name).number(value);
    }

    public JsonBytes field(String name, boolean value) {
        return name(name).bool(value);
    }

    public JsonBytes field(String name, Json value) {
        return name(name).value(value);
    }

    /** Begins a text that is put together from several; only {@code append} may follow until {@link #endText}. */
    public JsonBytes beginText() {
        separate();
        put('"');
        return this;
    }

    public JsonBytes append(Json.Text text) {
        copy(text);
        return this;
    }

    /** Half surrogate pairs, which UTF-8 cannot hold, are escaped. */
    public JsonBytes append(String text) {
        int i = 0;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c >= 0x7F) {
                break;
            }
        }
        room(i);
        for (int k = 0; k < i; k++) {
            bytes[length++] = (byte) text.charAt(k);
        }
        while (i < text.length()) {
            int c = text.codePointAt(i);
            character(c);
            i += Character.charCount(c);
        }
        return this;
    }

    /** The content of another document's value, as part of a text. */
    public JsonBytes appendEncoded(Json value) {
        escape(value.source, value.start, value.end);
        return this;
    }

    public JsonBytes endText() {
        put('"');
        comma = true;
        return this;
    }

    /** Begins a server-sent event with that {@code event:} line; the document follows. */
    public JsonBytes beginEvent(String event) {
        ascii("event: ").ascii(event).put('\n');
        return beginEvent();
    }

    /** Begins a server-sent event that has data only. */
    public JsonBytes beginEvent() {
        ascii("data: ");
        comma = false;
        return this;
    }

    public JsonBytes endEvent() {
        ascii("\n\n");
        comma = false;
        return this;
    }

    /** Bytes outside a document: {@code data: [DONE]}, or an event that is written already. */
    public JsonBytes outside(byte[] whole) {
        room(whole.length);
        System.arraycopy(whole, 0, bytes, length, whole.length);
        length += whole.length;
        comma = false;
        return this;
    }

    public int length() {
        return length;
    }

    /** What was written, copied. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** Forgets what was written and keeps the room. */
    public void clear() {
        length = 0;
        comma = false;
    }

    private JsonBytes open(char bracket) {
        separate();
        put(bracket);
        comma = false;
        return this;
    }

    private JsonBytes close(char bracket) {
        put(bracket);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            put(',');
        }
        comma = false;
    }

    private void copy(Json value) {
        room(value.size());
        System.arraycopy(value.source, value.start, bytes, length, value.size());
        length += value.size();
    }

    private JsonBytes ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    private void escape(byte[] from, int start, int end) {
        room(end - start);
        for (int i = start; i < end; i++) {
            byte b = from[i];
            if (b >= 0 && (b < ' ' || b == '"' || b == '\\')) {
                character(b);
            } else {
                put((char) (b & 0xFF));
            }
        }
    }

    private void character(int c) {
        switch (c) {
            case '"', '\\' -> put('\\').put((char) c);
            case '\n' -> ascii("\\n");
            case '\r' -> ascii("\\r");
            case '\t' -> ascii("\\t");
            default -> {
                if (c < ' ' || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                    ascii("\\u").hex(c >> 12).hex(c >> 8).hex(c >> 4).hex(c);
                } else {
                    utf8(c);
                }
            }
        }
    }

    private void utf8(int c) {
        if (c < 0x80) {
            put((char) c);
        } else if (c < 0x800) {
            put((char) (0xC0 | (c >> 6))).continued(c);
        } else if (c < 0x10000) {
            put((char) (0xE0 | (c >> 12))).continued(c >> 6).continued(c);
        } else {
            put((char) (0xF0 | (c >> 18))).continued(c >> 12).continued(c >> 6).continued(c);
        }
    }

    private JsonBytes continued(int bits) {
        return put((char) (0x80 | (bits & 0x3F)));
    }

    private JsonBytes hex(int digit) {
        return put((char) HEX[digit & 0xF]);
    }

    private JsonBytes put(char b) {
        room(1);
        bytes[length++] = (byte) b;
        return this;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}
