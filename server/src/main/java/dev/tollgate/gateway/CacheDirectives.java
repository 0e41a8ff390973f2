package dev.tollgate.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Locale;

/**
 * What a client asks of the answer cache, in the words of RFC 9111 §5.2.1. Other directives mean nothing here.
 *
 * @param noStore neither look nor keep
 * @param noCache do not look; keep the new answer
 * @param onlyIfCached ask no provider
 * @param maxAgeSeconds how old a kept answer may be; {@link Long#MAX_VALUE} where that is not said
 */
record CacheDirectives(boolean noStore, boolean noCache, boolean onlyIfCached, long maxAgeSeconds) {
    private static final CacheDirectives NONE = new CacheDirectives(false, false, false, Long.MAX_VALUE);
    private static final int MOST_DIGITS = 18;

    static CacheDirectives of(MultiMap headers) {
        List<String> values = headers.getAll(HttpHeaders.CACHE_CONTROL);
        CacheDirectives all = NONE;
        for (String value : values) {
            for (String each : value.split(",", -1)) {
                all = all.and(each.strip());
            }
        }
        return all;
    }

    private CacheDirectives and(String directive) {
        int equals = directive.indexOf('=');
        String name = (equals < 0 ? directive : directive.substring(0, equals)).strip();
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "no-store" -> new CacheDirectives(true, noCache, onlyIfCached, maxAgeSeconds);
            case "no-cache" -> new CacheDirectives(noStore, true, onlyIfCached, maxAgeSeconds);
            case "only-if-cached" -> new CacheDirectives(noStore, noCache, true, maxAgeSeconds);
            case "max-age" -> {
                long seconds = seconds(equals < 0 ? "" : directive.substring(equals + 1));
                yield new CacheDirectives(noStore, noCache, onlyIfCached, Math.min(maxAgeSeconds, seconds));
            }
            default -> this;
        };
    }

    /** A number, in quotes or without. Whoever writes something else wants a fresh answer rather than an old one. */
    private static long seconds(String argument) {
        String digits = argument.strip().replace("\"", "");
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        return digits.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}
