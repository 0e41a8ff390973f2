package dev.tollgate.gateway;

import dev.tollgate.catalog.Price;
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

    /** @param bodyBytes the request's length, for the prompt's estimate where the provider never said its input */
    static Charge of(UsageReading reading, @Nullable Price price, long bodyBytes) {
        return switch (reading) {
            case UsageReading.Reported(var usage) -> metered(usage, UsageSource.REPORTED, price);
            case UsageReading.Partial(var usage) -> metered(withInput(usage, bodyBytes), UsageSource.ESTIMATED, price);
            case UsageReading.Absent absent -> new Charge.AtReservation(price != null, "The answer carried no usage.");
            case UsageReading.Absurd(var field) ->
                new Charge.AtReservation(price != null, "The provider reported an impossible " + field + ".");
        };
    }

    private static Usage withInput(Usage usage, long bodyBytes) {
        if (usage.totalInputTokens() > 0) {
            return usage;
        }
        long input = Math.ceilDiv(bodyBytes, BYTES_PER_TOKEN);
        return new Usage(input, 0, 0, 0, usage.outputTokens(), usage.reasoningTokens(), usage.webSearchRequests());
    }

    private static Charge metered(Usage usage, UsageSource source, @Nullable Price price) {
        Tokens tokens = new Tokens(
                usage.inputTokens(),
                usage.cacheReadTokens(),
                usage.cacheWrite5mTokens(),
                usage.cacheWrite1hTokens(),
                usage.outputTokens(),
                usage.reasoningTokens(),
                usage.webSearchRequests());
        if (price == null) {
            return new Charge.Metered(tokens, source, false, 0);
        }
        try {
            long cost = price.costNanoUsd(
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
