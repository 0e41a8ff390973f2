package dev.tollgate.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writes while the store takes none: nobody waits in line for the same failure, and nothing has to be restarted. */
@Timeout(120)
class StoreAwayTest {
    private static List<CompletableFuture<@Nullable StoreUnavailable>> submit(Store store, int count) {
        List<CompletableFuture<@Nullable StoreUnavailable>> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<@Nullable StoreUnavailable> outcome = new CompletableFuture<>();
            store.submit(
                    tx -> tx.handle().execute("UPDATE store_probe SET writes = writes + 1 WHERE id = 1"),
                    outcome::complete);
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private static long writes(Store store) {
        return store.read(handle -> handle.createQuery("SELECT writes FROM store_probe")
                .mapTo(Long.class)
                .one());
    }

    @Test
    void aFileThatSomebodyElseLocksFailsAllWhoWaitAtOnceAndThenRecovers(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("locked.db");
        try (Store store = Store.open(new DatabaseUrl.Sqlite(file))) {
            long begun;
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                begun = System.nanoTime();
                for (CompletableFuture<@Nullable StoreUnavailable> outcome : submit(store, 200)) {
                    StoreUnavailable failure = outcome.get(60, TimeUnit.SECONDS);
                    assertNotNull(failure);
                    assertFalse(failure.isRejected(), "the units are not at fault");
                }
                // Two groups at most, each of which waits for SQLite's five seconds.
                assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(20), "they waited one after another");
                statement.execute("ROLLBACK");
            }
            assertNull(submit(store, 1).getFirst().get(60, TimeUnit.SECONDS));
            assertEquals(1, writes(store), "what failed has left nothing");
        }
    }

    @Test
    void aServerThatDropsItsConnectionsIsFoundAgain(@TempDir Path folder) throws Exception {
        DatabaseUrl url = TestDatabase.POSTGRESQL.fresh(folder);
        String jdbcUrl = ((DatabaseUrl.PostgreSql) url).jdbcUrl();
        try (Store store = Store.open(url)) {
            assertNull(submit(store, 1).getFirst().get(60, TimeUnit.SECONDS));
            try (Connection other = DriverManager.getConnection(jdbcUrl, "postgres", null);
                    Statement statement = other.createStatement()) {
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
            }
            int kept = 1;
            boolean well = false;
            for (int tries = 0; !well && tries < 10; tries++) {
                StoreUnavailable failure = submit(store, 1).getFirst().get(60, TimeUnit.SECONDS);
                well = failure == null;
                kept += well ? 1 : 0;
                assertTrue(failure == null || !failure.isRejected(), "the unit is not at fault");
            }
            assertTrue(well, "the writer took another connection");
            assertEquals(kept, writes(store));
        }
    }
}
