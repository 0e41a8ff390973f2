package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * By how much providers count more tokens than the gate does, for each model: learned from the calls whose prompts were counted here
 * and whose usage was reported. What has been seen is exceeded by a margin, and forgotten slowly where it is not seen again.
 */
public final class TokenMargins {
    /** Before anything is known: other vendors' tokenizers find up to half as many tokens again in unusual text. */
    private static final double UNKNOWN = 1.5;

    private static final double MARGIN = 1.1;
    private static final double LEAST = 1.05;
    /** Beyond it the count was of something else. */
    private static final double MOST = 8;

    /** Of a shorter prompt a few tokens of framing are most. */
    private static final long LEAST_COUNTED = 100;

    private static final double KEPT = 0.98;
    private static final int MOST_MODELS = 10_000;

    private final Map<String, Double> factors = new ConcurrentHashMap<>();

    /** The most tokens that the provider may find where the gate has found so many. */
    long over(Candidate candidate, long countedTokens) {
        double factor = factors.getOrDefault(candidate.qualifiedName(), UNKNOWN);
        return (long) Math.ceil(countedTokens * factor) + 16;
    }

    /** A provider has said how many it found. */
    void learn(Candidate candidate, long countedTokens, long reportedTokens) {
        if (countedTokens < LEAST_COUNTED
                || (factors.size() >= MOST_MODELS && !factors.containsKey(candidate.qualifiedName()))) {
            return;
        }
        double seen = Math.max(LEAST, MARGIN * reportedTokens / countedTokens);
        if (seen <= MOST) {
            factors.compute(candidate.qualifiedName(), (model, known) -> {
                double before = known == null ? UNKNOWN : known;
                return Math.max(seen, before * KEPT + seen * (1 - KEPT));
            });
        }
    }
}
