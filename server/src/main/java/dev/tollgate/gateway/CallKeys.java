package dev.tollgate.gateway;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheKeys;
import dev.tollgate.cache.Repeatable;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.CachePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The key of a call's answer: who may get it, where the call may go, and all that the caller has said. What is not known to mean
 * nothing is in it, so that no header can put one call's answer into another's place.
 */
final class CallKeys {
    /** Longer requests would keep an event loop for milliseconds, and seldom come twice. */
    private static final int LONGEST_REQUEST = 1 << 20;

    /** Headers that go on to providers and shape no answer: what differs in each call, or only says which program calls. */
    private static final Set<String> SHAPELESS = Set.of(
            "cache-control",
            "pragma",
            "user-agent",
            "traceparent",
            "tracestate",
            "baggage",
            "x-request-id",
            "x-client-request-id",
            "idempotency-key",
            "x-goog-api-client",
            "x-app",
            "originator",
            "x-claude-code-session-id",
            "session-id",
            "session_id",
            "x-session-id");
    /** The vendors' SDKs tell of themselves: language, version, retries. */
    private static final String OF_SDKS = "x-stainless-";

    private final CacheKeys keys;

    CallKeys(CacheKeys keys) {
        this.keys = keys;
    }

    /** The key; null where the answer may not be kept. */
    @Nullable
    CacheKey of(Permitted permitted, CachePolicy.Scope scope, boolean strict) {
        Inbound inbound = permitted.inbound();
        byte[] body = permitted.body();
        if (body.length > LONGEST_REQUEST
                || !mayKeep(inbound)
                || !(Json.parse(body, 0, body.length) instanceof ParsedJson.Whole(Json request))
                || !Repeatable.is(inbound.operation().dialect(), request)) {
            return null;
        }
        Caller caller = permitted.identified().caller();
        CacheKeys.Digest digest = keys.digest()
                .text(scope.wireName())
                .text(caller.account())
                .text(scope == CachePolicy.Scope.CALLER ? caller.keyId() : "")
                .text(inbound.operation().name())
                .text(inbound.path())
                .text(Presented.Query.forwarded(inbound.http().query()))
                .text(permitted.requested())
                .text(strict ? "strict" : "");
        digest.count(permitted.candidates().size())
                .text(Long.toString(permitted.bounds().outputTokens()));
        permitted.candidates().forEach(candidate -> candidate(digest, candidate));
        Map<String, List<String>> headers = headers(inbound);
        digest.count(headers.size());
        headers.forEach((name, values) -> {
            digest.text(name).count(values.size());
            values.forEach(digest::text);
        });
        return digest.json(request).key();
    }

    /** Counting is free, and Gemini's stream as a JSON array tells its end by its last byte alone. */
    private static boolean mayKeep(Inbound inbound) {
        Operation operation = inbound.operation();
        return operation.generates()
                && (operation != Operation.STREAM_GENERATE_CONTENT
                        || "sse".equals(Presented.Query.first(inbound.http().query(), "alt")));
    }

    /** What a candidate is now: moved to another address, it is another one. */
    private static void candidate(CacheKeys.Digest digest, Candidate candidate) {
        Provider provider = candidate.provider();
        digest.text(provider.name())
                .text(provider.baseUrl().toString())
                .text(provider.platform().toString())
                .text(provider.auth().wireName())
                .text(candidate.model());
        for (Dialect dialect : Dialect.values()) {
            digest.text(provider.speaks(dialect) ? dialect.wireName() : "");
        }
    }

    private static Map<String, List<String>> headers(Inbound inbound) {
        Map<String, List<String>> headers = new TreeMap<>();
        // As they go on, so without what `connection` names: it must not put another call's answer here.
        HeaderPolicy.forwarded(inbound.http()).forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (HeaderPolicy.request(lower) == HeaderPolicy.Treatment.FORWARDED
                    && !SHAPELESS.contains(lower)
                    && !lower.startsWith(OF_SDKS)) {
                headers.computeIfAbsent(lower, first -> new ArrayList<>(1)).add(value);
            }
        });
        return headers;
    }
}
