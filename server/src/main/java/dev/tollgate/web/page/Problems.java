package dev.tollgate.web.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a form that was sent: listed above the form, and said again beside each field.
 *
 * @param all in the order of the fields
 */
public record Problems(List<Problem> all) {
    /** Nothing is wrong. */
    public static final Problems NONE = new Problems(List.of());

    /**
     * One thing that is wrong, in words that say what to do.
     *
     * @param field the name of the field; null if it is of the whole form
     */
    public record Problem(@Nullable String field, String message) {}

    public Problems {
        all = List.copyOf(all);
    }

    /** The form as a whole was refused. */
    public static Problems form(String message) {
        return new Problems(List.of(new Problem(null, message)));
    }

    /** One field is wrong. */
    public static Problems field(String field, String message) {
        return new Problems(List.of(new Problem(field, message)));
    }

    /** Whether anything is wrong. */
    public boolean any() {
        return !all.isEmpty();
    }

    /** What is wrong with this field; null if nothing is. */
    public @Nullable String of(String field) {
        return all.stream()
                .filter(problem -> field.equals(problem.field()))
                .map(Problem::message)
                .findFirst()
                .orElse(null);
    }
}
