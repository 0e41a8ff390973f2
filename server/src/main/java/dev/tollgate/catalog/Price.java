package dev.tollgate.catalog;

import dev.tollgate.dialects.ServiceTier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one model costs from a day on, in nano-US-dollars.
 *
 * @param inputNanoUsdPerMTok prompt tokens that were neither read from nor written to a cache
 * @param outputNanoUsdPerMTok generated tokens, reasoning included
 * @param cacheReadNanoUsdPerMTok prompt tokens that a cache supplied
 * @param cacheWrite5mNanoUsdPerMTok prompt tokens written to a cache that lives five minutes
 * @param cacheWrite1hNanoUsdPerMTok prompt tokens written to a cache that lives an hour
 * @param webSearchNanoUsdPerRequest a search that the provider ran itself
 * @param searchUnit what counts as one search
 * @param longContext the prices of long prompts, {@code null} where they are no different
 * @param tierFactorsMillionths by what the rates of tokens are multiplied where the provider served the call in that tier, in
 *     millionths; a tier that is missing has no known price
 * @param since the first day (UTC) on which it holds
 * @param source where it was read: a page and the day, or {@code operator}
 */
public record Price(
        long inputNanoUsdPerMTok,
        long outputNanoUsdPerMTok,
        long cacheReadNanoUsdPerMTok,
        long cacheWrite5mNanoUsdPerMTok,
        long cacheWrite1hNanoUsdPerMTok,
        long webSearchNanoUsdPerRequest,
        SearchUnit searchUnit,
        @Nullable LongContext longContext,
        Map<ServiceTier, Long> tierFactorsMillionths,
        LocalDate since,
        String source) {
    /** No price, per million tokens or per search, is higher: one million US dollars. */
    public static final long MAX_NANO_USD = 1_000_000L * 1_000_000_000L;

    /** The source of a price that was set by command. */
    static final String OPERATOR = "operator";

    /** No tier is dearer than the list by more. */
    static final long MAX_FACTOR_MILLIONTHS = 100_000_000;

    /** Of a tier without a known factor: none has been dearer than the fast mode of Claude Opus 4.6, six times the list. */
    private static final long UNKNOWN_FACTOR_MILLIONTHS = 6_000_000;

    private static final long TOKENS_PER_MTOK = 1_000_000;
    private static final long MILLIONTHS = 1_000_000;

    public Price {
        tierFactorsMillionths = Map.copyOf(tierFactorsMillionths);
        requireInRange(inputNanoUsdPerMTok);
        requireInRange(outputNanoUsdPerMTok);
        requireInRange(cacheReadNanoUsdPerMTok);
        requireInRange(cacheWrite5mNanoUsdPerMTok);
        requireInRange(cacheWrite1hNanoUsdPerMTok);
        requireInRange(webSearchNanoUsdPerRequest);
    }

    /** A price of the list's own tier, whose searches are billed one by one. */
    public Price(
            long inputNanoUsdPerMTok,
            long outputNanoUsdPerMTok,
            long cacheReadNanoUsdPerMTok,
            long cacheWrite5mNanoUsdPerMTok,
            long cacheWrite1hNanoUsdPerMTok,
            long webSearchNanoUsdPerRequest,
            @Nullable LongContext longContext,
            LocalDate since,
            String source) {
        this(
                inputNanoUsdPerMTok,
                outputNanoUsdPerMTok,
                cacheReadNanoUsdPerMTok,
                cacheWrite5mNanoUsdPerMTok,
                cacheWrite1hNanoUsdPerMTok,
                webSearchNanoUsdPerRequest,
                SearchUnit.REQUEST,
                longContext,
                Map.of(),
                since,
                source);
    }

    static void requireInRange(long nanoUsd) {
        if (nanoUsd < 0 || nanoUsd > MAX_NANO_USD) {
            throw new IllegalArgumentException("a price is between 0 and one million US dollars");
        }
    }

    long sinceEpochMillis() {
        return TimeUnit.DAYS.toMillis(since.toEpochDay());
    }

    /** The factors as a price file has them, by the tier's name. */
    public Map<String, String> serviceTiers() {
        Map<String, String> factors = new LinkedHashMap<>();
        tierFactorsMillionths.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(tier -> factors.put(
                        tier.getKey().wireName(),
                        BigDecimal.valueOf(tier.getValue(), 6)
                                .stripTrailingZeros()
                                .toPlainString()));
        return factors;
    }

    /** The price of a call that was served in that tier, where it is known. A rate beyond every price is the highest there is. */
    public Optional<Price> servedAs(ServiceTier tier) {
        if (tier == ServiceTier.STANDARD) {
            return Optional.of(this);
        }
        Long factor = tierFactorsMillionths.get(tier);
        return factor == null ? Optional.empty() : Optional.of(times(factor));
    }

    /** The highest price at which a call that asks for that tier may be billed: a provider may serve it in its usual one, too. */
    public Price dearestAs(ServiceTier tier) {
        long factor = switch (tier) {
            case STANDARD -> MILLIONTHS;
            case FLEX, BATCH -> tierFactorsMillionths.getOrDefault(tier, MILLIONTHS);
            case FAST, PRIORITY, OTHER -> tierFactorsMillionths.getOrDefault(tier, UNKNOWN_FACTOR_MILLIONTHS);
        };
        return factor <= MILLIONTHS ? this : times(factor);
    }

    private Price times(long millionths) {
        LongContext tier = longContext;
        return new Price(
                times(inputNanoUsdPerMTok, millionths),
                times(outputNanoUsdPerMTok, millionths),
                times(cacheReadNanoUsdPerMTok, millionths),
                times(cacheWrite5mNanoUsdPerMTok, millionths),
                times(cacheWrite1hNanoUsdPerMTok, millionths),
                webSearchNanoUsdPerRequest,
                searchUnit,
                tier == null
                        ? null
                        : new LongContext(
                                tier.aboveTokens(),
                                times(tier.inputNanoUsdPerMTok(), millionths),
                                times(tier.outputNanoUsdPerMTok(), millionths),
                                times(tier.cacheReadNanoUsdPerMTok(), millionths),
                                times(tier.cacheWrite5mNanoUsdPerMTok(), millionths),
                                times(tier.cacheWrite1hNanoUsdPerMTok(), millionths)),
                Map.of(),
                since,
                source);
    }

    private static long times(long rate, long millionths) {
        return Math.min(MAX_NANO_USD, scaled(rate, millionths, MILLIONTHS));
    }

    /** {@code rate × by ÷ of}, rounded half up; what does not fit is {@link Long#MAX_VALUE}. None may be negative. */
    static long scaled(long rate, long by, long of) {
        BigInteger divisor = BigInteger.valueOf(of);
        BigInteger twice =
                BigInteger.valueOf(rate).multiply(BigInteger.valueOf(by)).shiftLeft(1);
        BigInteger rounded = twice.add(divisor).divide(divisor.shiftLeft(1));
        return rounded.bitLength() < Long.SIZE ? rounded.longValueExact() : Long.MAX_VALUE;
    }

    /**
     * The cost of a call, exact, rounded once at its end, half up, to a whole nano-dollar. The counts are those of
     * {@code dialects.Usage}, in its order; each token stands in exactly one of them.
     *
     * @throws IllegalArgumentException if a count is negative
     * @throws ArithmeticException if the cost is over 9.2 billion US dollars, or a count over nine trillion
     */
    public long costNanoUsd(
            long inputTokens,
            long cacheReadTokens,
            long cacheWrite5mTokens,
            long cacheWrite1hTokens,
            long outputTokens,
            long webSearchRequests) {
        Sum sum = new Sum();
        long promptTokens = Math.addExact(
                Math.addExact(inputTokens, cacheReadTokens), Math.addExact(cacheWrite5mTokens, cacheWrite1hTokens));
        LongContext tier = longContext;
        if (tier != null && promptTokens > tier.aboveTokens()) {
            sum.add(inputTokens, tier.inputNanoUsdPerMTok());
            sum.add(cacheReadTokens, tier.cacheReadNanoUsdPerMTok());
            sum.add(cacheWrite5mTokens, tier.cacheWrite5mNanoUsdPerMTok());
            sum.add(cacheWrite1hTokens, tier.cacheWrite1hNanoUsdPerMTok());
            sum.add(outputTokens, tier.outputNanoUsdPerMTok());
        } else {
            sum.add(inputTokens, inputNanoUsdPerMTok);
            sum.add(cacheReadTokens, cacheReadNanoUsdPerMTok);
            sum.add(cacheWrite5mTokens, cacheWrite5mNanoUsdPerMTok);
            sum.add(cacheWrite1hTokens, cacheWrite1hNanoUsdPerMTok);
            sum.add(outputTokens, outputNanoUsdPerMTok);
        }
        return Math.addExact(sum.rounded(), searchesNanoUsd(webSearchRequests));
    }

    /**
     * What so many searches of one call cost.
     *
     * @throws IllegalArgumentException if the count is negative
     * @throws ArithmeticException if the cost is over 9.2 billion US dollars
     */
    public long searchesNanoUsd(long requests) {
        if (requests < 0) {
            throw new IllegalArgumentException("a count is never negative");
        }
        return Math.multiplyExact(searchUnit.of(requests), webSearchNanoUsdPerRequest);
    }

    /**
     * A sum of tokens × price, kept as whole nano-dollars and millionths of them: so it is exact, and overflows only
     * where the cost itself would.
     */
    private static final class Sum {
        private long whole;
        private long millionths;

        void add(long tokens, long nanoUsdPerMTok) {
            if (tokens < 0) {
                throw new IllegalArgumentException("a count is never negative");
            }
            whole = Math.addExact(whole, Math.multiplyExact(tokens, nanoUsdPerMTok / TOKENS_PER_MTOK));
            millionths = Math.addExact(millionths, Math.multiplyExact(tokens, nanoUsdPerMTok % TOKENS_PER_MTOK));
        }

        long rounded() {
            long halfUp = Math.addExact(millionths, TOKENS_PER_MTOK / 2) / TOKENS_PER_MTOK;
            return Math.addExact(whole, halfUp);
        }
    }
}
