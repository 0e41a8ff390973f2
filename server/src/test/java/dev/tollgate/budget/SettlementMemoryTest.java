package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.DatabaseUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What settlement keeps in memory is bounded by the slots of the journal, and nothing of it stays. */
@Timeout(300)
class SettlementMemoryTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path home = Path.of("");

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    @Test
    void aStoreThatStandsStillHoldsSoManyCallsAndNoMore() throws Exception {
        Duration deadline = Duration.ofMinutes(4); // however slow the machine, the store is not taken for away
        try (MoneyHouse house =
                new MoneyHouse(new DatabaseUrl.Sqlite(home.resolve("tollgate.db")), home, trail -> trail, deadline)) {
            house.settled(house.reserve("req_first"), Samples.end(MoneyHouse.NOW, 1));
            long before = used();
            CountDownLatch release = new CountDownLatch(1);
            house.store.submit(tx -> release.await(), failure -> {});
            CountDownLatch durable = new CountDownLatch(InFlightJournal.MOST_IN_FLIGHT);
            int accepted = 0;
            while (house.ask(Samples.start("req_" + accepted, "k1", MoneyHouse.NOW), Samples.CEILING)
                    instanceof ReservationResult.Reserved(var reservation)) {
                accepted++;
                house.settlement.settle(reservation, Samples.end(MoneyHouse.NOW, 1), result -> durable.countDown());
            }
            assertEquals(InFlightJournal.MOST_IN_FLIGHT, accepted);
            assertEquals(
                    new ReservationResult.Refused(ReservationResult.Reason.TOO_MANY_IN_FLIGHT),
                    house.ask(Samples.start("req_more", "k1", MoneyHouse.NOW), Samples.CEILING));
            long held = used() - before;
            assertTrue(held < 160 * MIB, () -> held / MIB + " MiB for what waits");
            release.countDown();
            assertTrue(durable.await(240, TimeUnit.SECONDS));
            assertEquals(accepted + 1, house.calls());
            assertEquals(0, house.journal.inFlight());
        }
    }

    @Test
    void nothingStaysOfACallThatIsSettled() throws Exception {
        try (MoneyHouse house = new MoneyHouse(new DatabaseUrl.Sqlite(home.resolve("tollgate.db")), home)) {
            settle(house, 0, 20_000);
            long before = used();
            settle(house, 20_000, 80_000);
            long grown = used() - before;
            assertTrue(grown < 6 * MIB, () -> grown / MIB + " MiB more after 60,000 calls");
        }
    }

    private static void settle(MoneyHouse house, int from, int to) throws InterruptedException {
        int window = 500;
        Semaphore open = new Semaphore(window);
        for (int i = from; i < to; i++) {
            open.acquire();
            house.settlement.settle(
                    house.reserve("req_" + i), Samples.end(MoneyHouse.NOW, 1), result -> open.release());
        }
        open.acquire(window);
    }
}
