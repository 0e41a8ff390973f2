package dev.tollgate.gateway;

import dev.tollgate.access.AccessDecider;
import dev.tollgate.budget.Place;
import dev.tollgate.budget.Rate;
import dev.tollgate.budget.RateCover;
import dev.tollgate.budget.RatePass;
import dev.tollgate.budget.RateResult;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.ledger.CallStart;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
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
        /** @param permitted the call as its limits allow it */
        record Admitted(Permitted permitted, RatePass pass) implements Result {}

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
            then.accept(new Result.Admitted(permitted, RatePass.NONE));
            return;
        }
        CallStart start = CallStarts.of(permitted);
        RateCover cover = services.rates().covering(start, places(permitted.candidates()));
        if (cover.isEmpty()) {
            then.accept(new Result.Admitted(permitted, RatePass.NONE));
            return;
        }
        List<Rate> rates = cover.rates();
        for (Rate rate : rates) {
            if (!narrow(rate)) {
                then.accept(new Result.Refused(
                        permitted.inbound().operation().dialect() == Dialect.ANTHROPIC
                                ? ErrorKind.INVALID_REQUEST
                                : ErrorKind.PERMISSION,
                        Texts.modelNotInRate(permitted.requested(), rate),
                        0));
                return;
            }
        }
        // What has been left out may have been all that a rate of a provider or a model covers.
        RateCover narrowed = services.rates().covering(start, places(permitted.candidates()));
        judgeInput(narrowed, narrowed.rates());
    }

    private static List<Place> places(List<Candidate> candidates) {
        List<Place> places = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            places.add(new Place(candidate.provider().name(), candidate.model()));
        }
        return places;
    }

    /** Leaves out the candidates whose models the rate does not allow; false if none is left, or a server tool asks another. */
    private boolean narrow(Rate rate) {
        List<String> globs = rate.call().models();
        if (globs.isEmpty()) {
            return true;
        }
        for (String model : permitted.fields().toolModels()) {
            if (!AccessDecider.anyMatches(globs, model)) {
                return false;
            }
        }
        if (AccessDecider.anyMatches(globs, permitted.requested())) {
            return true;
        }
        List<Candidate> allowed = new ArrayList<>();
        List<String> notes = new ArrayList<>(permitted.notes());
        for (Candidate candidate : permitted.candidates()) {
            if (AccessDecider.permits(globs, candidate)) {
                allowed.add(candidate);
            } else {
                notes.add("route: without " + candidate.qualifiedName() + ", which the rate " + rate.id()
                        + " does not allow");
            }
        }
        if (allowed.isEmpty()) {
            return false;
        }
        if (allowed.size() < permitted.candidates().size()) {
            permitted = permitted.narrowed(allowed, notes);
        }
        return true;
    }

    /** A prompt of few bytes for each token that it may have needs no look; else it is counted what it has at least. */
    private void judgeInput(RateCover cover, List<Rate> rates) {
        Rate strictest = null;
        for (Rate rate : rates) {
            long most = rate.call().maxInputTokens();
            if (most > 0 && (strictest == null || most < strictest.call().maxInputTokens())) {
                strictest = rate;
            }
        }
        boolean sure = strictest == null
                || Protocol.of(permitted.inbound().operation()).isEmpty()
                || permitted.body().length
                        <= ContextFit.FEWEST_BYTES_PER_TOKEN
                                * strictest.call().maxInputTokens();
        if (sure) {
            boundOutput(cover, rates);
            return;
        }
        Rate judging = strictest;
        services.counting()
                .work(
                        context,
                        this::leastInputTokens,
                        0L,
                        tokens -> ending.guarded(() -> {
                            if (tokens > judging.call().maxInputTokens()) {
                                then.accept(new Result.Refused(
                                        ErrorKind.INVALID_REQUEST, Texts.promptOverRate(tokens, judging), 0));
                            } else {
                                boundOutput(cover, rates);
                            }
                        }));
    }

    /** What the prompt has at least, whichever candidate counts it; 0 where it cannot be read. */
    private long leastInputTokens() {
        Protocol protocol = Protocol.of(permitted.inbound().operation()).orElseThrow();
        if (!(services.counting()
                        .read(protocol, permitted.body(), permitted.inbound().pathModel())
                instanceof Outcome.Done<Request>(Request request))) {
            return 0;
        }
        long least = Long.MAX_VALUE;
        for (Candidate candidate : permitted.candidates()) {
            least = Math.min(
                    least,
                    TokenCounting.estimator(
                                    request,
                                    candidate.provider(),
                                    candidate.model(),
                                    permitted.inbound().operation().dialect())
                            .estimate()
                            .atLeast());
        }
        return least;
    }

    private void boundOutput(RateCover cover, List<Rate> rates) {
        Rate strictest = null;
        for (Rate rate : rates) {
            long most = rate.call().maxOutputTokens();
            if (most > 0 && (strictest == null || most < strictest.call().maxOutputTokens())) {
                strictest = rate;
            }
        }
        boolean bounds = strictest != null
                && permitted.inbound().operation().generates()
                && !permitted.inbound().operation().embeds();
        if (bounds && !lower(strictest)) {
            then.accept(
                    new Result.Refused(ErrorKind.INVALID_REQUEST, Texts.answerOverRate(permitted, strictest), 0));
            return;
        }
        enter(cover);
    }

    /** False where the request cannot be made to ask for as little. */
    private boolean lower(Rate rate) {
        long asked = permitted.fields().maxOutputTokens();
        long each = rate.call().maxOutputTokens() / Math.max(1, permitted.fields().choices());
        long known = mostThatModelsWrite();
        if (each == 0) {
            return false;
        }
        if ((asked >= 0 ? asked : known) <= each) {
            return true;
        }
        // A model refuses to be asked for more than it can write.
        Permitted lowered = AnswerBound.lowered(
                permitted,
                Math.min(each, known),
                asked < 0 ? null : asked,
                "the most that the rate " + rate.id() + " allows");
        if (lowered != null) {
            permitted = lowered;
        }
        return lowered != null;
    }

    /** By each of the candidates, in one answer; without end where the catalog does not know it. */
    private long mostThatModelsWrite() {
        long most = 0;
        for (Candidate candidate : permitted.candidates()) {
            long known = services.catalog()
                    .view()
                    .model(candidate.provider().name(), candidate.model())
                    .map(model -> model.maxOutputTokens())
                    .orElse(0L);
            most = Math.max(most, known > 0 ? known : Long.MAX_VALUE);
        }
        return most;
    }

    private void enter(RateCover cover) {
        RateResult result = cover.admit(estimatedInput());
        RateHeaders.put(
                cover,
                permitted.inbound().http().response().headers(),
                permitted.inbound().operation().dialect(),
                permitted.inbound().now());
        switch (result) {
            case RateResult.Admitted(RatePass pass) -> then.accept(new Result.Admitted(permitted, pass));
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
