package dev.tollgate.gateway;

import dev.tollgate.budget.Ceiling;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.LongContext;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Price;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.gateway.Stages.Permitted;

/** The most that a call may come to, at the dearest candidate that it is allowed to reach. */
final class Ceilings {
    /** Where neither the request nor the catalog bounds the answer. */
    private static final long DEFAULT_OUTPUT_TOKENS = 64_000;

    private Ceilings() {}

    static Ceiling of(Permitted permitted, CatalogView catalog) {
        if (!permitted.inbound().operation().generates()) {
            return Ceiling.NOTHING;
        }
        long input = 0;
        long output = 0;
        long inputTokens = 0;
        long outputTokens = 0;
        boolean priced = false;
        // A token is at least one byte of the body, so its length bounds the prompt, as does the model's context.
        long bodyBytes = permitted.body().length;
        for (Candidate candidate : permitted.candidates()) {
            inputTokens = Math.max(inputTokens, most(permitted, candidate, bodyBytes));
            Price price = candidate.price();
            if (price != null) {
                priced = true;
                input = Math.max(input, dearestInput(price));
                output = Math.max(output, dearestOutput(price));
                outputTokens = Math.max(outputTokens, outputTokens(permitted.fields(), candidate, catalog));
            }
        }
        return new Ceiling(inputTokens, outputTokens, input, output, 0, priced);
    }

    private static long most(Permitted permitted, Candidate candidate, long bodyBytes) {
        if (permitted.inbound().operation().embeds()) {
            return bodyBytes; // the context bounds each of its inputs, not all
        }
        return RetiredBeta.mayWiden(permitted, candidate)
                ? Math.min(bodyBytes, Math.max(candidate.atMostContext(bodyBytes), RetiredBeta.CONTEXT_TOKENS))
                : candidate.atMostContext(bodyBytes);
    }

    /** The most that one request of a batch may come to, in nano-US-dollars, at the price of batches. */
    static long ofBatched(RequestFields fields, long paramsBytes, Candidate candidate, CatalogView catalog) {
        Price price = Charges.batchPrice(candidate);
        return price == null
                ? 0
                : new Ceiling(
                                candidate.atMostContext(paramsBytes),
                                outputTokens(fields, candidate, catalog),
                                dearestInput(price),
                                dearestOutput(price),
                                0)
                        .nanoUsd();
    }

    private static long dearestInput(Price price) {
        LongContext tier = price.longContext();
        long dearest = Math.max(
                Math.max(price.inputNanoUsdPerMTok(), price.cacheReadNanoUsdPerMTok()),
                Math.max(price.cacheWrite5mNanoUsdPerMTok(), price.cacheWrite1hNanoUsdPerMTok()));
        return tier == null
                ? dearest
                : Math.max(
                        Math.max(dearest, tier.inputNanoUsdPerMTok()),
                        Math.max(tier.cacheWrite5mNanoUsdPerMTok(), tier.cacheWrite1hNanoUsdPerMTok()));
    }

    private static long dearestOutput(Price price) {
        LongContext tier = price.longContext();
        return tier == null
                ? price.outputNanoUsdPerMTok()
                : Math.max(price.outputNanoUsdPerMTok(), tier.outputNanoUsdPerMTok());
    }

    private static long outputTokens(RequestFields fields, Candidate candidate, CatalogView catalog) {
        long asked = fields.maxOutputTokens();
        long model = catalog.model(candidate.provider().name(), candidate.model())
                .map(Model::maxOutputTokens)
                .orElse(0L);
        long each = asked >= 0 ? asked : model > 0 ? model : DEFAULT_OUTPUT_TOKENS;
        return Math.multiplyExact(Math.min(each, 1_000_000_000L), (long) Math.max(1, fields.choices()));
    }
}
