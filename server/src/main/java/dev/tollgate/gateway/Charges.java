package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Discounts;
import dev.tollgate.catalog.Price;
import dev.tollgate.dialects.ServiceTier;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.UsageReading;
import dev.tollgate.gateway.Stages.Reserved;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Tokens;
import dev.tollgate.ledger.UsageSource;
import org.jspecify.annotations.Nullable;

/** From what an answer said of its usage to what is billed. */
final class Charges {
    /** English text and code run at about four bytes a token. */
    private static final int BYTES_PER_TOKEN = 4;

    /** Longer texts of most languages, and code, have more. */
    private static final int LEAST_BYTES_PER_TOKEN = 3;

    /** Faster than the models write that are dear. */
    private static final long TOKENS_PER_SECOND = 200;

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

    /**
     * Where a call was sent and not answered. One that budgets cover is charged so that it errs high: of what a provider bills whose
     * caller has hung up no documentation speaks.
     *
     * @param micros how long the provider has had it
     */
    static Charge unanswered(Reserved reserved, Candidate candidate, long bodyBytes, long micros) {
        if (!reserved.reservation().isCovered()) {
            return of(new UsageReading.Partial(Usage.ZERO), candidate, bodyBytes);
        }
        long input = candidate.atMostContext(Math.ceilDiv(bodyBytes, LEAST_BYTES_PER_TOKEN));
        Usage usage = new Usage(input, 0, 0, 0, writtenIn(reserved, micros), 0, 0);
        return within(reserved, atPrice(usage, UsageSource.ESTIMATED, asked(reserved, candidate)));
    }

    /**
     * Where an answer ended before it was whole: {@link #of}, but that the estimate of an answer which budgets cover errs high.
     *
     * @param micros how long the provider has had the call
     */
    static Charge cutOff(UsageReading reading, Reserved reserved, Candidate candidate, long bodyBytes, long micros) {
        if (!reserved.reservation().isCovered() || !(reading instanceof UsageReading.Partial(Usage usage))) {
            return of(reading, candidate, bodyBytes);
        }
        // Reasoning that is not shown is written before the first word.
        long output = usage.outputTokens() == 0
                ? writtenIn(reserved, micros)
                : usage.outputTokens() * BYTES_PER_TOKEN / LEAST_BYTES_PER_TOKEN;
        Usage high = usage.withOutputTokens(output);
        long input = candidate.atMostContext(Math.ceilDiv(bodyBytes, LEAST_BYTES_PER_TOKEN));
        Price price = usage.tier() == ServiceTier.STANDARD ? asked(reserved, candidate) : candidate.price();
        return within(reserved, charge(new UsageReading.Partial(high), price, input));
    }

    /** The price at the tier that the call asks for, where the answer has not said how it is served. */
    private static @Nullable Price asked(Reserved reserved, Candidate candidate) {
        Price price = candidate.price();
        return price == null
                ? null
                : price.dearestAs(reserved.permitted().fields().work().tier());
    }

    private static long writtenIn(Reserved reserved, long micros) {
        long most = Math.max(0, micros) / 1_000 * TOKENS_PER_SECOND / 1_000;
        return Math.min(reserved.ceiling().outputTokens(), most);
    }

    /** An estimate is never billed beyond what was held for the attempt: only a provider's own figures are. */
    static Charge within(Reserved reserved, Charge charge) {
        return charge
                                instanceof
                                Charge.Metered(
                                        Tokens tokens,
                                        UsageSource source,
                                        boolean priced,
                                        long cost,
                                        var discount)
                        && source == UsageSource.ESTIMATED
                        && cost > reserved.ceiling().nanoUsd()
                ? new Charge.AtReservation(priced, "By estimate it used more than was held for it.")
                : charge;
    }

    /**
     * What a call is charged that had attempts before the one that ended it.
     *
     * @param lost for those attempts, by estimate
     * @param boundNanoUsd what is held for all of them
     */
    static Charge withLost(Charge last, Charge lost, long boundNanoUsd) {
        if (lost instanceof Charge.AtReservation) {
            boolean overrun = last instanceof Charge.Metered metered && metered.costNanoUsd() > boundNanoUsd;
            return overrun ? last : lost; // the overrun is the provider's own figure
        }
        boolean inFull = last instanceof Charge.AtReservation held && held.priced();
        if (!(lost instanceof Charge.Metered before) || inFull) {
            return last;
        }
        Charge.Metered then = last instanceof Charge.Metered metered
                ? metered
                : new Charge.Metered(Tokens.NONE, UsageSource.ESTIMATED, before.priced(), 0);
        return new Charge.Metered(
                then.tokens().plus(before.tokens()),
                UsageSource.ESTIMATED,
                then.priced() || before.priced(),
                then.costNanoUsd() + before.costNanoUsd(),
                then.discountNanoUsd() + before.discountNanoUsd());
    }

    /** How much of what a call is charged is for attempts before the last one: nothing where it is charged its reservation. */
    static long forLost(Charge billed, Charge last) {
        return billed instanceof Charge.Metered all
                ? all.costNanoUsd() - (last instanceof Charge.Metered metered ? metered.costNanoUsd() : 0)
                : 0;
    }

    /** What an attempt may have cost that is charged so. */
    static long mayHaveCost(Charge charge, long boundNanoUsd) {
        return switch (charge) {
            case Charge.Metered metered -> metered.costNanoUsd();
            case Charge.AtReservation unknown -> unknown.priced() ? boundNanoUsd : 0;
            case Charge.Cached cached -> 0;
            case Charge.Free free -> 0;
        };
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

    /** The same with what the provider takes off for that account. What is billed at its reservation is not discounted. */
    static Charge discounted(Charge charge, Discounts discounts, String account, Candidate candidate, long atMillis) {
        return charge instanceof Charge.Metered metered
                ? discounted(metered, discounts, account, candidate, atMillis)
                : charge;
    }

    /**
     * The same of what is metered.
     *
     * @param atMillis when the call was made, in epoch milliseconds
     */
    static Charge.Metered discounted(
            Charge.Metered list, Discounts discounts, String account, Candidate candidate, long atMillis) {
        long off = discounts.off(account, candidate.provider().name(), candidate.model(), atMillis, list.costNanoUsd());
        return off == 0
                ? list
                : new Charge.Metered(list.tokens(), list.source(), list.priced(), list.costNanoUsd() - off, off);
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
