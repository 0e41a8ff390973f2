package dev.tollgate.kernel;

/** Patterns of names. Every character but the wildcards stands for itself; a match takes at most {@code pattern × text} steps. */
public final class Wildcards {
    private Wildcards() {}

    /** Whether the pattern, in which {@code *} stands for any characters, also none, matches the whole of the text. */
    public static boolean stars(String pattern, String text) {
        return matches(pattern, text, false);
    }

    /** The same, where {@code ?} stands for exactly one character. */
    public static boolean starsAndMarks(String pattern, String text) {
        return matches(pattern, text, true);
    }

    private static boolean matches(String pattern, String text, boolean marks) {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.length()) {
            char wanted = p < pattern.length() ? pattern.charAt(p) : '\0';
            if (wanted == '*') {
                star = p++;
                starText = t;
            } else if (p < pattern.length() && (wanted == text.charAt(t) || (marks && wanted == '?'))) {
                p++;
                t++;
            } else if (star >= 0) {
                // Only the last star need give way: an earlier one could gain nothing that this one cannot.
                p = star + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
