package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Price;
import dev.tollgate.dialects.StreamReader;
import dev.tollgate.dialects.Usage;
import dev.tollgate.gateway.Stages.Replied;
import dev.tollgate.gateway.Stages.Reserved;
import org.jspecify.annotations.Nullable;

/**
 * What a streamed answer has surely cost so far. It errs low, so that no answer is ended that keeps to its bounds; one that passes
 * what is held for it comes from a provider that does not.
 */
final class RunningCost {
    /** As long texts have at most; the prompt's share is less than its bound in any case, which is a token for each byte. */
    private static final int MOST_BYTES_PER_TOKEN = 8;

    private final Price price;
    private final long boundNanoUsd;
    private final long promptTokens;

    private RunningCost(Price price, long boundNanoUsd, long promptTokens) {
        this.price = price;
        this.boundNanoUsd = boundNanoUsd;
        this.promptTokens = promptTokens;
    }

    /** Null where no cap has to hold: no budget covers the call, or nobody knows what it costs. */
    static @Nullable RunningCost of(Replied replied, long bodyBytes) {
        Reserved reserved = replied.routed().reserved();
        Candidate candidate = replied.hop().candidate();
        Price price = candidate.price();
        return price == null || !reserved.reservation().isCovered()
                ? null
                : new RunningCost(
                        price, reserved.ceiling().nanoUsd(), candidate.atMostContext(bodyBytes / MOST_BYTES_PER_TOKEN));
    }

    /** Whether the answer so far has cost more than is held for it. */
    boolean passesBound(StreamReader reader) {
        Usage used = reader.usedAtLeast();
        boolean said = used.totalInputTokens() > 0;
        Price served = price.servedAs(used.tier()).orElse(price);
        try {
            return served.costNanoUsd(
                            said ? used.inputTokens() : promptTokens,
                            used.cacheReadTokens(),
                            used.cacheWrite5mTokens(),
                            used.cacheWrite1hTokens(),
                            used.outputTokens(),
                            used.webSearchRequests())
                    > boundNanoUsd;
        } catch (ArithmeticException e) {
            return true; // billions
        }
    }
}
