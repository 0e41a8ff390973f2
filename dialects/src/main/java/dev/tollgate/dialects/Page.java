package dev.tollgate.dialects;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The part of a list that a caller asks for. A cursor is a model's id.
 *
 * @param limit at most so many entries
 * @param after begin just after this one; null for the start
 * @param before end just before this one; null unless paging backwards
 */
public record Page(
        int limit, @Nullable String after, @Nullable String before) {
    private static final int LARGEST = 1000;
    private static final int ANTHROPIC_DEFAULT = 20;
    private static final int GEMINI_DEFAULT = 50;

    /** The whole list. */
    public static final Page ALL = new Page(Integer.MAX_VALUE, null, null);

    /**
     * The page that a query asks for: Anthropic's {@code limit}, {@code after_id} and {@code before_id}; Gemini's {@code pageSize}
     * and {@code pageToken}; OpenAI does not page. A size that is no number gets the default, and every size stays in 1 to 1000.
     *
     * @param query a query parameter's value by its name, null where it is absent
     */
    public static Page of(Dialect dialect, Function<String, @Nullable String> query) {
        return switch (dialect) {
            case ANTHROPIC ->
                new Page(
                        size(query.apply("limit"), ANTHROPIC_DEFAULT),
                        query.apply("after_id"),
                        query.apply("before_id"));
            case OPENAI -> ALL;
            case GEMINI -> new Page(size(query.apply("pageSize"), GEMINI_DEFAULT), query.apply("pageToken"), null);
            case CONVERSE -> throw dialect.isNoClients();
        };
    }

    /** The entries of this page. A cursor that names no model gives none, so that a client's paging ends. */
    List<ListedModel> of(List<ListedModel> models) {
        int from = 0;
        int to = models.size();
        if (after != null) {
            int cursor = indexOf(models, after);
            from = cursor < 0 ? to : cursor + 1;
        }
        if (before != null) {
            to = Math.max(from, indexOf(models, before));
            return models.subList(Math.max(from, to - limit), to);
        }
        return models.subList(from, (int) Math.min(to, (long) from + limit));
    }

    /** Whether entries follow in the direction of paging. */
    boolean hasMore(List<ListedModel> models, List<ListedModel> entries) {
        if (entries.isEmpty()) {
            return false;
        }
        return before != null
                ? !entries.getFirst().equals(models.getFirst())
                : !entries.getLast().equals(models.getLast());
    }

    private static int indexOf(List<ListedModel> models, String id) {
        for (int i = 0; i < models.size(); i++) {
            if (models.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    private static int size(@Nullable String text, int usual) {
        if (text == null) {
            return usual;
        }
        try {
            return Math.clamp(Long.parseLong(text), 1, LARGEST);
        } catch (NumberFormatException notANumber) {
            return usual;
        }
    }
}
