package dev.tollgate.gateway;

import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

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

    private static final String OURS = "x-tollgate-";
    private static final MultiMap CONSUMED = names(
            // Hop by hop, and what the two legs each have of their own.
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
            "http2-settings",
            // The caller's identity and keys.
            "authorization",
            "x-api-key",
            "x-goog-api-key",
            "api-key",
            "cookie",
            "cookie2",
            // Where the caller sits in the network and on the web.
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
            "access-control-request-headers",
            // Whom the provider bills is the credential's affair: another organization here fails the call, or worse.
            "openai-organization",
            "openai-project",
            "x-goog-user-project",
            "x-goog-quota-user",
            "x-goog-iam-authorization-token",
            "x-goog-iam-authority-selector",
            // A mask over the answer could cut the usage out of it.
            "x-goog-fieldmask",
            // Answers come uncompressed, because usage is read from them; whole, because a part cannot be metered.
            "accept-encoding",
            "range",
            "if-range",
            "if-none-match",
            "if-modified-since");
    /** A body that cannot be read cannot be judged; and a method has one place. */
    private static final List<CharSequence> REFUSED = List.of(
            HttpHeaders.CONTENT_ENCODING,
            HttpHeaders.createOptimized("x-http-method-override"),
            HttpHeaders.createOptimized("x-http-method"),
            HttpHeaders.createOptimized("x-method-override"));

    private static final MultiMap ANSWER_CONSUMED = names(
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

    private HeaderPolicy() {}

    /** A set of names in any case; looking one up costs nothing but its hash, which the engine's names bring along. */
    private static MultiMap names(String... names) {
        MultiMap set = MultiMap.caseInsensitiveMultiMap();
        for (String name : names) {
            set.add(HttpHeaders.createOptimized(name), "");
        }
        return set;
    }

    static Treatment request(CharSequence name) {
        if (CONSUMED.contains(name) || startsWith(name, OURS) || startsWith(name, "sec-")) {
            return Treatment.CONSUMED;
        }
        for (CharSequence refused : REFUSED) {
            if (AsciiString.contentEqualsIgnoreCase(refused, name)) {
                return Treatment.REFUSED;
            }
        }
        return Treatment.FORWARDED;
    }

    static boolean answerPasses(CharSequence name) {
        return !ANSWER_CONSUMED.contains(name) && !startsWith(name, OURS) && !startsWith(name, "access-control-");
    }

    private static boolean startsWith(CharSequence name, String prefix) {
        return AsciiString.regionMatches(name, true, 0, prefix, 0, prefix.length());
    }

    /** The first header that is refused, in lower case, or an empty string. */
    static String refused(HttpServerRequest request) {
        for (CharSequence name : REFUSED) {
            for (String value : request.headers().getAll(name)) {
                if (!"identity".equalsIgnoreCase(value)) {
                    return name.toString();
                }
            }
        }
        return "";
    }

    /** What goes on to the provider. Not checked for form once more: the engine does that when it is sent. */
    static MultiMap forwarded(HttpServerRequest request) {
        MultiMap onward = MultiMap.caseInsensitiveMultiMap();
        each(request.headers(), (name, value) -> {
            if (request(name) == Treatment.FORWARDED) {
                onward.add(name, value);
            }
        });
        removeNamedByConnection(request, onward);
        onward.set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
        return onward;
    }

    /** A sender may declare further headers hop by hop by naming them in {@code Connection}. */
    private static void removeNamedByConnection(HttpServerRequest request, MultiMap onward) {
        List<String> values = request.headers().getAll(HttpHeaders.CONNECTION);
        for (String value : values) {
            if (!HttpHeaders.KEEP_ALIVE.toString().equalsIgnoreCase(value)) {
                for (String name : value.split(",", -1)) {
                    onward.remove(name.trim());
                }
            }
        }
    }

    /** Copies to the client what may pass of the provider's headers. */
    static void answer(MultiMap from, MultiMap to) {
        each(from, (name, value) -> {
            if (answerPasses(name)) {
                to.add(name, value);
            }
        });
    }

    @FunctionalInterface
    private interface Visitor {
        void header(CharSequence name, CharSequence value);
    }

    /** Every header in its order. HTTP/1's are visited as the parser made them: names that know their hashes. */
    private static void each(MultiMap headers, Visitor visitor) {
        if (headers instanceof io.netty.handler.codec.http.HttpHeaders parsed) {
            Iterator<Map.Entry<CharSequence, CharSequence>> entries = parsed.iteratorCharSequence();
            while (entries.hasNext()) {
                Map.Entry<CharSequence, CharSequence> entry = entries.next();
                visitor.header(entry.getKey(), entry.getValue());
            }
        } else {
            headers.forEach(visitor::header);
        }
    }
}
