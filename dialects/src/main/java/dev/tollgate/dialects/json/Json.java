package dev.tollgate.dialects.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value (RFC 8259) that is a slice of the document it was parsed from. Immutable as long as nobody writes to that array;
 * it lives as long as the array does, so a value that is to outlive a piece of a stream must be {@link #detached}.
 *
 * <p>Equality is that of the bytes, but for {@link Text}, which is equal to whatever decodes to the same characters.
 * {@code toString} tells the kind and the size only: prompts do not belong in logs.
 */
public abstract sealed class Json {
    final byte[] source;
    final int start;
    final int end;

    private Json(byte[] source, int start, int end) {
        this.source = source;
        this.start = start;
        this.end = end;
    }

    /** Parses {@code bytes[from, to)}, which must be one whole value, strictly. */
    public static ParsedJson parse(byte[] bytes, int from, int to) {
        return new JsonParser(bytes, from, to).parse();
    }

    /** Bytes in the document. */
    public final int size() {
        return end - start;
    }

    /**
     * The index in the array it was parsed from at which it begins; a text at its quote. Not for {@link Bool} and {@link Null}, which
     * are the same wherever they stand.
     */
    public final int from() {
        return this instanceof Text ? start - 1 : start;
    }

    /** The index just after it; of a text, after its quote. See {@link #from}. */
    public final int to() {
        return this instanceof Text ? end + 1 : end;
    }

    /** The bytes as they stand in the document, copied. Of a text, without its quotes. */
    public final byte[] bytes() {
        return Arrays.copyOfRange(source, start, end);
    }

    /** The same value over an array of its own. */
    public final Json detached() {
        byte[] copy = new JsonBytes(size() + 2).value(this).toBytes();
        return switch (parse(copy, 0, copy.length)) {
            case ParsedJson.Whole(Json value) -> value;
            case ParsedJson.Broken(String problem) -> throw new IllegalStateException(problem);
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Json that
                && getClass() == that.getClass()
                && Arrays.equals(source, start, end, that.source, that.start, that.end);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + source[i];
        }
        return hash;
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "(" + size() + " bytes)";
    }

    /** One name and its value. */
    public record Member(String name, Json value) {}

    /** An object; its members in the document's order. */
    public static final class Obj extends Json implements Iterable<Member> {
        public static final Obj EMPTY = new Obj(new byte[] {'{', '}'}, 0, 2, List.of());

        private final List<Member> members;

        Obj(byte[] source, int start, int end, List<Member> members) {
            super(source, start, end);
            this.members = members;
        }

        /** An object with one member. */
        public static Obj of(String name, Json value) {
            byte[] document = new JsonBytes(value.size() + 32)
                    .beginObject()
                    .field(name, value)
                    .endObject()
                    .toBytes();
            return new Obj(document, 0, document.length, List.of(new Member(name, value)));
        }

        /** Not to be changed. */
        public List<Member> members() {
            return members;
        }

        @Override
        public Iterator<Member> iterator() {
            return members.iterator();
        }

        /** The value of that name, or null. Of a name that stands there twice, the last, as most parsers do. */
        public @Nullable Json get(String name) {
            for (int i = members.size() - 1; i >= 0; i--) {
                if (members.get(i).name().equals(name)) {
                    return members.get(i).value();
                }
            }
            return null;
        }
    }

    /** An array. */
    public static final class Arr extends Json implements Iterable<Json> {
        private final List<Json> items;

        Arr(byte[] source, int start, int end, List<Json> items) {
            super(source, start, end);
            this.items = items;
        }

        /** Not to be changed. */
        public List<Json> items() {
            return items;
        }

        @Override
        public Iterator<Json> iterator() {
            return items.iterator();
        }
    }

    /** A string. The slice is what stands between the quotes, escapes and all. */
    public static final class Text extends Json {
        public static final Text EMPTY = new Text(new byte[0], 0, 0, false);

        private final boolean escaped;

        Text(byte[] source, int start, int end, boolean escaped) {
            super(source, start, end);
            this.escaped = escaped;
        }

        /** A text of our own. */
        public static Text of(String string) {
            if (string.isEmpty()) {
                return EMPTY;
            }
            byte[] quoted = new JsonBytes(string.length() + 16).text(string).toBytes();
            return new Text(quoted, 1, quoted.length - 1, quoted.length - 2 != string.length());
        }

        /** The value's bytes as the content of a text: how OpenAI writes a tool call's arguments. */
        public static Text encoding(Json value) {
            byte[] quoted = new JsonBytes(value.size() + 64).encoded(value).toBytes();
            return new Text(quoted, 1, quoted.length - 1, true);
        }

        public boolean isEmpty() {
            return start == end;
        }

        /** Decoded. A half surrogate pair stays one. */
        public String string() {
            return escaped ? JsonText.decode(source, start, end) : new String(source, start, end - start, UTF_8);
        }

        /** Decoded, in UTF-8. */
        public byte[] utf8() {
            return escaped ? string().getBytes(UTF_8) : bytes();
        }

        /** Reads the text's content as a JSON document of its own. */
        public ParsedJson parseContent() {
            byte[] content = utf8();
            return parse(content, 0, content.length);
        }

        /** Whether the decoded text begins with that ASCII text. */
        public boolean startsWith(String ascii) {
            if (escaped) {
                return string().startsWith(ascii);
            }
            if (size() < ascii.length()) {
                return false;
            }
            for (int i = 0; i < ascii.length(); i++) {
                if (source[start + i] != ascii.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        /** The index of an ASCII character in the decoded text, or -1; meant for finding the comma of a data URL. */
        public int indexOf(char ascii) {
            if (escaped) {
                return string().indexOf(ascii);
            }
            for (int i = start; i < end; i++) {
                if (source[i] == ascii) {
                    return i - start;
                }
            }
            return -1;
        }

        /** The text without its first characters, which must be ASCII: the payload of a data URL, without a copy. */
        public Text tail(int from) {
            return escaped ? of(string().substring(from)) : new Text(source, start + from, end, false);
        }

        /** The text's first characters, which must be ASCII. */
        public String head(int to) {
            return escaped ? string().substring(0, to) : new String(source, start, to, UTF_8);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Text that && (super.equals(that) || string().equals(that.string()));
        }

        @Override
        public int hashCode() {
            return string().hashCode();
        }
    }

    /** A number, digits as they stand. */
    public static final class Num extends Json {
        Num(byte[] source, int start, int end) {
            super(source, start, end);
        }

        public static Num of(long value) {
            byte[] digits = Long.toString(value).getBytes(UTF_8);
            return new Num(digits, 0, digits.length);
        }

        /** Present where it is written without fraction and exponent and fits. */
        public OptionalLong asLong() {
            return JsonText.integer(source, start, end);
        }

        /** Present where it is finite. */
        public OptionalDouble asDouble() {
            double value = Double.parseDouble(new String(source, start, end - start, UTF_8));
            return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
        }
    }

    /** true or false. */
    public static final class Bool extends Json {
        public static final Bool TRUE = new Bool("true".getBytes(UTF_8), true);
        public static final Bool FALSE = new Bool("false".getBytes(UTF_8), false);

        private final boolean value;

        private Bool(byte[] word, boolean value) {
            super(word, 0, word.length);
            this.value = value;
        }

        public boolean value() {
            return value;
        }
    }

    /** null. In a request it counts as an absent field, as it does at the providers. */
    public static final class Null extends Json {
        public static final Null NULL = new Null();

        private Null() {
            super("null".getBytes(UTF_8), 0, 4);
        }
    }
}
