package dev.tollgate.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Every header's one class: forwarded, consumed here, or refused. What is not named is forwarded, because providers and
 * their clients add headers weekly; so the lists below are all that must not pass, each with its reason.
 */
final class HeaderPolicy {
    /** What becomes of a header. */
    enum Treatment {
        FORWARDED,
        CONSUMED,
        REFUSED
    }

    private static final Map<String, Treatment> REQUEST = new HashMap<>();
    private static final Set<String> RESPONSE_CONSUMED = Set.of(
            // Hop by hop (RFC 9110, section 7.6.1), and framing, which each leg has of its own.
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "date",
            "server",
            "alt-svc",
            // A provider may neither set state in the client's browser nor speak for the gate's origin.
            "set-cookie",
            "set-cookie2",
            "strict-transport-security",
            "clear-site-data",
            "nel",
            "report-to",
            "content-security-policy",
            "content-security-policy-report-only",
            "location",
            // Whose credential it is concerns its owner alone.
            "openai-organization",
            "openai-project",
            "anthropic-organization-id",
            "anthropic-workspace-id");

    static {
        // Hop by hop, and what the two legs each have of their own.
        consume(
                "connection",
                "keep-alive",
                "proxy-authenticate",
                "proxy-authorization",
                "proxy-connection",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade",
                "host",
                "content-length",
                "expect",
                "http2-settings");
        // The caller's identity and keys.
        consume("authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie", "cookie2");
        // Where the caller sits in the network and on the web.
        consume(
                "forwarded",
                "x-forwarded-for",
                "x-forwarded-host",
                "x-forwarded-proto",
                "x-forwarded-port",
                "x-forwarded-server",
                "x-forwarded-prefix",
                "x-real-ip",
                "x-client-ip",
                "true-client-ip",
                "cf-connecting-ip",
                "via",
                "origin",
                "referer",
                "access-control-request-method",
                "access-control-request-headers");
        // Whom the provider bills is the credential's affair: another organization here fails the call, or worse.
        consume("openai-organization", "openai-project", "x-goog-user-project");
        // Answers come uncompressed, because usage is read from them; whole, because a part cannot be metered.
        consume("accept-encoding", "range", "if-range", "if-none-match", "if-modified-since");
        // A body that cannot be read cannot be judged; and a method has one place.
        refuse("content-encoding", "x-http-method-override", "x-http-method", "x-method-override");
    }

    private HeaderPolicy() {}

    private static void consume(String... names) {
        for (String name : names) {
            REQUEST.put(name, Treatment.CONSUMED);
        }
    }

    private static void refuse(String... names) {
        for (String name : names) {
            REQUEST.put(name, Treatment.REFUSED);
        }
    }

    static Treatment request(String lowerCaseName) {
        Treatment named = REQUEST.get(lowerCaseName);
        if (named != null) {
            return named;
        }
        boolean ours = lowerCaseName.startsWith("x-tollgate-") || lowerCaseName.startsWith("sec-");
        return ours ? Treatment.CONSUMED : Treatment.FORWARDED;
    }

    static boolean answerPasses(String lowerCaseName) {
        return !RESPONSE_CONSUMED.contains(lowerCaseName)
                && !lowerCaseName.startsWith("x-tollgate-")
                && !lowerCaseName.startsWith("access-control-");
    }

    /** The first header that is refused, in lower case, or an empty string. */
    static String refused(HttpServerRequest request) {
        for (Map.Entry<String, String> header : request.headers()) {
            String name = lower(header.getKey());
            boolean identity = "identity".equalsIgnoreCase(header.getValue());
            if (request(name) == Treatment.REFUSED && !identity) {
                return name;
            }
        }
        return "";
    }

    /** What goes on to the provider. */
    static MultiMap forwarded(HttpServerRequest request) {
        MultiMap onward = HttpHeaders.headers();
        Set<String> perHop = namedByConnection(request);
        for (Map.Entry<String, String> header : request.headers()) {
            String name = lower(header.getKey());
            if (request(name) == Treatment.FORWARDED && !perHop.contains(name)) {
                onward.add(header.getKey(), header.getValue());
            }
        }
        onward.set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
        return onward;
    }

    /** A sender may declare further headers hop by hop by naming them in {@code Connection}. */
    private static Set<String> namedByConnection(HttpServerRequest request) {
        List<String> values = request.headers().getAll(HttpHeaders.CONNECTION);
        if (values.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (String value : values) {
            for (String name : value.split(",", -1)) {
                names.add(lower(name.trim()));
            }
        }
        return names;
    }

    /** Copies to the client what may pass of the provider's headers. */
    static void answer(MultiMap from, MultiMap to) {
        for (Map.Entry<String, String> header : from) {
            if (answerPasses(lower(header.getKey()))) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
