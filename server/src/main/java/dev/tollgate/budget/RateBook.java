package dev.tollgate.budget;

import dev.tollgate.identity.Globs;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Rates as operators set them. Everything here blocks. */
public final class RateBook {
    /** Below what a token bucket can count: one token a nanosecond. */
    private static final long MOST = 10_000_000_000L;

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final RateDesk desk;
    /** The desk follows the store in the order of the commits. */
    private final ReentrantLock changing = new ReentrantLock();

    public RateBook(Store store, AuditTrail audit, InstantSource clock, RateDesk desk) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.desk = desk;
    }

    /**
     * How a rate stands on this node; where it has no limit of a kind, null.
     *
     * @param underWay calls at this moment
     * @param refused calls, since the process started
     */
    public record Status(
            Rate rate,
            @Nullable RateStanding requests,
            @Nullable RateStanding inputTokens,
            @Nullable RateStanding outputTokens,
            long underWay,
            long refused) {}

    /**
     * Makes a rate, or changes all limits of the one that has the same scope; what has been used of those that it had stays used. It
     * holds for every call that comes to this node after this returns; on others {@link LimitNews} tells.
     *
     * @param wanted its id and its time of making are not looked at
     * @return as it is now in force
     * @throws Refusal if it is not well formed
     */
    public Rate set(Rate wanted, String actor) {
        List<String> models = require(wanted);
        changing.lock();
        try {
            Rate set = store.write(tx -> {
                Optional<Rate> there = RateRows.find(tx.handle(), wanted.scope());
                Rate result = result(wanted, models, there);
                RateRows.put(tx.handle(), result, LimitRows.nextChange(tx.handle()));
                String action = there.isPresent() ? "rate.changed" : "rate.created";
                audit.record(tx, actor, action, result.id(), describe(result));
                return result;
            });
            desk.put(set);
            return set;
        } finally {
            changing.unlock();
        }
    }

    private static List<String> require(Rate wanted) {
        boolean tooMuch = LongStream.of(
                        wanted.requestsPerMinute(),
                        wanted.inputTokensPerMinute(),
                        wanted.outputTokensPerMinute(),
                        wanted.concurrent(),
                        wanted.call().maxInputTokens(),
                        wanted.call().maxOutputTokens())
                .anyMatch(limit -> limit > MOST);
        if (tooMuch) {
            throw Refusal.invalid("A limit is ten thousand million at most.", "Give a smaller one, or leave it out.");
        }
        return Globs.require(wanted.call().models());
    }

    private Rate result(Rate wanted, List<String> models, Optional<Rate> there) {
        long now = clock.millis();
        return new Rate(
                there.map(Rate::id).orElseGet(() -> Ids.sortable("rat", now)),
                wanted.scope(),
                there.map(Rate::keyName).orElse(wanted.keyName()),
                there.map(Rate::memberEmail).orElse(wanted.memberEmail()),
                wanted.requestsPerMinute(),
                wanted.inputTokensPerMinute(),
                wanted.outputTokensPerMinute(),
                wanted.concurrent(),
                new CallLimit(wanted.call().maxInputTokens(), wanted.call().maxOutputTokens(), models),
                there.map(Rate::createdAtMillis).orElse(now));
    }

    /**
     * Ends a rate; calls that come to this node after this returns are not held to it.
     *
     * @throws Refusal if there is none of that id
     */
    public void remove(String id, String actor) {
        changing.lock();
        try {
            store.write(tx -> {
                Rate rate = RateRows.find(tx.handle(), id).orElseThrow(RateBook::unknown);
                RateRows.remove(tx.handle(), id, clock.millis(), LimitRows.nextChange(tx.handle()));
                audit.record(tx, actor, "rate.removed", id, describe(rate));
                return rate;
            });
            desk.remove(id);
        } finally {
            changing.unlock();
        }
    }

    /** Takes into force what was changed after that number, on whichever node. */
    void catchUp(long change) {
        changing.lock();
        try {
            for (RateRows.Changed each : store.read(handle -> RateRows.changedAfter(handle, change))) {
                if (each.removed()) {
                    desk.remove(each.rate().id());
                } else {
                    desk.put(each.rate());
                }
            }
        } finally {
            changing.unlock();
        }
    }

    private static Refusal unknown() {
        return Refusal.notFound("There is no such rate.", "List them: ./tollgate rate list");
    }

    /** Those in force, in the order in which they were made. */
    public List<Status> list() {
        return store.read(RateRows::inForce).stream().map(this::status).toList();
    }

    /**
     * One that is in force.
     *
     * @throws Refusal if there is none of that id
     */
    public Status show(String id) {
        return status(store.read(handle -> RateRows.find(handle, id)).orElseThrow(RateBook::unknown));
    }

    private Status status(Rate rate) {
        RateGauge gauge = desk.gauge(rate.id());
        return gauge == null // it has just been removed
                ? new Status(rate, null, null, null, 0, 0)
                : new Status(
                        rate,
                        gauge.standing(RateKind.REQUESTS),
                        gauge.standing(RateKind.INPUT_TOKENS),
                        gauge.standing(RateKind.OUTPUT_TOKENS),
                        gauge.underWay(),
                        gauge.refused());
    }

    private static String describe(Rate rate) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("account", rate.scope().account());
        fields.put("member", rate.scope().member());
        fields.put("app", rate.scope().app());
        fields.put("feature", rate.scope().feature());
        fields.put("key", rate.scope().keyId());
        fields.put("provider", rate.scope().provider());
        fields.put("model", rate.scope().model());
        fields.put("requests_per_minute", rate.requestsPerMinute());
        fields.put("input_tokens_per_minute", rate.inputTokensPerMinute());
        fields.put("output_tokens_per_minute", rate.outputTokensPerMinute());
        fields.put("concurrent", rate.concurrent());
        fields.put("max_input_tokens", rate.call().maxInputTokens());
        fields.put("max_output_tokens", rate.call().maxOutputTokens());
        fields.put("models", rate.call().models());
        fields.values().removeIf(value -> Long.valueOf(0).equals(value));
        return Json.MAPPER.writeValueAsString(fields);
    }
}
