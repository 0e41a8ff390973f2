package dev.tollgate.budget;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.ledger.CallStart;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of calls in flight: what was reserved and is not durably settled, in a memory-mapped file. To note a call is
 * a write to memory; the memory is the kernel's page cache, so it outlives the process, however that ends. What the next
 * start finds in it was in flight, and is settled at its reservation.
 *
 * <p>A power cut is another matter: the pages are pushed to the disk about once a second, and calls that were in flight for
 * less than that may be forgotten. No such call was acknowledged, because that waits for its settlement in the store.
 */
public final class InFlightJournal implements AutoCloseable {
    /** More calls than this are refused: 64 MiB of file, and about as much heap for their settlements. */
    public static final int MOST_IN_FLIGHT = 65_536;

    private static final Logger LOG = LoggerFactory.getLogger(InFlightJournal.class);
    private static final int MOST_SEGMENTS = MOST_IN_FLIGHT / JournalFile.SLOTS;

    private final JournalFile file;
    private final List<MemorySegment> segments = new CopyOnWriteArrayList<>();
    private final FreeSlots free = new FreeSlots();
    private final List<Leftover> leftovers = new ArrayList<>();
    private final LongAdder claimed = new LongAdder();
    private final LongAdder released = new LongAdder();
    private long forcedAt;
    private volatile boolean stuck;
    private volatile boolean closed;

    /** A slot that was in use when the last process ended. */
    record Leftover(JournalSlot slot, JournalSlot.Found found) {}

    /** What came of asking for a slot. */
    sealed interface Claim {
        record Granted(JournalSlot slot) implements Claim {}

        record Full() implements Claim {}

        record Fault(IOException cause) implements Claim {}
    }

    private InFlightJournal(JournalFile file) {
        this.file = file;
    }

    /**
     * Opens or creates {@code in-flight.journal} in the home.
     *
     * @throws Refusal if another process has it, or it cannot be opened
     */
    public static InFlightJournal open(Path home) {
        Path path = home.resolve("in-flight.journal");
        InFlightJournal journal = new InFlightJournal(JournalFile.open(path));
        try {
            int there = Math.max(1, journal.file.segments());
            for (int i = 0; i < there; i++) {
                journal.addSegment();
            }
            return journal;
        } catch (IOException e) {
            journal.close();
            throw Refusal.unavailable(
                    "The journal " + path + " cannot be mapped: " + e.getMessage(),
                    "Check that the home's disk has room.");
        }
    }

    private void addSegment() throws IOException {
        MemorySegment segment = file.mapNext();
        int first = segments.size() * JournalFile.SLOTS;
        segments.add(segment);
        for (int i = JournalFile.SLOTS - 1; i >= 0; i--) {
            MemorySegment memory = segment.asSlice((long) i * JournalSlot.BYTES, JournalSlot.BYTES);
            JournalSlot slot = new JournalSlot(memory, first + i);
            switch (slot.read()) {
                case JournalSlot.Found.Nothing nothing -> free.push(slot);
                case JournalSlot.Found.Call call -> leftovers.add(new Leftover(slot, call));
                case JournalSlot.Found.Torn torn -> leftovers.add(new Leftover(slot, torn));
            }
        }
    }

    /** What the last process left, as it was found at the opening; once. Each slot stays in use until it is released. */
    List<Leftover> takeLeftovers() {
        List<Leftover> found = List.copyOf(leftovers);
        leftovers.clear();
        return found;
    }

    /** Notes a call and what holds for it. Lock-free, unless the file has to grow. */
    Claim claim(CallStart start, long boundNanoUsd, boolean priced, Hold hold) {
        JournalSlot slot = free.pop();
        if (slot == null) {
            try {
                slot = grow();
            } catch (IOException e) {
                if (!stuck) {
                    stuck = true; // said once, not at every call
                    LOG.error("The journal {} cannot grow; calls are refused", file, e);
                }
                return new Claim.Fault(e);
            }
            if (slot == null) {
                return new Claim.Full();
            }
        }
        slot.occupy(start, boundNanoUsd, priced, hold.parts());
        claimed.increment();
        return new Claim.Granted(slot);
    }

    private synchronized @Nullable JournalSlot grow() throws IOException {
        JournalSlot slot = free.pop(); // another thread may have grown it while this one waited
        while (slot == null && segments.size() < MOST_SEGMENTS) {
            addSegment();
            stuck = false;
            slot = free.pop();
        }
        return slot;
    }

    /** Forgets a call, after its settlement has become durable. */
    void release(JournalSlot slot) {
        released.increment();
        if (!closed) { // else the next start finds that it is settled already
            slot.free();
            free.push(slot);
        }
    }

    /** Forgets a leftover, after it has been settled. */
    void releaseLeftover(JournalSlot slot) {
        slot.free();
        free.push(slot);
    }

    /** Its own alone, and the same after every start: the node's id, as budgets know it. */
    public String id() {
        return file.id();
    }

    /** Calls of this process that are in flight or wait for their settlement. */
    public int inFlight() {
        return (int) (claimed.sum() - released.sum());
    }

    /** Pushes to the disk what has changed since the last time. Blocking; one thread at a time. */
    void force() {
        long changes = claimed.sum() + released.sum();
        if (changes != forcedAt) {
            forcedAt = changes;
            segments.forEach(MemorySegment::force);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            file.close();
        }
    }
}
