package dev.tollgate.identity.people;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be different about a person; {@code null}: stays as it is. */
public record PersonChange(
        @Nullable String name,
        @Nullable Role role,
        @Nullable String account,
        @Nullable List<String> groups) {
    public PersonChange {
        groups = groups == null ? null : List.copyOf(groups);
    }

    /** Another name alone, which people may give themselves. */
    public static PersonChange name(String name) {
        return new PersonChange(name, null, null, null);
    }

    /** Another role alone. */
    public static PersonChange role(Role role) {
        return new PersonChange(null, role, null, null);
    }
}
