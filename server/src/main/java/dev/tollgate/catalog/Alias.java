package dev.tollgate.catalog;

import dev.tollgate.kernel.CachePolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A name of the operator's own for one or more models.
 *
 * @param name without a slash
 * @param candidates {@code provider/model}, in order of preference
 * @param strict whether a call is refused that would lose anything of meaning in conversion
 * @param cheaper the alias that calls go to instead where a budget says so; {@code null} if none
 * @param cache whether answers may be given again; {@code null}: not because of this alias
 */
public record Alias(
        String name,
        List<String> candidates,
        boolean strict,
        @Nullable String cheaper,
        @Nullable CachePolicy cache) {
    public Alias {
        candidates = List.copyOf(candidates);
    }

    /** One whose callers take losses, and read of them in the answer; no other is cheaper, and its answers are not kept. */
    public Alias(String name, List<String> candidates) {
        this(name, candidates, false, null, null);
    }
}
