package dev.tollgate.upstream;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What came of a {@link JudgedFetch}. */
public sealed interface Fetched {
    /**
     * An answer, whatever its status: a redirect too.
     *
     * @param contentType the header, null if there was none
     * @param cacheControl the header, null if there was none
     * @param body whole
     */
    record Document(
            int status,
            @Nullable String contentType,
            @Nullable String cacheControl,
            byte[] body) implements Fetched {
        private static final Pattern MAX_AGE = Pattern.compile("(?:^|[,\\s])max-age\\s*=\\s*\"?([0-9]{1,9})");
        private static final Pattern NOT_KEPT = Pattern.compile("(?:^|[,\\s])(?:no-store|no-cache)(?:$|[,;=\\s])");

        /**
         * For how long it may be used without asking again (RFC 9111 section 5.2.2), within these bounds.
         *
         * @param least also where the sender wants no caching: each use must not become a request
         * @param most also where the sender says nothing
         */
        public Duration freshFor(Duration least, Duration most) {
            return freshFor(least, most, most);
        }

        /**
         * For how long it may be used without asking again (RFC 9111 section 5.2.2), within these bounds.
         *
         * @param least also where the sender wants no caching: each use must not become a request
         * @param unsaid where the sender says nothing
         */
        public Duration freshFor(Duration least, Duration unsaid, Duration most) {
            String directives = cacheControl == null ? "" : cacheControl.toLowerCase(Locale.ROOT);
            if (NOT_KEPT.matcher(directives).find()) {
                return least;
            }
            Matcher age = MAX_AGE.matcher(directives);
            if (!age.find()) {
                return unsaid;
            }
            Duration told = Duration.ofSeconds(Long.parseLong(age.group(1)));
            return told.compareTo(least) < 0 ? least : told.compareTo(most) > 0 ? most : told;
        }

        /** Not the body: it may hold tokens. */
        @Override
        public String toString() {
            return "Document[" + status + ", " + body.length + " bytes]";
        }
    }

    /**
     * No whole answer: refused, unreachable, too slow or too large.
     *
     * @param reason a clause such as {@code its host does not resolve}; holds nothing of the URL but its host
     */
    record Nothing(String reason) implements Fetched {}
}
