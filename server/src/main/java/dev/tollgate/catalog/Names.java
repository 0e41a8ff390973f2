package dev.tollgate.catalog;

import dev.tollgate.kernel.Refusal;
import java.util.regex.Pattern;

/** What providers, aliases and models may be called. */
final class Names {
    private static final Pattern PROVIDER = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int MAX_MODEL_LENGTH = 200;
    /** Beside letters and digits. No percent sign, question mark or backslash: an id becomes part of a path. */
    private static final String MODEL_PUNCTUATION = "-._:/@+=[],";

    private Names() {}

    static void requireProvider(String name) {
        if (!PROVIDER.matcher(name).matches()) {
            throw Refusal.invalid(
                    "That is no name for a provider.",
                    "Use 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or a digit.");
        }
    }

    static void requireAlias(String name) {
        if (!ALIAS.matcher(name).matches()) {
            throw Refusal.invalid(
                    "That is no name for an alias.",
                    "Use 1 to 64 letters, digits, '.', '_' and '-', beginning with a letter or a digit; no slash.");
        }
    }

    static void requireModel(String id) {
        if (!isModel(id)) {
            throw Refusal.invalid(
                    "That is no id of a model.",
                    "Use the provider's own id, such as claude-haiku-4-5: up to " + MAX_MODEL_LENGTH
                            + " letters, digits and " + MODEL_PUNCTUATION + " without spaces.");
        }
    }

    /**
     * Whether this may be a model's id. What is let through is sent upstream in a body, in a path and in a header, so it
     * must be harmless in each: printable ASCII, and no part that climbs out of a path.
     */
    static boolean isModel(String id) {
        if (id.isEmpty() || id.length() > MAX_MODEL_LENGTH) {
            return false;
        }
        int part = 0;
        for (int i = 0; i <= id.length(); i++) {
            char c = i == id.length() ? '/' : id.charAt(i);
            if (c == '/') {
                if (isEmptyOrDots(id, part, i)) {
                    return false;
                }
                part = i + 1;
            } else if (!isLetterOrDigit(c) && MODEL_PUNCTUATION.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEmptyOrDots(String id, int from, int to) {
        for (int i = from; i < to; i++) {
            if (id.charAt(i) != '.') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
