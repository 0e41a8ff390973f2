package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Price;
import dev.tollgate.dialects.ServiceTier;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.UsageReading;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Tokens;
import dev.tollgate.ledger.UsageSource;
import org.jspecify.annotations.Nullable;

/** From what an answer said of its usage to what is billed. */
final class Charges {
    /** English text and code run at about four bytes a token. */
    private static final int BYTES_PER_TOKEN = 4;

    private Charges() {}

    /**
     * @param candidate the one that served
     * @param bodyBytes the request's length, for the prompt's estimate where the provider never said its input. What the model
     *     cannot take is never billed: an image is many bytes and few tokens
     */
    static Charge of(UsageReading reading, Candidate candidate, long bodyBytes) {
        return charge(reading, candidate.price(), estimatedInput(candidate, bodyBytes));
    }

    /** A prompt's tokens by its request's length alone, and no more than the model takes. */
    static long estimatedInput(Candidate candidate, long bodyBytes) {
        return candidate.atMostContext(Math.ceilDiv(bodyBytes, BYTES_PER_TOKEN));
    }

    private static Charge charge(UsageReading reading, @Nullable Price price, long estimatedInput) {
        return switch (reading) {
            case UsageReading.Reported(var usage) -> metered(usage, UsageSource.REPORTED, price);
            case UsageReading.Partial(var usage) ->
                metered(withInput(usage, estimatedInput), UsageSource.ESTIMATED, price);
            case UsageReading.Refused refused -> new Charge.Free();
            case UsageReading.Absent absent -> new Charge.AtReservation(price != null, "The answer carried no usage.");
            case UsageReading.Absurd(var field) ->
                new Charge.AtReservation(price != null, "The provider reported an impossible " + field + ".");
        };
    }

    private static Usage withInput(Usage usage, long estimatedInput) {
        return usage.totalInputTokens() > 0 ? usage : usage.withInputTokens(estimatedInput);
    }

    /** What one answer of a batch costs, at {@link #batchPrice}: which tier it names is that of batches, too. */
    static Charge ofBatched(Usage usage, Candidate candidate) {
        return atPrice(usage, UsageSource.REPORTED, batchPrice(candidate));
    }

    /** The price of a model's batches: the list's where the price data does not know it, which is never too little. */
    static @Nullable Price batchPrice(Candidate candidate) {
        Price price = candidate.price();
        return price == null ? null : price.servedAs(ServiceTier.BATCH).orElse(price);
    }

    private static Charge metered(Usage usage, UsageSource source, @Nullable Price price) {
        Price served = price == null ? null : price.servedAs(usage.tier()).orElse(null);
        return price != null && served == null
                ? new Charge.AtReservation(
                        true,
                        "The provider served it in its " + usage.tier().wireName()
                                + " tier, for which the price file has no factor.")
                : atPrice(usage, source, served);
    }

    private static Charge atPrice(Usage usage, UsageSource source, @Nullable Price served) {
        Tokens tokens = new Tokens(
                usage.inputTokens(),
                usage.cacheReadTokens(),
                usage.cacheWrite5mTokens(),
                usage.cacheWrite1hTokens(),
                usage.outputTokens(),
                usage.reasoningTokens(),
                usage.webSearchRequests());
        if (served == null) {
            return new Charge.Metered(tokens, source, false, 0);
        }
        try {
            long cost = served.costNanoUsd(
                    usage.inputTokens(),
                    usage.cacheReadTokens(),
                    usage.cacheWrite5mTokens(),
                    usage.cacheWrite1hTokens(),
                    usage.outputTokens(),
                    usage.webSearchRequests());
            return new Charge.Metered(tokens, source, true, cost);
        } catch (ArithmeticException e) {
            return new Charge.AtReservation(true, "The reported usage would cost billions.");
        }
    }
}
