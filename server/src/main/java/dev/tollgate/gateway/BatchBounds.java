package dev.tollgate.gateway;

import dev.tollgate.budget.Ceiling;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.dialects.BatchInspector;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Unwritten;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.tokens.TokenEstimator;
import java.util.Arrays;

/**
 * The most that each request of a batch may come to: a token for each byte of its prompt. Media are measured, and what lies elsewhere
 * is bounded by the model's window alone; only requests that may have such a part are read for it. No work for an event loop.
 */
final class BatchBounds {
    private final Services services;
    private final Asked asked;
    private final CatalogView catalog;

    BatchBounds(Services services, Asked asked, CatalogView catalog) {
        this.services = services;
        this.asked = asked;
        this.catalog = catalog;
    }

    Ceiling of(BatchInspector.Item item, Candidate candidate) {
        return Ceilings.ofBatched(item.fields(), inputTokens(item, candidate), candidate, catalog);
    }

    private long inputTokens(BatchInspector.Item item, Candidate candidate) {
        int end = item.start() + item.length();
        long window = Elsewhere.atMost(candidate);
        if (RetiredBeta.mayWiden(asked.headers(), candidate)) {
            window = Math.max(window, RetiredBeta.CONTEXT_TOKENS);
        }
        Unwritten unwritten = item.fields().unwritten();
        return Math.min(
                window,
                unwritten.elsewhere()
                        ? read(Arrays.copyOfRange(asked.body(), item.start(), end), candidate)
                        : item.length() + (unwritten.tools() ? Ceilings.PREAMBLE_TOKENS : 0));
    }

    /** As many tokens as its parts can have; beyond every window where they cannot all be seen. */
    private long read(byte[] params, Candidate candidate) {
        Outcome<Request> read = services.counting().read(Protocol.MESSAGES, params, null);
        if (!(read instanceof Outcome.Done<Request>(Request request)) || Elsewhere.is(request)) {
            return Long.MAX_VALUE;
        }
        TokenEstimator estimator =
                TokenCounting.estimator(request, candidate.provider(), candidate.model(), Dialect.ANTHROPIC);
        return estimator.textBytes() + services.margins().over(candidate, estimator.besideTexts());
    }
}
