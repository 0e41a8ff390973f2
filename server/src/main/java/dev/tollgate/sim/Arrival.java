package dev.tollgate.sim;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived, whole.
 *
 * @param sse whether the query asks for {@code alt=sse}
 * @param headerNames in the order in which they came, in lower case
 * @param bodySha256 in hexadecimal
 */
record Arrival(
        Route route,
        boolean sse,
        Controls controls,
        List<Credential> credentials,
        List<String> headerNames,
        Buffer body,
        String bodySha256) {

    static Arrival of(HttpServerRequest request, Buffer body) {
        MultiMap headers = request.headers();
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        String queryKey = first(uri, "key");
        Route route = Route.of(request.method(), uri.path(), vendorOf(headers, queryKey));
        List<String> names = headers.entries().stream()
                .map(header -> header.getKey().toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
        boolean sse = "sse".equals(first(uri, "alt"));
        String sha256 = HexFormat.of().formatHex(Sha256.of(body.getBytes()));
        return new Arrival(route, sse, Controls.of(headers), credentials(headers, queryKey), names, body, sha256);
    }

    private static @Nullable String first(QueryStringDecoder uri, String name) {
        List<String> values = uri.parameters().get(name);
        return values == null ? null : values.getFirst();
    }

    private static Vendor vendorOf(MultiMap headers, @Nullable String queryKey) {
        if (headers.contains("anthropic-version") || headers.contains("x-api-key")) {
            return Vendor.ANTHROPIC;
        }
        return headers.contains("x-goog-api-key") || headers.contains("x-goog-api-client") || queryKey != null
                ? Vendor.GEMINI
                : Vendor.OPENAI;
    }

    private static List<Credential> credentials(MultiMap headers, @Nullable String queryKey) {
        List<Credential> credentials = new ArrayList<>();
        String authorization = headers.get("authorization");
        if (authorization != null) {
            boolean bearer = authorization.regionMatches(true, 0, "Bearer ", 0, 7);
            credentials.add(
                    bearer
                            ? new Credential("bearer", authorization.substring(7))
                            : new Credential("authorization", authorization));
        }
        for (String name : new String[] {"x-api-key", "x-goog-api-key"}) {
            if (headers.contains(name)) {
                credentials.add(new Credential(name, headers.get(name)));
            }
        }
        if (queryKey != null) {
            credentials.add(new Credential("query-key", queryKey));
        }
        return credentials;
    }

    /** Tells one caller from another, and not who it is. */
    long caller() {
        long hash = 0;
        for (Credential credential : credentials) {
            hash = Measure.mix(hash ^ Measure.hash(credential.secret()));
        }
        return hash;
    }

    /** Which credentials came, by kind and last four characters. */
    String credentialHints() {
        return credentials.isEmpty()
                ? "none"
                : credentials.stream().map(Credential::hint).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return "Arrival[" + route + ", " + body.length() + " bytes]";
    }
}
