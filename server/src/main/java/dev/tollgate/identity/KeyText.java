package dev.tollgate.identity;

import dev.tollgate.kernel.Ids;

/**
 * The form of a virtual key's text: {@code tg_}, an id of 10 characters that is no secret, {@code _}, and a secret of 32
 * characters, all base 62. The secret has 190 bits.
 */
final class KeyText {
    static final String PREFIX = "tg_";
    static final int ID_LENGTH = 10;
    static final int SECRET_LENGTH = 32;
    private static final int ID_START = PREFIX.length();
    private static final int SECRET_START = ID_START + ID_LENGTH + 1;
    static final int LENGTH = SECRET_START + SECRET_LENGTH;

    /** What {@link #packedId} gives for text that is no key. */
    static final long NONE = -1;

    private KeyText() {}

    static String newId() {
        return Ids.secret(ID_LENGTH);
    }

    static String newSecret() {
        return Ids.secret(SECRET_LENGTH);
    }

    static String of(String id, String secret) {
        return PREFIX + id + '_' + secret;
    }

    /** The id in the text of a key, packed, or {@link #NONE} if the text has not exactly the form of a key. */
    static long packedId(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX) || text.charAt(SECRET_START - 1) != '_') {
            return NONE;
        }
        for (int i = SECRET_START; i < LENGTH; i++) {
            if (digit(text.charAt(i)) < 0) {
                return NONE;
            }
        }
        return pack(text, ID_START);
    }

    /** An id as a number: 62¹⁰ is less than 2⁶⁰. {@link #NONE} if it is no id. */
    static long pack(String id) {
        return id.length() == ID_LENGTH ? pack(id, 0) : NONE;
    }

    private static long pack(String text, int from) {
        long packed = 0;
        for (int i = from; i < from + ID_LENGTH; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) {
                return NONE;
            }
            packed = packed * 62 + digit;
        }
        return packed;
    }

    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'A' && c <= 'Z') {
            return c - 'A' + 10;
        }
        return c >= 'a' && c <= 'z' ? c - 'a' + 36 : -1;
    }

    /** The id of a text that has the form of a key. */
    static String id(String text) {
        return text.substring(ID_START, ID_START + ID_LENGTH);
    }

    /** Copies the secret's 32 ASCII characters out of a text that has the form of a key. */
    static void copySecret(String text, byte[] into, int at) {
        for (int i = 0; i < SECRET_LENGTH; i++) {
            into[at + i] = (byte) text.charAt(SECRET_START + i);
        }
    }
}
