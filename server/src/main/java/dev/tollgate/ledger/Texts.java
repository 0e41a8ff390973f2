package dev.tollgate.ledger;

import dev.tollgate.kernel.store.StoredText;
import org.jspecify.annotations.Nullable;

/** Bounds for what clients and providers say. */
final class Texts {
    private Texts() {}

    static String clean(String text, int max) {
        return StoredText.clean(text, max);
    }

    static @Nullable String cleanOrNull(@Nullable String text, int max) {
        return text == null ? null : StoredText.clean(text, max);
    }
}
