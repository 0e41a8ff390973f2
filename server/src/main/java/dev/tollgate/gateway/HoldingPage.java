package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ProviderObject;
import dev.tollgate.holdings.Holding;
import dev.tollgate.holdings.Holding.Kind;
import dev.tollgate.holdings.Holdings;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lists of what a key has at providers, from the gate's own notes: a provider would list what others have there, too. Each entry
 * is as the provider last described it.
 */
final class HoldingPage {
    private static final int USUAL = 20;
    private static final int MOST = 1_000;

    private HoldingPage() {}

    /** Pages as Anthropic's ({@code after_id}, {@code before_id}) and OpenAI's ({@code after}) clients turn them. */
    static Told told(Holdings holdings, Kind kind, Asked asked, Function<Holding, byte[]> body) {
        boolean openAi = asked.dialect() == Dialect.OPENAI;
        int limit = limit(Presented.Query.first(asked.query(), "limit"));
        String after = Presented.Query.first(asked.query(), openAi ? "after" : "after_id");
        String before = openAi ? null : Presented.Query.first(asked.query(), "before_id");
        String dialect = asked.dialect().wireName();
        String key = asked.caller().keyId();
        String cursor = after != null ? after : before;
        List<Holding> found;
        if (cursor == null) {
            found = holdings.newest(kind, dialect, key, limit + 1);
        } else {
            Optional<Holding> at = holdings.find(kind, dialect, key, cursor);
            found = at.isEmpty()
                    ? List.of()
                    : after != null
                            ? holdings.older(kind, dialect, key, at.get().requestId(), limit + 1)
                            : holdings.newer(kind, dialect, key, at.get().requestId(), limit + 1);
        }
        boolean more = found.size() > limit;
        boolean backwards = after == null && before != null;
        List<Holding> page = !more ? found : backwards ? found.subList(1, limit + 1) : found.subList(0, limit);
        return Told.Body.ours(
                ProviderObject.page(asked.dialect(), page.stream().map(body).toList(), more));
    }

    private static int limit(@Nullable String text) {
        try {
            return text == null ? USUAL : Math.clamp(Long.parseLong(text), 1, MOST);
        } catch (NumberFormatException notANumber) {
            return USUAL;
        }
    }
}
