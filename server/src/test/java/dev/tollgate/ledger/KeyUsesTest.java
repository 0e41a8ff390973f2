package dev.tollgate.ledger;

import static dev.tollgate.kernel.Await.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class KeyUsesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path home = Path.of("");

    private static long rows(Store store, long atMillis) {
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM key_use WHERE at = :at")
                .bind("at", atMillis)
                .mapTo(Long.class)
                .one());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aUseAmidTheWritingOfAnEarlierOneIsKept(TestDatabase kind) throws Exception {
        try (Store store = Store.open(kind.fresh(home))) {
            KeyUses uses = new KeyUses(store);
            CountDownLatch later = new CountDownLatch(1);
            uses.note("k1", 1);
            store.submit(tx -> later.await(), failure -> {});
            uses.tend(System.nanoTime() + 2 * SECOND);
            uses.note("k1", 2);
            later.countDown();
            until(() -> rows(store, 1) == 1);
            assertEquals(2, uses.unwritten("k1"));
            uses.flush();
            assertEquals(1, rows(store, 2));
            until(() -> uses.unwritten("k1") == null);
        }
    }

    /** Together they share pages; and no settlement waits for all of them at once. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void veryManyKeysWaitForAMinuteAndAreWrittenTogether(TestDatabase kind) throws Exception {
        try (Store store = Store.open(kind.fresh(home))) {
            KeyUses uses = new KeyUses(store);
            for (int key = 0; key < 1_234; key++) {
                uses.note("k" + key, 7);
            }
            long now = System.nanoTime();
            uses.tend(now + 50 * SECOND);
            store.write(tx -> true);
            assertEquals(0, rows(store, 7));
            uses.tend(now + 61 * SECOND);
            until(() -> rows(store, 7) == 1_234);
            until(() -> uses.unwritten("k999") == null);
            assertNull(uses.unwritten("k0"));
        }
    }
}
