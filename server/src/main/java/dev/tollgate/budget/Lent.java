package dev.tollgate.budget;

import dev.tollgate.kernel.Events;
import java.time.InstantSource;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The slices that may have something at hand, and when it goes back to the store because nobody spends it here.
 *
 * <p>A large part of a window goes back soon, so that a node that dies keeps little from the others. A small one stays for a while:
 * a budget that is called every minute would else draw before and return after each of its calls, two writes that a hundred thousand
 * such budgets would have to pay for. Nor is it looked at before it may be due.
 */
final class Lent {
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** For what {@link Slice#isSmall} says so of. */
    private static final long SMALL_IDLE_NANOS = TimeUnit.MINUTES.toNanos(10);
    /** Slices looked at in a step, of which there is one a second: well below a millisecond's work. */
    private static final int STEP = 5_000;
    /** Clocks are corrected by less than that all the time. */
    private static final long JUMP_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final Returns returns;
    private final Rewinds rewinds;
    private final InstantSource clock;
    private final Map<Slice, Purse> slices = new ConcurrentHashMap<>();
    /** Those that the next step looks at, whatever was planned for them. */
    private final Queue<Slice> soon = new ConcurrentLinkedQueue<>();
    /** The first one first. Of the one thread that tends, as are the next ones. */
    private final PriorityQueue<Look> looks = new PriorityQueue<>();

    private long tendedNanos;
    private long tendedMillis;

    /** What is planned for a slice, unless something else has been planned since. */
    private record Look(long atNanos, Slice slice) implements Comparable<Look> {
        @Override
        public int compareTo(Look other) {
            return Long.signum(atNanos - other.atNanos); // such clocks may pass the largest number
        }
    }

    Lent(SliceRows rows, Till till, Returns returns, Events events, InstantSource clock) {
        this.returns = returns;
        this.rewinds = new Rewinds(rows, till, events, clock, this::add);
        this.clock = clock;
    }

    void add(Hold.Part part) {
        slices.put(part.slice(), part.purse());
        claim(part.slice());
    }

    /** Something has come back to it. */
    void grown(Slice slice) {
        if (!slice.isSmall()) {
            claim(slice);
        }
    }

    private void claim(Slice slice) {
        if (slice.claimLook()) {
            soon.add(slice);
        }
    }

    /** What this node was granted is others' now. */
    void clear() {
        slices.clear();
    }

    /** Takes the next step: looks at those that are due. */
    void tend(long nowNanos) {
        long nowMillis = clock.millis();
        if (hasJumped(nowMillis, nowNanos)) {
            slices.keySet().forEach(slice -> plan(slice, nowNanos)); // windows may have ended, or be to come again
        }
        for (Slice slice = soon.poll(); slice != null; slice = soon.poll()) {
            slice.touched(); // what it has may be as much as at the last look, long ago
            plan(slice, nowNanos);
        }
        for (int i = 0; i < STEP && isDue(looks.peek(), nowNanos); i++) {
            Look look = looks.remove();
            if (look.slice.isPlanned(look.atNanos)) {
                look(look.slice, nowMillis, nowNanos);
            }
        }
    }

    /** A clock that was set ends windows before their time by the other clock, or begins them anew. */
    private boolean hasJumped(long nowMillis, long nowNanos) {
        long passed = TimeUnit.NANOSECONDS.toMillis(nowNanos - tendedNanos);
        boolean jumped = Math.abs(nowMillis - tendedMillis - passed) > JUMP_MILLIS;
        tendedNanos = nowNanos;
        tendedMillis = nowMillis;
        return jumped;
    }

    private static boolean isDue(@Nullable Look first, long nowNanos) {
        return first != null && first.atNanos - nowNanos <= 0;
    }

    private void plan(Slice slice, long atNanos) {
        slice.plan(atNanos);
        looks.add(new Look(atNanos, slice));
    }

    private void look(Slice slice, long nowMillis, long nowNanos) {
        Purse purse = slices.get(slice);
        if (purse == null || !goesOn(slice, purse, nowMillis, nowNanos, IDLE_NANOS, SMALL_IDLE_NANOS)) {
            slice.freeLook();
            if (slices.containsKey(slice)) {
                claim(slice); // it has just been added anew
            }
            return;
        }
        boolean patient = slice.isSmall() && slice.key().startMillis() <= nowMillis;
        long wait = patient ? SMALL_IDLE_NANOS : IDLE_NANOS;
        if (slice.endMillis() < Long.MAX_VALUE) {
            long left = TimeUnit.MILLISECONDS.toNanos(Math.max(0, slice.endMillis() - nowMillis));
            wait = Math.min(wait, left);
        }
        plan(slice, nowNanos + wait);
        if (patient) {
            slice.freeLook();
            grown(slice); // perhaps since it was looked at
        }
    }

    /** What nobody has touched for so long goes back, however little it is, and what windows that are over have left. */
    void returnIdle(long nowNanos, long idleNanos) {
        long nowMillis = clock.millis();
        slices.forEach((slice, purse) -> goesOn(slice, purse, nowMillis, nowNanos, idleNanos, idleNanos));
    }

    /** Gives back what is due of it; false where its window is over. */
    private boolean goesOn(
            Slice slice, Purse purse, long nowMillis, long nowNanos, long idleNanos, long smallIdleNanos) {
        if (purse.slice(nowMillis) != slice) {
            slice.end();
            slices.remove(slice);
            returns.add(slice);
            return false;
        }
        rewinds.look(slice, purse, nowMillis, nowNanos);
        if (slice.isIdle(nowNanos, idleNanos, smallIdleNanos)) {
            returns.add(slice);
        }
        return true;
    }

    /** Everything goes back. */
    void returnAll() {
        slices.keySet().forEach(returns::add);
    }
}
