package dev.tollgate.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.CapturedLog;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log hears while the store is away: that it is, and not each request that fails for it. */
class StoreOutageLogTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it wraps around
    private final StoreOutage outage = new StoreOutage(nanos::get);
    private final CapturedLog log = CapturedLog.of(StoreOutage.class);

    @AfterEach
    void stop() {
        log.close();
    }

    private static StoreUnavailable away(Path folder) {
        Store store = Store.open(new DatabaseUrl.Sqlite(folder.resolve("away.db")));
        store.close();
        return assertThrows(StoreUnavailable.class, () -> store.read(handle -> handle.execute("SELECT 1")));
    }

    @Test
    void aThousandRequestsAreALineNowAndThen(@TempDir Path folder) {
        StoreUnavailable away = away(folder);
        for (int i = 0; i < 1_000; i++) {
            assertTrue(outage.explains(away));
        }
        assertEquals(1, log.lines().size());
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        assertTrue(outage.explains(away));
        assertEquals(2, log.lines().size());
        assertTrue(
                log.lines().getLast().contains("999 more requests"), log.lines().getLast());
        assertTrue(outage.explains(away));
        assertEquals(2, log.lines().size());
    }

    @Test
    void whatIsWrongInItselfIsNoOutage(@TempDir Path folder) {
        try (Store store = Store.open(new DatabaseUrl.Sqlite(folder.resolve("well.db")))) {
            StoreUnavailable fault = assertThrows(
                    StoreUnavailable.class,
                    () -> store.write(tx -> tx.handle().execute("INSERT INTO nowhere VALUES (1)")));
            assertFalse(outage.explains(fault));
            assertFalse(outage.explains(new IllegalStateException("a fault of the gate")));
        }
        assertEquals(List.of(), log.lines());
    }
}
