package dev.tollgate.gateway;

import dev.tollgate.budget.Ceiling;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.LongContext;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Price;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.dialects.ServerWork;
import dev.tollgate.dialects.Unwritten;
import dev.tollgate.gateway.Stages.Permitted;
import java.util.OptionalLong;

/** The most that a call may come to, at the dearest candidate that it is allowed to reach. */
final class Ceilings {
    /** Where neither the request nor the catalog bounds the answer. Few models take more as their {@code max_tokens}. */
    static final long UNKNOWN_OUTPUT_TOKENS = 16_384;

    /** No model takes more. */
    static final long UNKNOWN_WINDOW = 2_000_000;

    /**
     * What a provider puts before the prompt of a call that has tools: its instructions for them, and the schemas of those tools whose
     * schema is its own. The largest of Anthropic's together are some 3,000 (<a
     * href="https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview#pricing">pricing</a>).
     */
    static final long PREAMBLE_TOKENS = 4_096;

    private Ceilings() {}

    /** Of a call that no budget covers: its prompt and its answer, at the list's rates. */
    static Ceiling of(Permitted permitted, CatalogView catalog) {
        return of(permitted, catalog, ServerWork.NONE, 0);
    }

    /** Of a call that must stay within its bound: also with what lies elsewhere, and what it asks the provider to do beside. */
    static Ceiling covered(Permitted permitted, CatalogView catalog) {
        Unwritten unwritten = permitted.fields().unwritten();
        Ceiling ceiling = of(permitted, catalog, permitted.fields().work(), unwritten.tools() ? PREAMBLE_TOKENS : 0);
        return unwritten.elsewhere() ? ceiling.withInputOf(window(permitted)) : ceiling;
    }

    /** What the models take at most: a prompt that lies elsewhere is bounded by nothing else. */
    private static long window(Permitted permitted) {
        long widest = 0;
        for (Candidate candidate : permitted.candidates()) {
            widest = Math.max(widest, Elsewhere.atMost(candidate));
        }
        return widest;
    }

    /** @param unseen tokens of the prompt that are not in the body */
    private static Ceiling of(Permitted permitted, CatalogView catalog, ServerWork work, long unseen) {
        if (!permitted.inbound().operation().generates()) {
            return Ceiling.NOTHING;
        }
        long input = 0;
        long output = 0;
        long inputTokens = 0;
        long outputTokens = 0;
        long beside = 0;
        boolean priced = false;
        ServerWorkBound tools = work.tools().isEmpty()
                ? null
                : new ServerWorkBound(permitted.inbound().operation(), work, catalog);
        // A token is at least one byte of the body, so its length bounds the prompt, as does the model's context.
        long bodyBytes = permitted.body().length + unseen;
        for (Candidate candidate : permitted.candidates()) {
            inputTokens = Math.max(inputTokens, most(permitted, candidate, bodyBytes));
            Price price = candidate.price();
            if (price != null) {
                priced = true;
                Price asked = price.dearestAs(work.tier());
                input = Math.max(input, dearestInput(asked));
                output = Math.max(output, dearestOutput(asked));
                beside = Math.max(beside, tools == null ? 0 : tools.nanoUsd(candidate, asked));
                outputTokens = Math.max(
                        outputTokens,
                        outputTokens(permitted.fields(), permitted.bounds().outputTokens(), candidate, catalog));
            }
        }
        return new Ceiling(inputTokens, outputTokens, input, output, beside, priced);
    }

    private static long most(Permitted permitted, Candidate candidate, long bodyBytes) {
        if (permitted.inbound().operation().embeds()) {
            return bodyBytes; // the context bounds each of its inputs, not all
        }
        return RetiredBeta.mayWiden(permitted, candidate)
                ? Math.min(bodyBytes, Math.max(candidate.atMostContext(bodyBytes), RetiredBeta.CONTEXT_TOKENS))
                : candidate.atMostContext(bodyBytes);
    }

    /**
     * The most that one request of a batch may come to, at the price of batches.
     *
     * @param inputTokens the most that its prompt may have
     */
    static Ceiling ofBatched(RequestFields fields, long inputTokens, Candidate candidate, CatalogView catalog) {
        Price price = Charges.batchPrice(candidate);
        if (price == null) {
            return Ceiling.NOTHING;
        }
        ServerWorkBound tools = new ServerWorkBound(Operation.MESSAGES, fields.work(), catalog);
        return new Ceiling(
                inputTokens,
                outputTokens(fields, Long.MAX_VALUE, candidate, catalog),
                dearestInput(price),
                dearestOutput(price),
                tools.nanoUsd(candidate, price));
    }

    static long dearestInput(Price price) {
        LongContext tier = price.longContext();
        long dearest = Math.max(
                Math.max(price.inputNanoUsdPerMTok(), price.cacheReadNanoUsdPerMTok()),
                Math.max(price.cacheWrite5mNanoUsdPerMTok(), price.cacheWrite1hNanoUsdPerMTok()));
        return tier == null
                ? dearest
                : Math.max(
                        Math.max(dearest, Math.max(tier.inputNanoUsdPerMTok(), tier.cacheReadNanoUsdPerMTok())),
                        Math.max(tier.cacheWrite5mNanoUsdPerMTok(), tier.cacheWrite1hNanoUsdPerMTok()));
    }

    static long dearestOutput(Price price) {
        LongContext tier = price.longContext();
        return tier == null
                ? price.outputNanoUsdPerMTok()
                : Math.max(price.outputNanoUsdPerMTok(), tier.outputNanoUsdPerMTok());
    }

    private static long outputTokens(RequestFields fields, long most, Candidate candidate, CatalogView catalog) {
        long asked = fields.maxOutputTokens();
        long each = asked >= 0 ? asked : longest(candidate, catalog).orElse(UNKNOWN_OUTPUT_TOKENS);
        return Math.multiplyExact(Math.min(each, Math.min(most, 1_000_000_000L)), (long) Math.max(1, fields.choices()));
    }

    /** The longest answer of the model, where the catalog knows it. */
    static OptionalLong longest(Candidate candidate, CatalogView catalog) {
        long tokens = catalog.model(candidate.provider().name(), candidate.model())
                .map(Model::maxOutputTokens)
                .orElse(0L);
        return tokens > 0 ? OptionalLong.of(tokens) : OptionalLong.empty();
    }
}
