package dev.tollgate.kernel.store;

/** Makes text from outside fit for a row: bounded, and without characters that a store or a terminal stumbles over. */
public final class StoredText {
    private StoredText() {}

    /**
     * At most {@code max} UTF-16 units. Control characters (PostgreSQL refuses U+0000, a terminal obeys the others) and
     * halves of surrogate pairs (UTF-8 has no form for them) become {@code '?'}.
     */
    public static String clean(String text, int max) {
        int length = Math.min(text.length(), max);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                return replaced(text, length);
            }
        }
        return length == text.length() ? text : text.substring(0, length);
    }

    private static String replaced(String text, int length) {
        StringBuilder clean = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                clean.append(c).append(text.charAt(++i));
            } else {
                clean.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
            }
        }
        return clean.toString();
    }
}
