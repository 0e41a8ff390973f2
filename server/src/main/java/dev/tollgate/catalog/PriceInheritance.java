package dev.tollgate.catalog;

import dev.tollgate.kernel.Refusal;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A price that is set says little: input and output. The rest is what the model's price said until then, in the same proportion,
 * because a discount is negotiated on the whole list: a cache read that cost a tenth of the input still does.
 */
final class PriceInheritance {
    private PriceInheritance() {}

    /**
     * The price as it is kept.
     *
     * @param old the price that would hold on that day otherwise, or null; a model without one has caches at the input price,
     *     searches that cost nothing and no long-context tier
     * @throws Refusal if a rate is out of range, an inherited one included
     */
    static Price complete(NewPrice said, LocalDate since, @Nullable Price old) {
        long input = said.inputNanoUsdPerMTok();
        long output = said.outputNanoUsdPerMTok();
        try {
            long read =
                    rate(said.cacheReadNanoUsdPerMTok(), input, old, old == null ? 0 : old.cacheReadNanoUsdPerMTok());
            long write5m = rate(
                    said.cacheWrite5mNanoUsdPerMTok(), input, old, old == null ? 0 : old.cacheWrite5mNanoUsdPerMTok());
            long write1h = rate(
                    said.cacheWrite1hNanoUsdPerMTok(), input, old, old == null ? 0 : old.cacheWrite1hNanoUsdPerMTok());
            return new Price(
                    input,
                    output,
                    read,
                    write5m,
                    write1h,
                    old == null ? 0 : old.webSearchNanoUsdPerRequest(),
                    old == null ? SearchUnit.REQUEST : old.searchUnit(),
                    old == null ? null : tier(old, input, output, read, write5m, write1h),
                    old == null ? Map.of() : old.tierFactorsMillionths(),
                    since,
                    Price.OPERATOR);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(
                    "A price is between 0 and 1000000 US dollars per million tokens.", "Correct the amount.");
        }
    }

    private static long rate(@Nullable Long said, long input, @Nullable Price old, long oldRate) {
        if (said != null) {
            return said;
        }
        return old == null ? input : scaled(oldRate, input, old.inputNanoUsdPerMTok(), input);
    }

    /** Each rate of the tier keeps its proportion to the same rate of short prompts. */
    private static @Nullable LongContext tier(
            Price old, long input, long output, long read, long write5m, long write1h) {
        LongContext tier = old.longContext();
        return tier == null
                ? null
                : new LongContext(
                        tier.aboveTokens(),
                        scaled(tier.inputNanoUsdPerMTok(), input, old.inputNanoUsdPerMTok(), input),
                        scaled(tier.outputNanoUsdPerMTok(), output, old.outputNanoUsdPerMTok(), output),
                        scaled(tier.cacheReadNanoUsdPerMTok(), read, old.cacheReadNanoUsdPerMTok(), read),
                        scaled(tier.cacheWrite5mNanoUsdPerMTok(), write5m, old.cacheWrite5mNanoUsdPerMTok(), write5m),
                        scaled(tier.cacheWrite1hNanoUsdPerMTok(), write1h, old.cacheWrite1hNanoUsdPerMTok(), write1h));
    }

    /**
     * {@code rate × now ÷ before}, rounded half up to a whole nano-dollar.
     *
     * @param otherwise where {@code before} is 0, from which no proportion can be read
     */
    private static long scaled(long rate, long now, long before, long otherwise) {
        return before == 0 ? otherwise : Price.scaled(rate, now, before);
    }
}
