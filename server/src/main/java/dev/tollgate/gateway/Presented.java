package dev.tollgate.gateway;

import dev.tollgate.identity.CallerResolution;
import dev.tollgate.identity.CallerResolver;
import dev.tollgate.identity.Right;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the caller's key from the four places where clients put it. Nothing of it is kept. */
final class Presented {
    private static final CharSequence X_API_KEY = HttpHeaders.createOptimized("x-api-key");
    private static final CharSequence X_GOOG_API_KEY = HttpHeaders.createOptimized("x-goog-api-key");
    private static final String BEARER = "Bearer ";

    private Presented() {}

    static CallerResolution resolve(HttpServerRequest request, CallerResolver callers, Right wanted) {
        List<String> authorization = request.headers().getAll(HttpHeaders.AUTHORIZATION);
        List<String> apiKey = request.headers().getAll(X_API_KEY);
        List<String> googApiKey = request.headers().getAll(X_GOOG_API_KEY);
        if (repeated(authorization) || repeated(apiKey) || repeated(googApiKey) || Query.repeatsKey(request.query())) {
            return new CallerResolution.Rejected(CallerResolution.Reason.CONFLICTING);
        }
        return callers.resolve(
                authorization.isEmpty() ? null : withoutScheme(authorization.getFirst()),
                apiKey.isEmpty() ? null : apiKey.getFirst(),
                googApiKey.isEmpty() ? null : googApiKey.getFirst(),
                Query.first(request.query(), "key"),
                wanted);
    }

    private static boolean repeated(List<String> values) {
        return values.size() > 1 && values.stream().distinct().count() > 1;
    }

    private static String withoutScheme(String header) {
        return header.regionMatches(true, 0, BEARER, 0, BEARER.length()) ? header.substring(BEARER.length()) : header;
    }

    /** The raw query string, piece by piece: it goes on as it came, but for what ends here. */
    static final class Query {
        private static final Set<String> ENDING_HERE = Set.of(
                "key",
                "access_token",
                "api_key",
                "oauth_token",
                "bearer_token",
                "fields",
                "callback",
                "prettyprint",
                "quotauser",
                "userproject",
                "uploadtype",
                "upload_protocol");

        private Query() {}

        static @Nullable String first(@Nullable String query, String name) {
            if (query == null) {
                return null;
            }
            for (String pair : query.split("&", -1)) {
                if (pair.startsWith(name) && pair.length() > name.length() && pair.charAt(name.length()) == '=') {
                    return decode(pair.substring(name.length() + 1));
                }
            }
            return null;
        }

        /** Whether two different keys stand in the query. */
        static boolean repeatsKey(@Nullable String query) {
            if (query == null) {
                return false;
            }
            return Arrays.stream(query.split("&", -1))
                            .filter(pair -> pair.startsWith("key="))
                            .distinct()
                            .count()
                    > 1;
        }

        /** The query for the provider, with its question mark; empty if nothing is left. */
        static String forwarded(@Nullable String query) {
            if (query == null || query.isEmpty()) {
                return "";
            }
            StringBuilder onward = new StringBuilder(query.length() + 1);
            for (String pair : query.split("&", -1)) {
                if (passes(pair)) {
                    onward.append(onward.isEmpty() ? '?' : '&').append(pair);
                }
            }
            return onward.toString();
        }

        /**
         * Keys end here, and so do Google's system parameters (cloud.google.com/apis/docs/system-parameters): they can set
         * headers, name another project to bill, or cut the usage out of the answer.
         */
        private static boolean passes(String pair) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            return !name.isEmpty() && !name.startsWith("$") && !ENDING_HERE.contains(name.toLowerCase(Locale.ROOT));
        }

        private static String decode(String text) {
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return text;
            }
        }
    }
}
