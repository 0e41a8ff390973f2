package dev.tollgate.gateway;

import dev.tollgate.budget.RateCover;
import dev.tollgate.budget.RateKind;
import dev.tollgate.budget.RateStanding;
import dev.tollgate.dialects.Dialect;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gate's own rates in the words of the caller's dialect: Anthropic's {@code anthropic-ratelimit-…} of requests, input tokens, output
 * tokens and of the tighter of those two ({@code tokens}), OpenAI's {@code x-ratelimit-…} of requests and of the tighter tokens. Gemini
 * has no such headers. Where a provider says the same of itself, the caller gets the one with less remaining.
 */
final class RateHeaders {
    /** A limit's three headers. */
    private record Names(CharSequence limit, CharSequence remaining, CharSequence reset) {
        static Names anthropic(String what) {
            return new Names(
                    HttpHeaders.createOptimized("anthropic-ratelimit-" + what + "-limit"),
                    HttpHeaders.createOptimized("anthropic-ratelimit-" + what + "-remaining"),
                    HttpHeaders.createOptimized("anthropic-ratelimit-" + what + "-reset"));
        }

        static Names openAi(String what) {
            return new Names(
                    HttpHeaders.createOptimized("x-ratelimit-limit-" + what),
                    HttpHeaders.createOptimized("x-ratelimit-remaining-" + what),
                    HttpHeaders.createOptimized("x-ratelimit-reset-" + what));
        }

        void move(MultiMap from, MultiMap to) {
            for (CharSequence name : List.of(limit, remaining, reset)) {
                String value = from.get(name);
                from.remove(name);
                if (value != null) {
                    to.set(name, value);
                }
            }
        }
    }

    private static final Names ANTHROPIC_REQUESTS = Names.anthropic("requests");
    private static final Names ANTHROPIC_TOKENS = Names.anthropic("tokens");
    private static final Names ANTHROPIC_INPUT = Names.anthropic("input-tokens");
    private static final Names ANTHROPIC_OUTPUT = Names.anthropic("output-tokens");
    private static final Names OPENAI_REQUESTS = Names.openAi("requests");
    private static final Names OPENAI_TOKENS = Names.openAi("tokens");
    private static final List<Names> ANTHROPIC =
            List.of(ANTHROPIC_REQUESTS, ANTHROPIC_TOKENS, ANTHROPIC_INPUT, ANTHROPIC_OUTPUT);
    private static final List<Names> OPENAI = List.of(OPENAI_REQUESTS, OPENAI_TOKENS);

    /** Never changed. */
    private static final MultiMap NONE = MultiMap.caseInsensitiveMultiMap();

    private RateHeaders() {}

    private static List<Names> of(Dialect dialect) {
        return switch (dialect) {
            case ANTHROPIC -> ANTHROPIC;
            case OPENAI -> OPENAI;
            case GEMINI, CONVERSE -> List.of();
        };
    }

    /** Says how the rates stand that cover a call, on whatever answer it will get. */
    static void put(RateCover cover, MultiMap headers, Dialect dialect, Instant now) {
        if (of(dialect).isEmpty()) {
            return;
        }
        RateStanding requests = cover.tightest(RateKind.REQUESTS);
        RateStanding input = cover.tightest(RateKind.INPUT_TOKENS);
        RateStanding output = cover.tightest(RateKind.OUTPUT_TOKENS);
        RateStanding tokens = input == null ? output : output == null ? input : input.tighter(output);
        if (dialect == Dialect.ANTHROPIC) {
            put(requests, ANTHROPIC_REQUESTS, headers, dialect, now);
            put(input, ANTHROPIC_INPUT, headers, dialect, now);
            put(output, ANTHROPIC_OUTPUT, headers, dialect, now);
            put(tokens, ANTHROPIC_TOKENS, headers, dialect, now);
        } else {
            put(requests, OPENAI_REQUESTS, headers, dialect, now);
            put(tokens, OPENAI_TOKENS, headers, dialect, now);
        }
    }

    private static void put(
            @Nullable RateStanding standing, Names names, MultiMap headers, Dialect dialect, Instant now) {
        if (standing != null) {
            headers.set(names.limit, Long.toString(standing.limit()));
            headers.set(names.remaining, Long.toString(standing.remaining()));
            headers.set(names.reset, RateLimits.reset(standing.nanosUntilFull() / 1_000_000, dialect, now));
        }
    }

    /** Takes the gate's own out of the head of an answer into which a provider's are to come. */
    static MultiMap takenFrom(MultiMap head, Dialect dialect) {
        if (head.isEmpty()) {
            return NONE;
        }
        MultiMap ours = MultiMap.caseInsensitiveMultiMap();
        of(dialect).forEach(names -> names.move(head, ours));
        return ours;
    }

    /** Of each limit that both know, the one with less remaining; a limit's three headers are never mixed. */
    static void tighten(MultiMap head, MultiMap ours, Dialect dialect) {
        if (ours.isEmpty()) {
            return;
        }
        for (Names names : of(dialect)) {
            String remaining = ours.get(names.remaining);
            if (remaining != null && !isTighter(head.get(names.remaining), Long.parseLong(remaining))) {
                names.move(ours, head);
            }
        }
    }

    private static boolean isTighter(@Nullable String providers, long remaining) {
        try {
            return providers != null && Long.parseLong(providers) < remaining;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
