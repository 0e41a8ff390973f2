package dev.tollgate.catalog;

import java.util.List;

/**
 * A pattern of names, in which {@code *} stands for any characters, also none. Every other character stands for itself.
 *
 * @param text as it was written
 */
public record Glob(String text) {
    /** Whether the whole name is as the pattern says. */
    public boolean matches(String name) {
        int at = 0; // in the pattern
        int in = 0; // in the name
        int star = -1; // where the last star stands, and what it stands for so far
        int held = 0;
        while (in < name.length()) {
            if (at < text.length() && text.charAt(at) == '*') {
                star = at++;
                held = in;
            } else if (at < text.length() && text.charAt(at) == name.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++held;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }

    static boolean any(List<Glob> globs, String name) {
        return globs.stream().anyMatch(glob -> glob.matches(name));
    }

    boolean matchesAll() {
        return text.equals("*");
    }
}
