package dev.tollgate.kernel.store;

import dev.tollgate.kernel.Refusal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes whatever has gathered while the last commit was on its way to the disk and
 * commits that together: under load one disk sync serves hundreds of calls, and alone a call waits for just its own.
 *
 * <p>If a group fails because of one of its units, it is rolled back and its units run again in smaller groups, the
 * faulty one alone, so that it costs nobody else anything. Units must therefore change nothing but the store. If the
 * store is away, the whole group is told so at once: to wait for a connection again for each unit would take hours.
 *
 * <p>A group that the database gave up for another transaction (SQLSTATE class 40) runs again as a whole, some times, after
 * pauses. Between our own writers there are no such conflicts: see {@link WriteSession#begin}.
 */
final class GroupCommitWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitWriter.class);
    private static final int MAX_GROUP = 1024;
    /** Beyond this, work is refused instead of queued: at 10,000 commits a second it is 10 s of waiting. */
    private static final int MAX_QUEUED = 100_000;
    /**
     * The least time from one commit's start to the next one's. A commit costs some 200 µs of processor time however
     * few rows it carries; without a pace the writer would spend a whole core on commits of three rows each. A write that
     * comes after a pause is committed at once.
     */
    private static final long PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(1_000);
    /**
     * The pace while groups are large: then a commit's cost is shared by so many that waiting for more would be the only way
     * to make it cheaper still, and a call waits a millisecond longer on a gate that is busy anyway.
     */
    private static final long BUSY_PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(3_000);
    /** Writes in one group from which on the gate is busy: several thousand a second. */
    private static final int BUSY_GROUP = 4;

    /** How often a group is repeated that lost against another transaction: a quarter of a second in all. */
    private static final int MAX_REPEATS = 5;
    /** Before the first repetition at most; each time twice as much. The random part lets two who met part. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(30);

    /** A unit of writing and who waits for it. */
    record Pending(Store.Unit unit, Store.Callback callback) {}

    private static final Pending STOP = new Pending(tx -> {}, failure -> {});

    private final DataSource source;
    private final boolean manyWriters;
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>(MAX_QUEUED);
    private final Thread thread = Thread.ofPlatform().name("store-writer").unstarted(this);
    private @Nullable WriteSession session;
    private volatile boolean stopping;
    private volatile boolean ended;

    /** @param manyWriters whether other processes write to the same database at the same time */
    GroupCommitWriter(DataSource source, boolean manyWriters) {
        this.source = source;
        this.manyWriters = manyWriters;
    }

    void start() {
        thread.start();
    }

    /** False if the queue is full or the writer has stopped; the callback is then never called. */
    boolean offer(Pending pending) {
        if (stopping || !queue.offer(pending)) {
            return false;
        }
        // Whoever gets it out of the queue after the writer's end answers for it: the writer's last sweep, or we.
        return !ended || !queue.remove(pending);
    }

    int queued() {
        return queue.size();
    }

    boolean onThisThread() {
        return Thread.currentThread().equals(thread);
    }

    @Override
    public void run() {
        List<Pending> group = new ArrayList<>(MAX_GROUP);
        long nextCommit = System.nanoTime();
        boolean running = true;
        while (running) {
            try {
                group.add(queue.take());
            } catch (InterruptedException e) {
                continue; // nobody interrupts this thread to stop it: STOP does
            }
            gatherUntil(nextCommit);
            long begun = System.nanoTime();
            queue.drainTo(group, MAX_GROUP - 1);
            nextCommit = begun + (group.size() < BUSY_GROUP ? PACE_NANOS : BUSY_PACE_NANOS);
            running = !group.remove(STOP);
            write(group);
            group.clear();
        }
        ended = true;
        queue.drainTo(group);
        acknowledge(group, StoreUnavailable.away("The store is closed.", new IllegalStateException("closed")));
        release();
    }

    /** Asleep by the clock rather than on the queue: whoever adds to it need not pay for waking this thread. */
    private void gatherUntil(long nanoTime) {
        long left = nanoTime - System.nanoTime();
        while (left > 0 && queue.size() < MAX_GROUP && !stopping) {
            LockSupport.parkNanos(left);
            left = nanoTime - System.nanoTime();
        }
    }

    /**
     * Why a group is not durable.
     *
     * @param at by which unit; -1 if that showed only when the batches were sent
     */
    private record Failure(Throwable cause, StoreFaults.Fault fault, int at) {}

    private void write(List<Pending> group) {
        if (group.isEmpty()) {
            return;
        }
        Failure failure = attemptRepeatedly(group);
        if (failure == null) {
            acknowledge(group, null);
        } else if (failure.fault == StoreFaults.Fault.STORE) {
            LOG.warn("The store takes no writes: {}", failure.cause.toString());
            acknowledge(group, StoreUnavailable.away("The store takes no writes.", failure.cause));
        } else if (group.size() > 1) {
            writeApart(group, failure);
        } else if (failure.fault == StoreFaults.Fault.CONFLICT) {
            LOG.warn("A write lost {} times against others: {}", MAX_REPEATS + 1, failure.cause.toString());
            acknowledge(group, StoreUnavailable.away("The store was busy with other writes.", failure.cause));
        } else {
            acknowledge(group, StoreUnavailable.rejected(failure.cause));
        }
    }

    private @Nullable Failure attemptRepeatedly(List<Pending> group) {
        Failure failure = attempt(group);
        for (int n = 0; n < MAX_REPEATS && failure != null && failure.fault == StoreFaults.Fault.CONFLICT; n++) {
            LOG.info(
                    "A group of {} writes lost against another and is repeated: {}",
                    group.size(),
                    failure.cause.toString());
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS << n));
            failure = attempt(group);
        }
        return failure;
    }

    /** In the order in which they came: what is before the faulty unit, itself, the rest; or in halves until it shows. */
    private void writeApart(List<Pending> group, Failure failure) {
        if (!(failure.cause instanceof Refusal)) {
            LOG.warn(
                    "A group of {} writes failed and is repeated in parts: {}", group.size(), failure.cause.toString());
        }
        if (failure.at < 0) {
            int half = group.size() / 2;
            write(group.subList(0, half));
            write(group.subList(half, group.size()));
        } else {
            write(group.subList(0, failure.at));
            write(group.subList(failure.at, failure.at + 1));
            write(group.subList(failure.at + 1, group.size()));
        }
    }

    private @Nullable Failure attempt(List<Pending> group) {
        WriteSession tx = null;
        int at = -1;
        try {
            tx = open();
            tx.begin();
            for (at = 0; at < group.size(); at++) {
                group.get(at).unit.run(tx);
            }
            at = -1;
            tx.commit();
            return null;
        } catch (Throwable e) { // whatever it is: a writer that died would leave every caller waiting for ever
            boolean connected = tx != null && undo(tx);
            return new Failure(e, connected ? StoreFaults.of(e) : StoreFaults.Fault.STORE, at);
        }
    }

    private WriteSession open() throws SQLException {
        WriteSession current = session;
        if (current == null) {
            Handle handle = Jdbi.open(source.getConnection());
            StoreFaults.withoutValues(handle);
            current = new WriteSession(handle, manyWriters);
            session = current;
        }
        return current;
    }

    /** False if the connection is gone; the next group asks for another. */
    private boolean undo(WriteSession tx) {
        try {
            tx.rollback();
            return true;
        } catch (SQLException | RuntimeException e) {
            release();
            return false;
        }
    }

    private void release() {
        WriteSession current = session;
        session = null;
        if (current != null) {
            try {
                current.close();
            } catch (RuntimeException e) {
                LOG.debug("The writer's connection did not close: {}", e.toString());
            }
        }
    }

    private static void acknowledge(List<Pending> group, @Nullable StoreUnavailable failure) {
        for (Pending pending : group) {
            try {
                pending.callback.done(failure);
            } catch (Throwable e) {
                LOG.error("Whoever waited for a write failed to take its outcome", e);
            }
        }
    }

    /** Writes what is queued, then stops. */
    void stop() throws InterruptedException {
        stopping = true;
        queue.put(STOP);
        LockSupport.unpark(thread);
        thread.join(STOP_MILLIS);
    }
}
