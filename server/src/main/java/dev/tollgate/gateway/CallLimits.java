package dev.tollgate.gateway;

import dev.tollgate.access.AccessDecider;
import dev.tollgate.budget.CallLimit;
import dev.tollgate.budget.Rate;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the rates that cover a call say of it by itself. */
final class CallLimits {
    private CallLimits() {}

    /** The rate with the lowest limit of one kind; null where none has such a limit. */
    static @Nullable Rate strictest(List<Rate> rates, ToLongFunction<CallLimit> limit) {
        Rate strictest = null;
        for (Rate rate : rates) {
            long most = limit.applyAsLong(rate.call());
            if (most > 0 && (strictest == null || most < limit.applyAsLong(strictest.call()))) {
                strictest = rate;
            }
        }
        return strictest;
    }

    /** Whether the rate allows the name as it was typed, or the candidate as it is. */
    static boolean allows(Rate rate, String requested, Candidate candidate) {
        List<String> globs = rate.call().models();
        return globs.isEmpty() || AccessDecider.anyMatches(globs, requested) || AccessDecider.permits(globs, candidate);
    }

    /** Whether it allows the models that server tools are to ask. */
    static boolean allowsToolModels(Rate rate, RequestFields fields) {
        List<String> globs = rate.call().models();
        return globs.isEmpty()
                || fields.toolModels().stream().allMatch(model -> AccessDecider.anyMatches(globs, model));
    }

    /** Whether so long a request may have more than that many tokens, so that it has to be counted. */
    static boolean mayPass(long bytes, long tokens) {
        return bytes > ContextFit.FEWEST_BYTES_PER_TOKEN * tokens;
    }

    /** What a prompt has at least, whichever candidate counts it; 0 where it cannot be read. Takes milliseconds. */
    static long leastInputTokens(
            TokenCounting counting,
            Protocol protocol,
            byte[] body,
            @Nullable String pathModel,
            List<Candidate> candidates,
            Dialect callers) {
        if (!(counting.read(protocol, body, pathModel) instanceof Outcome.Done<Request>(Request request))) {
            return 0;
        }
        return candidates.stream()
                .mapToLong(
                        candidate -> TokenCounting.estimator(request, candidate.provider(), candidate.model(), callers)
                                .estimate()
                                .atLeast())
                .min()
                .orElse(0);
    }
}
