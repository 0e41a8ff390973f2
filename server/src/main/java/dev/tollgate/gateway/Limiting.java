package dev.tollgate.gateway;

import dev.tollgate.budget.CallLimit;
import dev.tollgate.budget.Rate;
import dev.tollgate.budget.RateCover;
import dev.tollgate.budget.RatePass;
import dev.tollgate.budget.RateResult;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Model;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.gateway.Stages.Permitted;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Holds one call against the rates that cover it: first what it may be by itself (models, prompt, answer), then whether there is room
 * for it in this minute. All is in memory; only a prompt whose length leaves open whether it is too long is counted, elsewhere.
 */
final class Limiting {
    private final Services services;
    private final Context context;
    private final CallEnding ending;
    private final Consumer<Result> then;
    private Permitted permitted;

    /** What came of it. */
    sealed interface Result {
        /**
         * It is counted in the rates that cover it, and its ending knows.
         *
         * @param permitted the call as its limits allow it
         */
        record Admitted(Permitted permitted) implements Result {}

        /**
         * Nothing is held.
         *
         * @param retryAfterSeconds when it may be worth asking again; 0 where asking again does not help
         */
        record Refused(ErrorKind kind, String message, long retryAfterSeconds) implements Result {}
    }

    /** @param then told once, on the call's loop */
    Limiting(Services services, Context context, Permitted permitted, CallEnding ending, Consumer<Result> then) {
        this.services = services;
        this.context = context;
        this.permitted = permitted;
        this.ending = ending;
        this.then = then;
    }

    void run() {
        if (!services.rates().isInUse()) {
            then.accept(new Result.Admitted(permitted));
            return;
        }
        RateCover cover = services.rates().covering(permitted.start(), Places.of(permitted.candidates()));
        if (cover.isEmpty()) {
            then.accept(new Result.Admitted(permitted));
            return;
        }
        List<Rate> rates = cover.rates();
        List<Candidate> before = permitted.candidates();
        for (Rate rate : rates) {
            if (!rate.call().models().isEmpty() && !narrow(cover, rate)) {
                then.accept(new Result.Refused(
                        permitted.inbound().operation().dialect() == Dialect.ANTHROPIC
                                ? ErrorKind.INVALID_REQUEST
                                : ErrorKind.PERMISSION,
                        Texts.modelNotInRate(permitted.requested(), rate),
                        0));
                return;
            }
        }
        if (permitted.candidates().size() == before.size()) {
            judgeInput(cover, rates);
            return;
        }
        // What has been left out may have been all that a rate of a provider or a model covers.
        RateCover narrowed = services.rates().covering(permitted.start(), Places.of(permitted.candidates()));
        judgeInput(narrowed, narrowed.rates());
    }

    /** Leaves out the candidates whose models the rate does not allow; false if none is left, or a server tool asks another. */
    private boolean narrow(RateCover cover, Rate rate) {
        if (!CallLimits.allowsToolModels(rate, permitted.fields())) {
            return false;
        }
        List<Candidate> allowed = new ArrayList<>();
        List<String> notes = new ArrayList<>(permitted.notes());
        for (Candidate candidate : permitted.candidates()) {
            if (!cover.covers(rate, Places.of(candidate))
                    || CallLimits.allows(rate, permitted.requested(), candidate)) {
                allowed.add(candidate);
            } else {
                notes.add("route: without " + candidate.qualifiedName() + ", which the rate " + rate.id()
                        + " does not allow");
            }
        }
        if (!allowed.isEmpty() && allowed.size() < permitted.candidates().size()) {
            permitted = permitted.narrowed(allowed, notes);
        }
        return !allowed.isEmpty();
    }

    /** A prompt of few bytes for each token that it may have needs no look; else it is counted what it has at least. */
    private void judgeInput(RateCover cover, List<Rate> rates) {
        Rate rate = CallLimits.strictest(rates, CallLimit::maxInputTokens);
        Optional<Protocol> protocol = Protocol.of(permitted.inbound().operation());
        if (rate == null
                || protocol.isEmpty()
                || !CallLimits.mayPass(permitted.body().length, rate.call().maxInputTokens())) {
            boundOutput(cover, rates);
        } else {
            countInput(cover, rates, rate, protocol.get());
        }
    }

