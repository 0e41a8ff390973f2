package dev.tollgate.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is looked at for unusual spending: sums over calls that have their rows. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class SpentByCallsTest {
    private static final Instant NOW = Instant.ofEpochMilli(Calls.NOW);

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @SuppressWarnings("NullAway.Init")
    private UsageLedger ledger;

    @BeforeEach
    void open() throws SQLException {
        store = Store.open(kind.fresh(folder));
        ledger = new UsageLedger(store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void settled(CallRecord... calls) {
        store.write(tx -> {
            for (CallRecord call : calls) {
                ledger.insert(tx, call);
            }
            return true;
        });
    }

    private List<String> spent(List<UsageBy> by, Instant since, Instant until, int most) {
        return ledger.sums().ofCalls(by, since, until, most).stream()
                .map(row -> String.join("|", row.ids()) + " " + row.costNanoUsd())
                .toList();
    }

    @Test
    void callsThatAreAlikeAreOneSumTheDearestFirstAndNoMoreThanAskedFor() {
        settled(
                Calls.PLAIN.metered("req_1", 5, 10),
                Calls.PLAIN.metered("req_2", 6, 10),
                Calls.PLAIN.app("cli").feature("nightly").metered("req_3", 40, 50));
        List<UsageBy> by = List.of(UsageBy.ACCOUNT, UsageBy.KEY, UsageBy.APP, UsageBy.FEATURE, UsageBy.MODEL);
        String dearest = "default|k1 cli nightly|cli|nightly|anthropic/claude-sonnet-4-5 40";
        assertEquals(
                List.of(dearest, "default|k1|||anthropic/claude-sonnet-4-5 11"),
                spent(by, NOW, NOW.plusMillis(1), 100));
        assertEquals(List.of(dearest), spent(by, NOW, NOW.plusMillis(1), 1));
        assertEquals(List.of(), spent(by, NOW.minusMillis(1), NOW, 100));
        assertEquals(List.of(), spent(by, NOW.plusMillis(1), NOW.plusMillis(2), 100));
    }

    @Test
    void aResolvedCallCountsWithWhatItCameTo() {
        settled(Calls.PLAIN.unreconciled("req_1", 50), Calls.PLAIN.metered("req_2", 6, 10));
        List<UsageBy> by = List.of(UsageBy.ACCOUNT);
        assertEquals(List.of("default 56"), spent(by, NOW, NOW.plusMillis(1), 100));
        Resolutions resolutions = new Resolutions(
                store,
                ledger,
                (tx, actor, action, subject, detail) -> {},
                InstantSource.fixed(NOW),
                (tx, call, more) -> {});
        resolutions.resolve("owner", "req_1", 20, "");
        assertEquals(List.of("default 26"), spent(by, NOW, NOW.plusMillis(1), 100));
    }

    @Test
    void anAttemptThatNobodyAnsweredCountsWhereItWasSent() {
        settled(Calls.PLAIN.afterLost("req_1", 40, 50, 15, "silent"));
        assertEquals(
                List.of("anthropic 25", "silent 15"), spent(List.of(UsageBy.PROVIDER), NOW, NOW.plusMillis(1), 100));
    }

    @Test
    void aDayThatWasSummedUpIsNotCountedInEachOfItsHours() throws InterruptedException {
        settled(Calls.PLAIN.metered("req_1", 5, 10));
        RolledUp.before(store, Calls.NOW + 86_400_000);
        assertEquals(List.of(), spent(List.of(UsageBy.ACCOUNT), NOW, NOW.plusMillis(1), 100));
        assertEquals(
                1,
                ledger.sums()
                        .summarize(List.of(UsageBy.ACCOUNT), NOW, NOW.plusMillis(1))
                        .size());
    }
}
