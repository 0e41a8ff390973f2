package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.gateway.Stages.Permitted;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Anthropic's beta of the 1M context window, {@code context-1m-2025-08-07}. Retired in April 2026: newer models take 1M tokens without
 * it, older ones their 200,000, and old clients that still ask for it get a 400 whose words do not tell what to do.
 */
final class RetiredBeta {
    /** What a provider that still knows the beta takes with it. */
    static final long CONTEXT_TOKENS = 1_000_000;

    static final String LEFT_OUT = "anthropic-beta: context-1m left out: Anthropic retired it";
    static final String EXPLANATION = "The header anthropic-beta asks for context-1m, a beta that Anthropic retired in"
            + " April 2026. Leave it out: newer models take 1M tokens without it, older ones 200,000. Tollgate leaves it"
            + " out by itself where the model is called by an alias and the prompt fits.";

    private static final CharSequence HEADER = HttpHeaders.createOptimized("anthropic-beta");
    private static final String BETA = "context-1m";
    private static final String REFUSAL = "The long context beta is not yet available for this subscription.";
    private static final int LONGEST_ERROR = 16 * 1_024;

    private RetiredBeta() {}

    static boolean isAskedFor(MultiMap headers) {
        for (String value : headers.getAll(HEADER)) {
            if (value.contains(BETA)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the candidate answers the call without the beta and may not with it. Only an alias leaves the choice to the gate: who
     * names a model gets what they ask for.
     */
    static boolean isNeedless(Permitted permitted, Candidate candidate) {
        if (permitted.alias() == null || permitted.inbound().operation().dialect() != Dialect.ANTHROPIC) {
            return false;
        }
        // A token has at least one byte, so a body of fewer bytes than the window has tokens fits.
        boolean fits = candidate.contextTokens() >= Math.min(permitted.body().length, CONTEXT_TOKENS);
        return (fits || isAnthropic(candidate))
                && isAskedFor(permitted.inbound().http().headers());
    }

    /** Whether with the beta the candidate may take more than the catalog knows. */
    static boolean mayWiden(Permitted permitted, Candidate candidate) {
        return permitted.inbound().operation().dialect() == Dialect.ANTHROPIC
                && mayWiden(permitted.inbound().http().headers(), candidate);
    }

    /** The same of a request in Anthropic's dialect with these headers. */
    static boolean mayWiden(MultiMap headers, Candidate candidate) {
        return candidate.provider().speaks(Dialect.ANTHROPIC) && !isAnthropic(candidate) && isAskedFor(headers);
    }

    /** Anthropic itself, where the beta is surely gone. */
    private static boolean isAnthropic(Candidate candidate) {
        return candidate.provider().builtin() && candidate.provider().name().equals(Dialect.ANTHROPIC.wireName());
    }

    /** The headers but for the beta; other betas of the same header stay. */
    static MultiMap without(MultiMap headers) {
        MultiMap onward = MultiMap.caseInsensitiveMultiMap().addAll(headers);
        onward.remove(HEADER);
        for (String value : headers.getAll(HEADER)) {
            String rest = Arrays.stream(value.split(",", -1))
                    .map(String::strip)
                    .filter(beta -> !beta.isEmpty() && !beta.startsWith(BETA))
                    .collect(Collectors.joining(","));
            if (!rest.isEmpty()) {
                onward.add(HEADER, rest);
            }
        }
        return onward;
    }

    /** A provider's refusal of the beta with its words, on which clients match, and what they mean; any other as it is. */
    static byte[] explained(Inbound inbound, int status, byte[] body) {
        boolean may = status == 400
                && inbound.operation().dialect() == Dialect.ANTHROPIC
                && body.length <= LONGEST_ERROR
                && isAskedFor(inbound.http().headers());
        if (!may || !new String(body, UTF_8).contains(REFUSAL)) {
            return body;
        }
        return ErrorBodies.write(
                Dialect.ANTHROPIC, ErrorKind.INVALID_REQUEST, REFUSAL + " " + EXPLANATION, inbound.requestId());
    }
}
