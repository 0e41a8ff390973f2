package dev.tollgate.gateway;

import dev.tollgate.budget.Ceiling;
import dev.tollgate.budget.Cover;
import dev.tollgate.budget.ReservationResult;
import dev.tollgate.budget.ReservationResult.Exhausted;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.gateway.Stages.Reserved;
import dev.tollgate.ledger.CallStart;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds the money for one call. Mostly its bound fits at once: a byte of the prompt for each token, and the longest answer that it
 * allows. Where that is more than a budget has left, the prompt is counted, and if need be the answer is bounded to what can still be
 * paid; only then is the call refused.
 */
final class Reserving {
    /** Shorter answers help nobody. */
    private static final long LEAST_OUTPUT_TOKENS = 64;

    /** Others may be quicker; each try asks for less than the one before. */
    private static final int MOST_TRIES = 5;

    private final Services services;
    private final Context context;
    private final CallEnding ending;
    private final Consumer<Result> then;
    private final CallStart start;
    private Cover cover;
    private Permitted permitted;
    private int tries;
    private boolean counted;
    private Map<String, Long> countedTokens = Map.of();

    /** What came of it. */
    sealed interface Result {
        record Held(Reserved reserved) implements Result {}

        /** Nothing is held. */
        record Refused(Unheld why) implements Result {}
    }

    /** @param then told once, on the call's loop */
    Reserving(Services services, Context context, Permitted permitted, CallEnding ending, Consumer<Result> then) {
        this.services = services;
        this.context = context;
        this.ending = ending;
        this.then = then;
        this.start = permitted.start();
        this.permitted = permitted;
        this.cover = services.desk().cover(start, Places.billed(permitted));
    }

    void run() {
        CatalogView catalog = services.catalog().view();
        if (cover.isEmpty()) {
            ask(Ceilings.of(permitted, catalog));
            return;
        }
        if (permitted.candidates().stream().anyMatch(candidate -> candidate.price() == null) && cover.demandsPrices()) {
            leaveOutUnpriced();
        }
        permitted = permitted.bounded(permitted.bounds().ofPaid(), permitted.notes());
        ask(Ceilings.covered(permitted, catalog));
    }

    /** Where a budget demands prices, the call goes to those candidates that have one; if none has, the budget refuses it. */
    private void leaveOutUnpriced() {
        List<Candidate> priced = permitted.candidates().stream()
                .filter(candidate -> candidate.price() != null)
                .toList();
        if (priced.isEmpty()) {
            return;
        }
        List<String> notes = new ArrayList<>(permitted.notes());
        permitted.candidates().stream()
                .filter(candidate -> candidate.price() == null)
                .forEach(
                        candidate -> notes.add("route: without " + candidate.qualifiedName() + ", which has no price"));
        permitted = permitted.narrowed(priced, notes);
        cover = services.desk()
                .cover(start, Places.billed(permitted)); // a budget of those that are left out has no part in it
    }

    private void ask(Ceiling ceiling) {
        tries++;
        Thread loop = Thread.currentThread();
        services.desk().reserve(start, cover, ceiling, result -> {
            if (Thread.currentThread().equals(loop)) {
                judge(result, ceiling);
            } else {
                context.runOnContext(hopped -> ending.guarded(() -> judge(result, ceiling)));
            }
        });
    }

    private void judge(ReservationResult result, Ceiling ceiling) {
        switch (result) {
            case ReservationResult.Reserved(var reservation) ->
                then.accept(new Result.Held(new Reserved(permitted, reservation, ceiling, countedTokens)));
            case Exhausted exhausted -> exhausted(exhausted, ceiling);
            case ReservationResult.Refused refused -> refuse(refused, ceiling);
            case ReservationResult.Unpriced unpriced -> refuse(unpriced, ceiling);
        }
    }

    private void exhausted(Exhausted exhausted, Ceiling ceiling) {
        if (tries >= MOST_TRIES) {
            refuse(exhausted, ceiling);
        } else if (!counted && Protocol.of(permitted.inbound().operation()).isPresent()) {
            counted = true;
            services.counting()
                    .work(
                            context,
                            this::count,
                            Count.UNKNOWN,
                            count -> ending.guarded(() -> counted(count, exhausted, ceiling)));
        } else {
            shorten(exhausted, ceiling);
        }
    }

    private void counted(Count count, Exhausted exhausted, Ceiling ceiling) {
        countedTokens = count.tokens();
        Ceiling known = countedTokens.isEmpty() ? ceiling : ceiling.withInput(count.atMost());
        if (known.nanoUsd() <= exhausted.leftNanoUsd()) {
            ask(known);
        } else {
            shorten(exhausted, known);
        }
    }

    /**
     * The prompt's tokens.
     *
     * @param tokens as the gate counts for each candidate, by their qualified names; empty if it cannot
     * @param atMost as the provider may count that counts most
     */
    private record Count(Map<String, Long> tokens, long atMost) {
        static final Count UNKNOWN = new Count(Map.of(), 0);
    }

    private Count count() {
        Protocol protocol = Protocol.of(permitted.inbound().operation()).orElseThrow();
        Outcome<Request> read = services.counting()
                .read(protocol, permitted.body(), permitted.inbound().pathModel());
        if (!(read instanceof Outcome.Done<Request>(Request request)) || Elsewhere.is(request)) {
            return Count.UNKNOWN;
        }
        Map<String, Long> counts = new HashMap<>();
        long atMost = 0;
        for (Candidate candidate : permitted.candidates()) {
            long tokens = TokenCounting.estimator(
                            request,
                            candidate.provider(),
                            candidate.model(),
                            permitted.inbound().operation().dialect())
                    .estimate()
                    .tokens();
            counts.put(candidate.qualifiedName(), tokens);
            atMost = Math.max(atMost, services.margins().over(candidate, tokens));
        }
        return new Count(counts, atMost);
    }

    /** Bounds the answer to what the budget can pay. */
    private void shorten(Exhausted exhausted, Ceiling ceiling) {
        int choices = Math.max(1, permitted.fields().choices());
        long affordable = ceiling.outputTokensFor(exhausted.leftNanoUsd()) / choices;
        long asked = ceiling.outputTokens() / choices;
        // Anthropic refuses an answer that is not longer than its thinking may be.
        boolean tooShort = affordable < LEAST_OUTPUT_TOKENS
                || affordable <= permitted.fields().thinkingBudget();
        if (tooShort || affordable >= asked || permitted.fields().outputLimits().isEmpty()) {
            refuse(exhausted, ceiling);
            return;
        }
        List<String> notes = new ArrayList<>(permitted.notes());
        String field = Bounds.field(
                permitted.inbound().operation(), permitted.candidates().getFirst());
        notes.add(field + ": " + asked + " -> " + affordable + ", what the budget "
                + exhausted.budget().id() + " can still pay");
        permitted = permitted.bounded(permitted.bounds().atMost(affordable), notes);
        ask(ceiling.withOutput(affordable * choices));
    }

    private void refuse(ReservationResult refusal, Ceiling ceiling) {
        then.accept(new Result.Refused(
                Unheld.of(services, start.requestId(), permitted.requested(), refusal, ceiling.nanoUsd())));
    }
}
