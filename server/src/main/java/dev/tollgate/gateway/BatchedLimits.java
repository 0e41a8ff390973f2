package dev.tollgate.gateway;

import dev.tollgate.budget.CallLimit;
import dev.tollgate.budget.Place;
import dev.tollgate.budget.Rate;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.BatchInspector;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.dialects.conversation.Protocol;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds one request of a batch against the limits of one call. What a call would be made to fit is refused here. */
final class BatchedLimits {
    private BatchedLimits() {}

    /** Why the request may not go to that candidate; null if it may. May take milliseconds. */
    static @Nullable String refusal(Services services, Asked asked, BatchInspector.Item item, Candidate candidate) {
        if (!services.rates().isInUse()) {
            return null;
        }
        Place place = Places.of(candidate);
        List<Rate> rates = services.rates()
                .covering(asked.payer(), asked.app(), List.of(place))
                .rates();
        RequestFields fields = item.fields();
        String requested = fields.model() == null ? candidate.model() : fields.model();
        for (Rate rate : rates) {
            if (!CallLimits.allows(rate, requested, candidate) || !CallLimits.allowsToolModels(rate, fields)) {
                return Texts.modelNotInRate(requested, rate);
            }
        }
        Rate output = CallLimits.strictest(rates, CallLimit::maxOutputTokens);
        if (output != null && fields.maxOutputTokens() > output.call().maxOutputTokens()) {
            return Texts.answerOverRate(fields.maxOutputTokens(), output);
        }
        return input(services, asked, item, candidate, CallLimits.strictest(rates, CallLimit::maxInputTokens));
    }

    private static @Nullable String input(
            Services services, Asked asked, BatchInspector.Item item, Candidate candidate, @Nullable Rate rate) {
        if (rate == null || !CallLimits.mayPass(item.length(), rate.call().maxInputTokens())) {
            return null;
        }
        int start = item.fields().bodyStart();
        byte[] body = Arrays.copyOfRange(asked.body(), start, start + item.length());
        long tokens = services.counting()
                .bounded(() -> CallLimits.leastInputTokens(
                        services.counting(), Protocol.MESSAGES, body, null, List.of(candidate), Dialect.ANTHROPIC));
        return tokens > rate.call().maxInputTokens() ? Texts.promptOverRate(tokens, rate) : null;
    }
}
