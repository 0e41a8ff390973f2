package dev.tollgate.oauth;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Fetches what a stranger has named. Whoever implements it judges each address before it connects, and follows no redirect. */
@FunctionalInterface
public interface DocumentFetch {
    /** What came of it. */
    sealed interface Fetched {
        /**
         * An answer.
         *
         * @param cacheControl the header, null if there was none
         * @param body whole
         */
        record Document(
                int status,
                @Nullable String contentType,
                @Nullable String cacheControl,
                byte[] body) implements Fetched {}

        /** No answer: refused, unreachable, too slow or too large. */
        record Nothing() implements Fetched {}
    }

    /** By GET, without credentials. Blocking, for some seconds at most. */
    Fetched get(URI https, int mostBytes);
}
