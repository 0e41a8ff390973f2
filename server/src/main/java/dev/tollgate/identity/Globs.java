package dev.tollgate.identity;

import dev.tollgate.kernel.Refusal;
import java.util.List;
import java.util.regex.Pattern;

/** Patterns of models: judged when they come in, and kept as one text. */
public final class Globs {
    private static final int MAX_GLOBS = 64;
    /** What a model's name may hold, and the two wildcards. No space: it separates globs where they are kept. */
    private static final Pattern GLOB = Pattern.compile("[A-Za-z0-9._:/@+=,\\[\\]*?-]{1,200}");

    private Globs() {}

    /**
     * The globs without repetitions.
     *
     * @throws Refusal if one is not well formed, or they are too many
     */
    public static List<String> require(List<String> globs) {
        List<String> distinct = globs.stream().distinct().toList();
        if (distinct.size() > MAX_GLOBS) {
            throw Refusal.invalid(
                    "At most " + MAX_GLOBS + " model patterns can be given.",
                    "Use wildcards, such as anthropic/*, or an alias.");
        }
        for (String glob : distinct) {
            if (!GLOB.matcher(glob).matches()) {
                throw Refusal.invalid(
                        "That is no pattern of a model's name.",
                        "Use a name such as fast or claude-haiku-4-5, with * for any characters and ? for one; no spaces.");
            }
        }
        return distinct;
    }

    /** As one text. */
    public static String join(List<String> globs) {
        return String.join(" ", globs);
    }

    /** What {@link #join} has made one text. */
    public static List<String> split(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }
}
