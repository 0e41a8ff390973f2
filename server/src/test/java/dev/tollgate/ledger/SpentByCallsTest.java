package dev.tollgate.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.kernel.store.TestDatabase;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is looked at for unusual spending: sums over calls that have their rows. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class SpentByCallsTest extends InLedger {
    private static final Instant NOW = Instant.ofEpochMilli(Calls.NOW);

    private List<String> spent(List<UsageBy> by, Instant since, Instant until, int most) {
        return ledger.sums().ofCalls(by, since, until, most).stream()
                .map(row -> String.join("|", row.ids()) + " " + row.costNanoUsd())
                .toList();
    }

    @Test
    void callsThatAreAlikeAreOneSumTheDearestFirstAndNoMoreThanAskedFor() {
        insert(
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
        insert(Calls.PLAIN.unreconciled("req_1", 50), Calls.PLAIN.metered("req_2", 6, 10));
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
        insert(Calls.PLAIN.afterLost("req_1", 40, 50, 15, "silent"));
        assertEquals(
                List.of("anthropic 25", "silent 15"), spent(List.of(UsageBy.PROVIDER), NOW, NOW.plusMillis(1), 100));
    }

    @Test
    void aDayThatWasSummedUpIsNotCountedInEachOfItsHours() throws InterruptedException {
        insert(Calls.PLAIN.metered("req_1", 5, 10));
        RolledUp.before(store, Calls.NOW + 86_400_000);
        assertEquals(List.of(), spent(List.of(UsageBy.ACCOUNT), NOW, NOW.plusMillis(1), 100));
        assertEquals(
                1,
                ledger.sums()
                        .summarize(List.of(UsageBy.ACCOUNT), NOW, NOW.plusMillis(1))
                        .size());
    }
}
