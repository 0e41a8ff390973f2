package dev.tollgate.bench.subject;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.stats.LatencyHistogram;
import dev.tollgate.budget.Ceiling;
import dev.tollgate.budget.InFlightJournal;
import dev.tollgate.budget.Place;
import dev.tollgate.budget.Purses;
import dev.tollgate.budget.Reservation;
import dev.tollgate.budget.ReservationDesk;
import dev.tollgate.budget.ReservationResult;
import dev.tollgate.budget.Settlement;
import dev.tollgate.budget.SettlementResult;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.ledger.CallEnd;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Payer;
import dev.tollgate.ledger.Served;
import dev.tollgate.ledger.Timings;
import dev.tollgate.ledger.Tokens;
import dev.tollgate.ledger.UsageLedger;
import dev.tollgate.ledger.UsageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The part of the gate that settles calls, within the bench's own process: the journal of calls in flight, reservations, settlements,
 * and the store with its one writer. Calls are invented; everything that is written of them is real.
 */
public final class StoreUnderTest implements AutoCloseable {
    private static final int KEYS = 10;
    private static final int AUDIT_KEY_BYTES = 32;
    private static final Place PLACE = new Place("mock", DirectMock.MODEL);
    private static final Served SERVED = new Served(PLACE.provider(), PLACE.model(), "cred_bench", "bench");
    private static final ClientInfo CLIENT = new ClientInfo("OpenAI/JS 6.9.1", null, null);
    private static final Tokens TOKENS = new Tokens(312, 0, 0, 0, 57, 0, 0);
    private static final Timings TIMINGS = new Timings(180, 1_250, 1_400);
    private static final Ceiling CEILING = new Ceiling(400, 16_384, 3_000_000_000L, 15_000_000_000L, 0);
    private static final long COST_NANO_USD = 312 * 3_000L + 57 * 15_000L;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final InstantSource clock = InstantSource.system();
    private final Store store;
    private final Settlement settlement;
    private final ReservationDesk desk;
    private final List<Payer> payers;
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    private StoreUnderTest(Path home, DatabaseUrl database) {
        store = opened(Store.open(database));
        byte[] auditKey = new byte[AUDIT_KEY_BYTES];
        new SecureRandom().nextBytes(auditKey);
        var audit = new AuditLog(store, clock, auditKey);
        InFlightJournal journal = opened(InFlightJournal.open(home));
        Purses purses = opened(Purses.open(store, new Events(), clock, journal.id(), place -> place));
        settlement = opened(new Settlement(store, new UsageLedger(store), audit, journal, purses, clock));
        desk = new ReservationDesk(journal, settlement, purses);
        payers = IntStream.range(0, KEYS)
                .mapToObj(i -> new Payer("bench00000" + i, "bench-" + i, "default", null))
                .toList();
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    /**
     * Opens a store that has no calls yet.
     *
     * @param home for the journal
     */
    public static StoreUnderTest open(Path home, DatabaseUrl database) {
        try {
            return new StoreUnderTest(Files.createDirectories(home), database);
        } catch (IOException e) {
            throw new BenchException("No home can be made: " + e.getMessage(), e);
        }
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
            desk.reserve(start, desk.cover(start, List.of(PLACE)), CEILING, result -> reserved(result, room, latency));
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
        reservation.dispatched(SERVED);
        long submitted = System.nanoTime();
        settlement.settle(reservation, end(), outcome -> {
            if (outcome instanceof SettlementResult.Durable) {
                latency.record(System.nanoTime() - submitted);
            } else {
                failure.set(outcome.toString());
            }
            room.release();
        });
    }

    private CallStart start(long number) {
        long now = clock.millis();
        return new CallStart(
                Ids.sortable("req", now),
                now,
                payers.get((int) (number % payers.size())),
                "openai",
                "chat_completions",
                GateUnderTest.QUALIFIED_MODEL,
                null,
                false,
                CLIENT);
    }

    private CallEnd end() {
        return new CallEnd(
                clock.millis(),
                Outcome.OK,
                200,
                SERVED,
                new Charge.Metered(TOKENS, UsageSource.REPORTED, true, COST_NANO_USD),
                TIMINGS,
                List.of(),
                List.of(),
                List.of());
    }

    /** Calls in the ledger. */
    public long ledgerCalls() {
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM call")
                .mapTo(Long.class)
                .one());
    }

    /** Rows in the audit trail. */
    public long auditRows() {
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM audit_row")
                .mapTo(Long.class)
                .one());
    }

    private static long processorNanos() {
        return ProcessorTime.ofTreeNanos(ProcessHandle.current());
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                throw new BenchException("The store could not be closed: " + e.getMessage(), e);
            }
        }
    }
}
