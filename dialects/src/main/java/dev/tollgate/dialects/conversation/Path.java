package dev.tollgate.dialects.conversation;

import org.jspecify.annotations.Nullable;

/**
 * The place of a field in the document that it was read from, in that document's own names: {@code
 * messages[2].content[0].cache_control}. A link to the parent, so that it costs nothing until someone asks for its name.
 *
 * @param name the member's name; null for an array's element
 * @param index the element's index; -1 for a member
 */
public record Path(@Nullable Path parent, @Nullable String name, int index) {
    /** The document. */
    public static final Path ROOT = new Path(null, null, -1);

    public Path member(String name) {
        return new Path(this, name, -1);
    }

    public Path element(int index) {
        return new Path(this, null, index);
    }

    /** With every index: what a refusal names. */
    @Override
    public String toString() {
        return write(new StringBuilder(), true).toString();
    }

    /** Without indexes, {@code messages[].content[].cache_control}: what a header names, once for all its places. */
    public String field() {
        return write(new StringBuilder(), false).toString();
    }

    private StringBuilder write(StringBuilder text, boolean indexes) {
        if (parent == null) {
            return text;
        }
        parent.write(text, indexes);
        if (name == null) {
            return indexes ? text.append('[').append(index).append(']') : text.append("[]");
        }
        return (text.isEmpty() ? text : text.append('.')).append(name);
    }
}
