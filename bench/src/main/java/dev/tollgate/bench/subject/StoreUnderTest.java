package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.stats.LatencyHistogram;
import dev.tollgate.budget.Reservation;
import dev.tollgate.budget.ReservationResult;
import dev.tollgate.budget.SettlementResult;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Payer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The part of the gate that settles calls, within the bench's own process. Calls are invented; everything that is written of them is real. */
public final class StoreUnderTest implements AutoCloseable {
    private static final int KEYS = 10;

    private final InstantSource clock = InstantSource.system();
    private final MoneyParts parts;
    private final List<Payer> payers = IntStream.range(0, KEYS)
            .mapToObj(i -> new Payer("bench00000" + i, "bench-" + i, "default", null))
            .toList();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    private StoreUnderTest(MoneyParts parts) {
        this.parts = parts;
    }

    /**
     * Opens a store that has no calls yet.
     *
     * @param home for the journal
     */
    public static StoreUnderTest open(Path home, DatabaseUrl database) {
        return new StoreUnderTest(MoneyParts.open(home, database));
    }

    /**
     * What a while of settling came to.
     *
     * @param settled calls whose rows are durable
     * @param latency from the settlement's submission until it is durable
     * @param processorNanos of the whole process, making up the calls included
     */
    public record Settled(long settled, double perSecond, LatencyHistogram latency, double processorNanos) {}

    /**
     * Settles one call after the other for so long, and waits for the last of them.
     *
     * @param inFlight calls that are reserved and not settled, at most
     */
    public Settled settleDuring(Duration time, int inFlight) throws InterruptedException {
        var room = new Semaphore(inFlight);
        var latency = new LatencyHistogram(); // filled by the store's writer alone
        long processor = processorNanos();
        long begun = System.nanoTime();
        long calls = 0;
        while (System.nanoTime() - begun < time.toNanos() && failure.get() == null) {
            room.acquire();
            CallStart start = start(calls++);
            parts.desk()
                    .reserve(
                            start,
                            parts.desk().cover(start, List.of(InventedCalls.PLACE)),
                            InventedCalls.CEILING,
                            result -> reserved(result, room, latency));
        }
        room.acquire(inFlight);
        double seconds = (System.nanoTime() - begun) / 1e9;
        String failed = failure.get();
        if (failed != null) {
            throw new BenchException("A call was not settled: " + failed);
        }
        return new Settled(calls, calls / seconds, latency, processorNanos() - processor);
    }

    private void reserved(ReservationResult result, Semaphore room, LatencyHistogram latency) {
        if (!(result instanceof ReservationResult.Reserved(Reservation reservation))) {
            failure.set(result.toString());
            room.release();
            return;
        }
        reservation.dispatched(InventedCalls.SERVED);
        long submitted = System.nanoTime();
        parts.settlement().settle(reservation, InventedCalls.end(clock.millis()), outcome -> {
            if (outcome instanceof SettlementResult.Durable) {
                latency.record(System.nanoTime() - submitted);
            } else {
                failure.set(outcome.toString());
            }
            room.release();
        });
    }

    private CallStart start(long number) {
        return InventedCalls.start(payers.get((int) (number % payers.size())), null, clock.millis());
    }

    /** Calls in the ledger. */
    public long ledgerCalls() {
        return parts.store()
                .read(handle -> handle.createQuery("SELECT COUNT(*) FROM call")
                        .mapTo(Long.class)
                        .one());
    }

    /** Rows in the audit trail. */
    public long auditRows() {
        return parts.store()
                .read(handle -> handle.createQuery("SELECT COUNT(*) FROM audit_row")
                        .mapTo(Long.class)
                        .one());
    }

    private static long processorNanos() {
        return ProcessorTime.ofTreeNanos(ProcessHandle.current());
    }

    @Override
    public void close() {
        parts.close();
    }
}
