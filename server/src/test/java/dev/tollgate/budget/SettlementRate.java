package dev.tollgate.budget;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.UsageLedger;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Measures settlement; a program, not a test. Arguments: {@code [seconds] [keys] [database address]}. It prints, for several
 * loads, durable settlements per second, how long one waits for its commit, and processor time: on the calling thread for
 * reserve, dispatch and settle, and on the store's writer, each per settlement.
 */
final class SettlementRate {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final InstantSource CLOCK = InstantSource.system();

    private final Settlement settlement;
    private final ReservationDesk desk;
    private final int keys;

    private SettlementRate(Settlement settlement, ReservationDesk desk, int keys) {
        this.settlement = settlement;
        this.desk = desk;
        this.keys = keys;
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
        int keys = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        Path home = Files.createTempDirectory("settlement-rate");
        DatabaseUrl url = arguments.length > 2
                ? DatabaseUrl.parse(arguments[2])
                : new DatabaseUrl.Sqlite(home.resolve("tollgate.db"));
        try (Store store = Store.open(url);
                InFlightJournal journal = InFlightJournal.open(home)) {
            UsageLedger ledger = new UsageLedger(store);
            AuditLog audit = new AuditLog(store, CLOCK, new byte[32]);
            Purses purses = Purses.open(store, new Events(), CLOCK, journal.id(), place -> place);
            try (Settlement settlement = new Settlement(store, ledger, audit, journal, purses, CLOCK)) {
                SettlementRate rate =
                        new SettlementRate(settlement, new ReservationDesk(journal, settlement, purses), keys);
                rate.open("warm-up", seconds, 4_000);
                rate.closed("as fast as it goes, 2 threads, 2,000 open", 2, 1_000, seconds);
                rate.closed("64 open", 1, 64, seconds);
                rate.open("5,000 a second", seconds, 5_000);
                rate.open("500 a second", seconds, 500);
                rate.open("50 a second", seconds, 50);
            }
        } finally {
            delete(home);
        }
        System.out.println("SQLite or PostgreSQL: " + url.getClass().getSimpleName() + ", keys: " + keys);
    }

    /** Each thread keeps so many settlements open. */
    private void closed(String name, int threads, int window, int seconds) throws InterruptedException {
        Sample sample = new Sample(name);
        List<Thread> callers = new ArrayList<>();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        for (int i = 0; i < threads; i++) {
            callers.add(Thread.ofPlatform().start(() -> {
                Semaphore open = new Semaphore(window);
                while (System.nanoTime() < end) {
                    open.acquireUninterruptibly();
                    one(sample, open::release);
                }
                open.acquireUninterruptibly(window);
                sample.callerCpu.addAndGet(THREADS.getCurrentThreadCpuTime());
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        sample.print();
    }

    /** Settlements at random times, whatever becomes of those before. */
    private void open(String name, int seconds, int perSecond) throws InterruptedException {
        Sample sample = new Sample(name);
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        Thread caller = Thread.ofPlatform().start(() -> {
            Semaphore done = new Semaphore(0);
            int count = 0;
            long next = System.nanoTime();
            while (next < end) {
                next += (long) (-Math.log(1 - ThreadLocalRandom.current().nextDouble()) * 1e9 / perSecond);
                for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                one(sample, done::release);
                count++;
            }
            done.acquireUninterruptibly(count);
            sample.callerCpu.addAndGet(THREADS.getCurrentThreadCpuTime());
        });
        caller.join();
        sample.print();
    }

    private void one(Sample sample, Runnable done) {
        long now = CLOCK.millis();
        String keyId = "k" + (1_000_000 + ThreadLocalRandom.current().nextInt(keys));
        String requestId = Ids.sortable("req", now);
        long begun = System.nanoTime();
        Reservation reservation = reserved(Samples.start(requestId, keyId, now));
        reservation.dispatched(Samples.SERVED);
        long reserved = System.nanoTime();
        settlement.settle(reservation, Samples.end(now, 12_345_678), result -> {
            if (!(result instanceof SettlementResult.Durable)) {
                throw new AssertionError(result.toString());
            }
            sample.waited(System.nanoTime() - reserved);
            done.run();
        });
        sample.called(reserved - begun, System.nanoTime() - reserved);
    }

    private Reservation reserved(CallStart start) {
        ReservationResult[] result = new ReservationResult[1];
        desk.reserve(start, desk.cover(start, MoneyHouse.PLACES), Samples.CEILING, given -> result[0] = given);
        return Samples.reserved(result[0]);
    }

    /** The figures of one load. */
    private static final class Sample {
        private static final int MOST = 4_000_000;
        private final String name;
        private final long begun = System.nanoTime();
        private final long writerCpu = cpuOf("store-writer");
        private final AtomicLong callerCpu = new AtomicLong();
        private final AtomicLong reserving = new AtomicLong();
        private final AtomicLong settling = new AtomicLong();
        private final AtomicLong calls = new AtomicLong();
        private final int[] waits = new int[MOST];
        private int waited; // the writer's alone

        Sample(String name) {
            this.name = name;
        }

        void waited(long nanos) {
            if (waited < MOST) {
                waits[waited++] = (int) Math.min(Integer.MAX_VALUE, nanos / 1_000);
            }
        }

        void called(long reserveNanos, long settleNanos) {
            calls.incrementAndGet();
            reserving.addAndGet(reserveNanos);
            settling.addAndGet(settleNanos);
        }

        void print() {
            double seconds = (System.nanoTime() - begun) / 1e9;
            double n = calls.get();
            int[] sorted = Arrays.copyOf(waits, waited);
            Arrays.sort(sorted);
            System.out.printf(
                    "%-44s %7.0f/s  wait p50 %d p99 %d max %d us;  reserve+dispatch %.2f us, settle %.2f us (wall);"
                            + "  caller cpu %.1f us, writer cpu %.1f us%n",
                    name,
                    n / seconds,
                    sorted[sorted.length / 2],
                    sorted[sorted.length * 99 / 100],
                    sorted[sorted.length - 1],
                    reserving.get() / n / 1e3,
                    settling.get() / n / 1e3,
                    callerCpu.get() / n / 1e3,
                    (cpuOf("store-writer") - writerCpu) / n / 1e3);
        }

        private static long cpuOf(String thread) {
            return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                    .filter(info -> info != null && info.getThreadName().equals(thread))
                    .mapToLong(ThreadInfo::getThreadId)
                    .map(THREADS::getThreadCpuTime)
                    .sum();
        }
    }

    private static void delete(Path folder) throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
