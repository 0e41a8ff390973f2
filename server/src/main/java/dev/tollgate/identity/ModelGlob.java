package dev.tollgate.identity;

import dev.tollgate.kernel.Wildcards;

/**
 * A pattern of models that a key may use: {@code *} stands for any characters, slashes included, {@code ?} for exactly
 * one; every other character for itself.
 */
public final class ModelGlob {
    private ModelGlob() {}

    /** Whether the pattern matches the whole of the text. */
    public static boolean matches(String pattern, String text) {
        return Wildcards.starsAndMarks(pattern, text);
    }
}
