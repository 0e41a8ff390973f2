package dev.tollgate.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A caller who makes up a new label for each call uses up nobody's accounts but the few of its own key. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class KeyLabelsTest {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private Store store;

    private final List<Notice> notices = Collections.synchronizedList(new ArrayList<>());
    private int next;

    @BeforeEach
    void open() throws SQLException {
        store = Store.open(kind.fresh(folder));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void call(UsageLedger ledger, String key, @Nullable String app, @Nullable String feature) {
        CallStart start = new CallStart(
                "req_" + next++,
                Calls.NOW,
                new Payer(key, "name of " + key, "default", feature),
                "anthropic",
                "messages",
                "sonnet",
                null,
                false,
                new ClientInfo("curl", app, "s"));
        CallRecord plain = Calls.PLAIN.metered("req_x", 5, 9);
        store.write(tx -> {
            ledger.insert(tx, new CallRecord(start, plain.end(), 9));
            return "";
        });
    }

    private Set<String> features(UsageLedger ledger) {
        return ledger.sums().summarize(List.of(UsageBy.FEATURE), Instant.EPOCH, UsageSums.EVER).stream()
                .map(UsageRow::id)
                .collect(Collectors.toSet());
    }

    @Test
    void whatAKeyNamesBeyondItsShareIsCountedAsOther() {
        UsageLedger ledger = new UsageLedger(store, notices::add);
        for (int i = 0; i < KeyLabels.MOST + 20; i++) {
            call(ledger, "k1", null, "made up " + i);
        }
        assertEquals(KeyLabels.MOST + 1, features(ledger).size());
        assertTrue(features(ledger).contains("(other)"));
        call(ledger, "k1", null, "made up 3"); // its own labels stay its own
        UsageRow known = ledger.sums().summarize(List.of(UsageBy.FEATURE), Instant.EPOCH, UsageSums.EVER).stream()
                .filter(row -> row.id().equals("made up 3"))
                .findFirst()
                .orElseThrow();
        assertEquals(2, known.calls());
        call(ledger, "k2", null, "honest");
        assertTrue(features(ledger).contains("honest"));
        assertTrue(new Books(store)
                .balances().stream().anyMatch(account -> account.name().equals("feature:honest")));
        assertTrue(new Books(store).verify().ok());
    }

    @Test
    void itIsToldOnceForEachKeyAndKind() {
        UsageLedger ledger = new UsageLedger(store, notices::add);
        for (int i = 0; i < KeyLabels.MOST + 5; i++) {
            call(ledger, "k1", "app " + i, "feature " + i);
        }
        assertEquals(
                List.of("labels.exhausted name of k1", "labels.exhausted name of k1"),
                notices.stream()
                        .map(notice -> notice.kind() + " " + notice.subject())
                        .toList());
        assertTrue(notices.getFirst().message().contains("64 features"), notices.getFirst()::message);
        assertTrue(notices.getLast().message().contains("64 apps"), notices.getLast()::message);
    }

    @Test
    void aRestartForgetsNothing() {
        UsageLedger ledger = new UsageLedger(store, notices::add);
        for (int i = 0; i < KeyLabels.MOST; i++) {
            call(ledger, "k1", null, "made up " + i);
        }
        assertEquals(List.of(), notices);
        UsageLedger again = new UsageLedger(store, notices::add);
        call(again, "k1", "codex", "one more");
        call(again, "k1", "codex", "made up 0");
        assertTrue(features(again).contains("(other)"));
        assertEquals(1, notices.size());
        CallRecord other = again.find("req_" + KeyLabels.MOST).orElseThrow();
        assertEquals("(other)", other.start().payer().feature());
        assertEquals(new ClientInfo("curl", "codex", "s"), other.start().client());
    }
}
