package dev.tollgate.identity;

/**
 * A pattern of models that a key may use: {@code *} stands for any characters, slashes included, {@code ?} for exactly
 * one; every other character for itself.
 */
public final class ModelGlob {
    private ModelGlob() {}

    /** Whether the pattern matches the whole of the text. Takes at most {@code pattern × text} steps. */
    public static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.length()) {
            char wanted = p < pattern.length() ? pattern.charAt(p) : '\0';
            if (wanted == '*') {
                star = p++;
                starText = t;
            } else if (p < pattern.length() && (wanted == '?' || wanted == text.charAt(t))) {
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
