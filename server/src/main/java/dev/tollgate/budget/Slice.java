package dev.tollgate.budget;

import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What this node may spend of one budget in one window without asking the store, in nano-US-dollars. Granted by the store, taken by
 * reservations, given back by settlements.
 */
final class Slice {
    private static final long BUSY_NANOS = 10_000_000_000L;

    /** A budget's window; in an order that all nodes keep when they change rows. */
    record Key(String budgetId, long startMillis) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::budgetId).thenComparingLong(Key::startMillis);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }

        /** Eight bytes that stand for it in the journal: FNV-1a, mixed, so that near ones differ in many bits. */
        long mark() {
            long hash = 0xcbf29ce484222325L;
            for (int i = 0; i < budgetId.length(); i++) {
                hash = (hash ^ budgetId.charAt(i)) * 0x100000001b3L;
            }
            hash ^= startMillis * 0x9e3779b97f4a7c15L;
            hash = (hash ^ (hash >>> 32)) * 0xd6e8feb86659fd93L;
            return hash ^ (hash >>> 32);
        }
    }

    private final Key key;
    private final long endMillis;
    private final long mark;
    private final AtomicLong free = new AtomicLong();
    /** By all nodes, as far as this one knows. Slices that take one another's place in a window count it together. */
    private final AtomicLong spent;

    /** Counts how often this node has lost all that it was granted. */
    private final AtomicLong forfeits;

    /** What a later window has cost this one: {@link Rewinds}. */
    private final AtomicLong owed = new AtomicLong();

    private final long bornAt;
    private volatile boolean retired;
    private long lastDrawNanos;
    private long lastDrawn;
    /** So much of it or less is small beside what was left of the window at the last draw. */
    private volatile long small;

    /** The limit under which it has refused a call, in nano-US-dollars; 0 where it has not. */
    private volatile long refusedUnder;

    /** Whether a look at it is planned within seconds. */
    private final AtomicBoolean lookPlanned = new AtomicBoolean();
    /** Of the one thread that looks. */
    private long plannedNanos;

    private long lastFree;
    private long lastFreeNanos;
    private boolean later;
    private long laterSinceNanos;

    /** @param forfeits the node's count of how often it has lost all that it was granted */
    Slice(Key key, long endMillis, AtomicLong forfeits) {
        this(key, endMillis, forfeits, new AtomicLong());
    }

    private Slice(Key key, long endMillis, AtomicLong forfeits, AtomicLong spent) {
        this.key = key;
        this.endMillis = endMillis;
        this.mark = key.mark();
        this.forfeits = forfeits;
        this.spent = spent;
        this.bornAt = forfeits.get();
    }

    /** Nothing is taken from it any more: what it has, and whatever comes back to it, belongs to the store. */
    void retire() {
        retired = true;
    }

    /** Another one for the same window, instead of this one. */
    Slice successor() {
        retire();
        Slice successor = new Slice(key, endMillis, forfeits, spent);
        long owes = owed.getAndSet(0);
        if (isForfeited()) {
            successor.owe(owes); // what was granted for that has been freed
        } else {
            successor.owed.set(owes);
        }
        return successor;
    }

    /** Its window is over. */
    void end() {
        retire();
        give(owed.getAndSet(0));
    }

    /** So much of the window has been spent already, elsewhere; it is granted before anything else, and goes back at the end. */
    void owe(long amountNanoUsd) {
        owed.addAndGet(amountNanoUsd);
        give(-amountNanoUsd);
    }

    /** Whether no refusal under this limit is known here: a flood of refused calls is not to reach the store. */
    boolean isFirstRefusal(long limitNanoUsd) {
        boolean first = refusedUnder != limitNanoUsd;
        refusedUnder = limitNanoUsd;
        return first;
    }

    boolean isRetired() {
        return retired;
    }

    /**
     * Whether what this node was granted has been given to others, because an operator took it for dead: nothing of it may be spent
     * any more, and what its calls in flight cost is a debt.
     */
    boolean isForfeited() {
        return bornAt != forfeits.get();
    }

    Key key() {
        return key;
    }

    /** {@link Key#mark} of its key. */
    long mark() {
        return mark;
    }

    /** {@link Long#MAX_VALUE} if never. */
    long endMillis() {
        return endMillis;
    }

    /** False, and nothing has changed, if there is not so much, or it is not for calls any more. */
    boolean take(long amountNanoUsd) {
        if (isForfeited()) {
            return false;
        }
        long seen = free.get();
        while (seen >= amountNanoUsd) {
            if (free.compareAndSet(seen, seen - amountNanoUsd)) {
                if (!retired) { // asked last: what has come back since it was retired is not for calls
                    return true;
                }
                give(amountNanoUsd);
                return false;
            }
            seen = free.get();
        }
        return false;
    }

    void give(long amountNanoUsd) {
        free.addAndGet(amountNanoUsd);
    }

    /**
     * Takes all that nobody holds, for the store. Where more was spent than held that is a debt, and negative: whoever takes it has to
     * cover it, and the slice is retired, because what its calls in flight then give back is what the window lacks.
     */
    long takeAll() {
        if (free() < 0) {
            retire(); // before it is emptied: what comes back from then on must not be taken
        }
        return retired ? free.getAndSet(0) : Math.max(0, free.getAndUpdate(seen -> Math.min(seen, 0)));
    }

    /** What nobody holds; negative where more was spent than held. */
    long free() {
        return free.get();
    }

    /** What calls may take of that; negative where a debt is to be covered first. */
    long atHand() {
        return retired ? Math.min(0, free()) : free();
    }

    long spent() {
        return spent.get();
    }

    /** Another part has been spent, durably; returns what has been in all. */
    long addSpent(long amountNanoUsd) {
        return spent.addAndGet(amountNanoUsd);
    }

    /** What was spent turns out to be more, or less, durably; returns what has been in all, as far as this node knows. */
    long correctSpent(long differenceNanoUsd) {
        return spent.updateAndGet(seen -> Math.max(0, seen + differenceNanoUsd));
    }

    /** What the store says of all nodes together. It may be behind by what is under way, but is never too much. */
    void spentAtLeast(long amountNanoUsd) {
        spent.accumulateAndGet(amountNanoUsd, Math::max);
    }

    /**
     * How much to ask for, so that the next calls need not ask: twice as much as it was granted the last time while that is soon used
     * up, else half.
     *
     * @param needed by those that ask now
     */
    synchronized long ahead(long needed, long nowNanos) {
        boolean busy = lastDrawn != 0 && nowNanos - lastDrawNanos < BUSY_NANOS;
        return Math.max(needed, Math.min(Ceiling.MOST_NANO_USD, busy ? lastDrawn * 2 : lastDrawn / 2));
    }

    /**
     * The store has granted it so much.
     *
     * @param smallNanoUsd what is small beside the rest of the window, in nano-US-dollars
     */
    synchronized void drew(long amountNanoUsd, long smallNanoUsd, long nowNanos) {
        lastDrawn = amountNanoUsd;
        lastDrawNanos = nowNanos;
        small = smallNanoUsd;
    }

    /**
     * Notes whether its window is still to come, by the clock. One thread does so, from time to time.
     *
     * @return since when that has been so
     */
    long later(boolean isLater, long nowNanos) {
        if (!isLater || !later) {
            later = isLater;
            laterSinceNanos = nowNanos;
        }
        return laterSinceNanos;
    }

    /**
     * Whether it has something at hand that has not changed for so long. One thread asks, from time to time.
     *
     * @param smallIdleNanos for so long if it is a small part of its window
     */
    boolean isIdle(long nowNanos, long idleNanos, long smallIdleNanos) {
        long present = free();
        if (present == 0 || present != lastFree) {
            lastFree = present;
            lastFreeNanos = nowNanos;
            return false;
        }
        return nowNanos - lastFreeNanos >= (isSmall(present) ? smallIdleNanos : idleNanos);
    }

    /** It has been idle for no time. By the thread that asks {@link #isIdle}. */
    void touched() {
        lastFree = 0;
    }

    /** Whether what it has at hand, if anything, is a small part of its window. */
    boolean isSmall() {
        return isSmall(free());
    }

    private boolean isSmall(long atHand) {
        return atHand >= 0 && atHand <= small; // a debt is never small: it is soon covered
    }

    /** True for the one who plans a look at it, where none is planned within seconds. */
    boolean claimLook() {
        return !lookPlanned.get() && lookPlanned.compareAndSet(false, true);
    }

    /** No look is planned within seconds. */
    void freeLook() {
        lookPlanned.set(false);
    }

    /** By one thread, as the next. */
    void plan(long atNanos) {
        plannedNanos = atNanos;
    }

    /** Whether nothing else has been planned since. */
    boolean isPlanned(long atNanos) {
        return plannedNanos == atNanos;
    }
}
