package dev.tollgate.catalog;

import dev.tollgate.kernel.Wildcards;
import java.util.List;

/**
 * A pattern of names, in which {@code *} stands for any characters, also none. Every other character stands for itself.
 *
 * @param text as it was written
 */
public record Glob(String text) {
    /** Whether the whole name is as the pattern says. */
    public boolean matches(String name) {
        return Wildcards.stars(text, name);
    }

    static boolean any(List<Glob> globs, String name) {
        return globs.stream().anyMatch(glob -> glob.matches(name));
    }

    boolean matchesAll() {
        return text.equals("*");
    }
}
