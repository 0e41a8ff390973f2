package dev.tollgate.budget;

import io.github.bucket4j.TimeMeter;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One rate in the memory of this node: its buckets, and how many of its calls are under way. Nothing here takes a lock. */
final class RateGauge implements Scoped {
    /** Nobody knows when a call ends. */
    private static final long WAIT_FOR_AN_END_NANOS = 1_000_000_000;

    private final RateShare share;
    private final TimeMeter time;
    private final AtomicLong underWay = new AtomicLong();
    private final LongAdder refused = new LongAdder();
    private volatile State state;

    /** Replaced as a whole, so that a call finds limits that belong together. A bucket that is null has no limit. */
    private record State(
            Rate rate,
            long concurrent,
            @Nullable RateBucket requests,
            @Nullable RateBucket input,
            @Nullable RateBucket output) {}

    RateGauge(Rate rate, RateShare share, TimeMeter time) {
        this.share = share;
        this.time = time;
        this.state = state(rate, null, null, null);
    }

    private State state(
            Rate rate, @Nullable RateBucket requests, @Nullable RateBucket input, @Nullable RateBucket output) {
        return new State(
                rate,
                share.of(rate, RateKind.CONCURRENT),
                bucket(rate, RateKind.REQUESTS, requests),
                bucket(rate, RateKind.INPUT_TOKENS, input),
                bucket(rate, RateKind.OUTPUT_TOKENS, output));
    }

    private @Nullable RateBucket bucket(Rate rate, RateKind kind, @Nullable RateBucket there) {
        long perMinute = share.of(rate, kind);
        if (perMinute == 0) {
            return null;
        }
        return there == null ? RateBucket.full(perMinute, time) : there.changed(perMinute);
    }

    /** The rate has been changed: its limits, never its scope. */
    void replace(Rate changed) {
        State old = state;
        state = state(changed, old.requests, old.input, old.output);
    }

    Rate rate() {
        return state.rate;
    }

    @Override
    public String id() {
        return state.rate.id();
    }

    @Override
    public Scope scope() {
        return state.rate.scope();
    }

    /** What came of asking one rate. */
    sealed interface Entry {
        record Entered(Part part) implements Entry {}

        record Full(RateResult.Refused refused) implements Entry {}
    }

    /**
     * Takes all that a call needs, or nothing.
     *
     * @param inputTokens 0 for a call that uses no tokens
     */
    Entry enter(long inputTokens) {
        State now = state;
        if (!begin(now.concurrent)) {
            return lacking(now, RateKind.CONCURRENT, now.concurrent, WAIT_FOR_AN_END_NANOS);
        }
        // What an answer will come to is not known: a call may go while the bucket is not empty, and leaves it in debt.
        if (now.output != null && inputTokens > 0 && now.output.available() <= 0) {
            underWay.decrementAndGet();
            return lacking(now, RateKind.OUTPUT_TOKENS, now.output.perMinute(), now.output.nanosUntil(1));
        }
        if (now.requests != null && !now.requests.take(1)) {
            underWay.decrementAndGet();
            return lacking(now, RateKind.REQUESTS, now.requests.perMinute(), now.requests.nanosUntil(1));
        }
        if (now.input != null && inputTokens > 0 && !now.input.take(inputTokens)) {
            giveBackRequest(now);
            underWay.decrementAndGet();
            return lacking(now, RateKind.INPUT_TOKENS, now.input.perMinute(), now.input.nanosUntil(inputTokens));
        }
        return new Entry.Entered(new Part(now, now.input == null ? 0 : now.input.asked(inputTokens)));
    }

    private boolean begin(long most) {
        while (true) {
            long present = underWay.get();
            if (most > 0 && present >= most) {
                return false;
            }
            if (underWay.compareAndSet(present, present + 1)) {
                return true;
            }
        }
    }

    private static void giveBackRequest(State from) {
        if (from.requests != null) {
            from.requests.giveBack(1);
        }
    }

    private static Entry lacking(State now, RateKind kind, long limit, long waitNanos) {
        return new Entry.Full(new RateResult.Refused(now.rate, kind, limit, waitNanos));
    }

    /** Of all that a call lacks here, what it has to wait for longest; null if it lacks nothing. */
    RateResult.@Nullable Refused shortage(long inputTokens) {
        State now = state;
        RateResult.Refused longest = now.concurrent > 0 && underWay.get() >= now.concurrent
                ? new RateResult.Refused(now.rate, RateKind.CONCURRENT, now.concurrent, WAIT_FOR_AN_END_NANOS)
                : null;
        longest = longer(longest, now, RateKind.REQUESTS, now.requests, 1);
        if (inputTokens > 0) {
            longest = longer(longest, now, RateKind.INPUT_TOKENS, now.input, inputTokens);
            longest = longer(longest, now, RateKind.OUTPUT_TOKENS, now.output, 1);
        }
        return longest;
    }

    private static RateResult.@Nullable Refused longer(
            RateResult.@Nullable Refused known, State now, RateKind kind, @Nullable RateBucket bucket, long tokens) {
        long wait = bucket == null ? 0 : bucket.nanosUntil(tokens);
        if (bucket == null || wait == 0) {
            return known;
        }
        RateResult.Refused refused = new RateResult.Refused(now.rate, kind, bucket.perMinute(), wait);
        return known == null ? refused : known.longer(refused);
    }

    void refusedOne() {
        refused.increment();
    }

    long refused() {
        return refused.sum();
    }

    long underWay() {
        return underWay.get();
    }

    /** Null where the rate has no such limit. */
    @Nullable
    RateStanding standing(RateKind kind) {
        State now = state;
        RateBucket bucket = switch (kind) {
            case REQUESTS -> now.requests;
            case INPUT_TOKENS -> now.input;
            case OUTPUT_TOKENS -> now.output;
            case CONCURRENT -> null;
        };
        return bucket == null ? null : bucket.standing();
    }

    /** What one call has taken here, of the buckets as they were when it came. */
    final class Part {
        private final State from;
        private final long inputTaken;

        private Part(State from, long inputTaken) {
            this.from = from;
            this.inputTaken = inputTaken;
        }

        /** Another rate has refused the call: it has never been. */
        void undo() {
            giveBackRequest(from);
            used(0, 0);
        }

        /** Nobody will learn what the call has used: the estimate stands. */
        void unknown() {
            underWay.decrementAndGet();
        }

        /** The call is over, and has used that. */
        void used(long inputTokens, long outputTokens) {
            if (from.input != null) {
                from.input.giveBack(inputTaken - inputTokens);
                from.input.charge(inputTokens - inputTaken);
            }
            if (from.output != null) {
                from.output.charge(outputTokens);
            }
            underWay.decrementAndGet();
        }

        Scope scope() {
            return RateGauge.this.scope();
        }
    }
}
