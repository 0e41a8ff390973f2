package dev.tollgate.identity.people;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Room for hashing passwords: some at once, in the order in which they came; a few more wait, and the rest is turned away at once. */
final class HashingRoom {
    private final Duration patience;
    private final Semaphore places;
    private final Semaphore turns;

    /**
     * A room.
     *
     * @param atOnce how many may hash
     * @param mostWaiting how many may wait besides
     * @param patience for how long
     */
    HashingRoom(int atOnce, int mostWaiting, Duration patience) {
        this.patience = patience;
        this.places = new Semaphore(atOnce + mostWaiting);
        this.turns = new Semaphore(atOnce, true);
    }

    /** What the work gives; empty if there was no room for it, or its turn did not come in time. Blocking. */
    <T> Optional<T> within(Supplier<T> work) {
        if (!places.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return inTurn(work);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            places.release();
        }
    }

    private <T> Optional<T> inTurn(Supplier<T> work) throws InterruptedException {
        if (!turns.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(work.get());
        } finally {
            turns.release();
        }
    }

    /** How many wait for their turn. */
    int waiting() {
        return turns.getQueueLength();
    }
}
