package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The places in a JSON document that a {@link JsonScanner} reports: a tree of names. Arrays add no step of their own: {@code
 * choices.delta.content} is that member of every element of {@code choices}.
 */
final class JsonPaths {
    final String name;

    @Nullable
    AnswerField field;

    private final byte[] wireName;
    private JsonPaths[] members = {};

    private JsonPaths(String name) {
        this.name = name;
        this.wireName = name.getBytes(UTF_8);
    }

    static JsonPaths root() {
        return new JsonPaths("");
    }

    /** Has the values at those dotted paths reported as {@code field}. */
    JsonPaths report(AnswerField field, String... paths) {
        for (String path : paths) {
            JsonPaths node = this;
            for (String step : path.split("\\.", -1)) {
                node = node.memberOrNew(step);
            }
            node.field = field;
        }
        return this;
    }

    boolean isLeaf() {
        return members.length == 0;
    }

    @Nullable
    JsonPaths member(byte[] bytes, int length) {
        for (JsonPaths member : members) {
            if (Arrays.equals(member.wireName, 0, member.wireName.length, bytes, 0, length)) {
                return member;
            }
        }
        return null;
    }

    private JsonPaths memberOrNew(String step) {
        byte[] wireStep = step.getBytes(UTF_8);
        JsonPaths known = member(wireStep, wireStep.length);
        if (known != null) {
            return known;
        }
        JsonPaths added = new JsonPaths(step);
        members = Arrays.copyOf(members, members.length + 1);
        members[members.length - 1] = added;
        return added;
    }
}