    private void countInput(RateCover cover, List<Rate> rates, Rate strictest, Protocol protocol) {
        services.counting()
                .work(
                        context,
                        () -> CallLimits.leastInputTokens(
                                services.counting(),
                                protocol,
                                permitted.body(),
                                permitted.inbound().pathModel(),
                                permitted.candidates(),
                                permitted.inbound().operation().dialect()),
                        0L,
                        tokens -> ending.guarded(() -> {
                            if (tokens > strictest.call().maxInputTokens()) {
                                refuse(Texts.promptOverRate(tokens, strictest));
                            } else {
                                boundOutput(cover, rates);
                            }
                        }));
    }

    private void boundOutput(RateCover cover, List<Rate> rates) {
        Operation operation = permitted.inbound().operation();
        Rate rate = CallLimits.strictest(rates, CallLimit::maxOutputTokens);
        if (rate != null && operation.generates() && !operation.embeds() && !lower(rate)) {
            refuse(Texts.answersOverRate(permitted.fields().choices(), rate));
        } else {
            enter(cover);
        }
    }

    private void refuse(String message) {
        then.accept(new Result.Refused(ErrorKind.INVALID_REQUEST, message, 0));
    }

    /** False where the request cannot be made to ask for as little. */
    private boolean lower(Rate rate) {
        long asked = permitted.fields().maxOutputTokens();
        long each =
                rate.call().maxOutputTokens() / Math.max(1, permitted.fields().choices());
        LongSummaryStatistics known = mostThatModelsWrite();
        if (each == 0) {
            return false;
        }
        if ((asked >= 0 ? asked : known.getMax()) <= each) {
            return true;
        }
        // Anthropic refuses an answer that is not longer than its thinking may be.
        if (permitted.fields().outputLimits().isEmpty()
                || each <= permitted.fields().thinkingBudget()) {
            return false;
        }
        List<String> notes = new ArrayList<>(permitted.notes());
        String field = Bounds.field(
                permitted.inbound().operation(), permitted.candidates().getFirst());
        notes.add(field + ": " + (asked < 0 ? "" : asked + " -> ") + each + ", the most that the rate " + rate.id()
                + " allows");
        permitted = permitted.bounded(permitted.bounds().atMost(each), notes);
        return true;
    }

    /** Each of the candidates, in one answer; without end where the catalog does not know it. */
    private LongSummaryStatistics mostThatModelsWrite() {
        return permitted.candidates().stream()
                .mapToLong(candidate -> services.catalog()
                        .view()
                        .model(candidate.provider().name(), candidate.model())
                        .map(Model::maxOutputTokens)
                        .filter(known -> known > 0)
                        .orElse(Long.MAX_VALUE))
                .summaryStatistics();
    }

    private void enter(RateCover cover) {
        RateResult result = cover.admit(estimatedInput());
        if (result instanceof RateResult.Admitted(RatePass pass)) {
            ending.admitted(pass); // first of all: whatever fails from here on, the place is freed
        }
        RateHeaders.put(
                cover,
                permitted.inbound().http().response().headers(),
                permitted.inbound().operation().dialect(),
                permitted.inbound().now());
        switch (result) {
            case RateResult.Admitted admitted -> then.accept(new Result.Admitted(permitted));
            case RateResult.Refused refused -> {
                long seconds = Math.max(1, Math.ceilDiv(refused.waitNanos(), 1_000_000_000L));
                then.accept(new Result.Refused(ErrorKind.RATE_LIMIT, Texts.rateUsedUp(refused, seconds), seconds));
            }
        }
    }

    /** At least 1, so that it counts as a call that uses tokens; 0 where tokens are but counted. */
    private long estimatedInput() {
        if (!permitted.inbound().operation().generates()) {
            return 0;
        }
        long most = 1;
        for (Candidate candidate : permitted.candidates()) {
            most = Math.max(most, Charges.estimatedInput(candidate, permitted.body().length));
        }
        return most;
    }
}
