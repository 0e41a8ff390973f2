package dev.tollgate.bench.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.DatabaseUrl;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoreUnderTestTest {
    @TempDir
    Path folder;

    @Test
    void everySettlementHasItsRows() throws Exception {
        try (StoreUnderTest store =
                StoreUnderTest.open(folder.resolve("home"), new DatabaseUrl.Sqlite(folder.resolve("tollgate.db")))) {
            StoreUnderTest.Settled first = store.settleDuring(Duration.ofMillis(300), 8);
            StoreUnderTest.Settled second = store.settleDuring(Duration.ofMillis(300), 8);
            assertTrue(first.settled() > 0 && second.settled() > 0);
            assertEquals(second.settled(), second.latency().count());
            assertEquals(first.settled() + second.settled(), store.ledgerCalls());
            assertEquals(store.ledgerCalls(), store.auditRows());
        }
    }
}
