package dev.tollgate.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the log hears while the store is away: that it is, and not each request that fails for it. */
class StoreOutageLogTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it wraps around
    private final StoreOutage outage = new StoreOutage(nanos::get);
    private final Logger logger = (Logger) LoggerFactory.getLogger(StoreOutage.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    private List<String> lines() {
        return log.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .map(text -> text.lines().findFirst().orElse(""))
                .toList();
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
        assertEquals(1, lines().size());
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        assertTrue(outage.explains(away));
        assertEquals(2, lines().size());
        assertTrue(lines().getLast().contains("999 more requests"), lines().getLast());
        assertTrue(outage.explains(away));
        assertEquals(2, lines().size());
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
        assertEquals(List.of(), lines());
    }
}
