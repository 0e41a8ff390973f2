package dev.tollgate.identity;

import dev.tollgate.kernel.CachePolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a key is for, kept once however many keys share it. */
record Grant(
        String account,
        List<String> modelGlobs,
        boolean strict,
        @Nullable CachePolicy cache) {
    Grant {
        modelGlobs = List.copyOf(modelGlobs);
    }
}
