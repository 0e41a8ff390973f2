package dev.tollgate.dialects.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.OptionalLong;

/** Decodes strings and numbers that {@link JsonParser} has found well-formed. */
final class JsonText {
    private static final int MOST_DIGITS = 18;

    private JsonText() {}

    static String decode(byte[] bytes, int from, int to) {
        StringBuilder decoded = new StringBuilder(to - from);
        int i = from;
        while (i < to) {
            int run = i;
            while (i < to && bytes[i] != '\\') {
                i++;
            }
            if (i > run) {
                decoded.append(new String(bytes, run, i - run, UTF_8));
            }
            if (i < to) {
                i = escape(bytes, i + 1, decoded);
            }
        }
        return decoded.toString();
    }

    private static int escape(byte[] bytes, int i, StringBuilder decoded) {
        if (bytes[i] == 'u') {
            decoded.append((char) Integer.parseInt(new String(bytes, i + 1, 4, UTF_8), 16));
            return i + 5;
        }
        decoded.append(
                switch (bytes[i]) {
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> (char) bytes[i]; // quote, backslash, slash
                });
        return i + 1;
    }

    static OptionalLong integer(byte[] bytes, int from, int to) {
        boolean negative = bytes[from] == '-';
        int i = negative ? from + 1 : from;
        if (to - i > MOST_DIGITS) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (; i < to; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return OptionalLong.empty();
            }
            value = value * 10 + (bytes[i] - '0');
        }
        return OptionalLong.of(negative ? -value : value);
    }
}
