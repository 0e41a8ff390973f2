package dev.tollgate.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.ledger.BooksReport.Fault;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class BooksTest {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @SuppressWarnings("NullAway.Init")
    private UsageLedger ledger;

    @SuppressWarnings("NullAway.Init")
    private Books books;

    @BeforeEach
    void open() throws SQLException {
        open(kind.fresh(folder));
    }

    private void open(DatabaseUrl url) {
        store = Store.open(url);
        ledger = new UsageLedger(store);
        books = new Books(store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void insert(CallRecord... calls) {
        store.write(tx -> {
            for (CallRecord call : calls) {
                ledger.insert(tx, call);
            }
            return "";
        });
    }

    private Map<String, List<Long>> balances() {
        Map<String, List<Long>> balances = new TreeMap<>();
        books.balances()
                .forEach(account ->
                        balances.put(account.name(), List.of(account.debitsNanoUsd(), account.creditsNanoUsd())));
        return balances;
    }

    private void execute(String sql, Object... arguments) {
        store.write(tx -> tx.handle().execute(sql, arguments));
    }

    private List<String> subjects() {
        return books.verify().faults().stream().map(Fault::subject).toList();
    }

    @Test
    void aCallMovesItsCostFromWhoPaysToTheProviderAndIsShownByAppAndFeature() {
        Calls labelled = new Calls("team", "openai", "codex", "review");
        insert(Calls.PLAIN.metered("req_1", 30, 100), labelled.metered("req_2", 12, 100));
        insert(labelled.metered("req_3", 5, 5));
        assertEquals(
                Map.of(
                        "account:default", List.of(30L, 0L),
                        "account:team", List.of(17L, 0L),
                        "app:codex", List.of(17L, 0L),
                        "apps", List.of(0L, 17L),
                        "feature:review", List.of(17L, 0L),
                        "features", List.of(0L, 17L),
                        "provider:anthropic", List.of(0L, 30L),
                        "provider:openai", List.of(0L, 17L)),
                balances());
        assertEquals(new BooksReport(3, 0, 8, 81, 81, List.of(), true), books.verify());
    }

    @Test
    void whatCostsNothingMovesNothing() {
        insert(
                Calls.PLAIN.call("req_1", new Charge.Free(), 100),
                Calls.PLAIN.call("req_2", new Charge.AtReservation(false, "no price"), 0),
                new Calls("a", null, "b", "").call("req_3", new Charge.Free(), 0));
        assertEquals(Map.of("apps", List.of(0L, 0L), "features", List.of(0L, 0L)), balances());
        assertTrue(books.verify().ok());
    }

    @Test
    void whatGoesBeyondTheReservationIsATransferOfItsOwn() {
        insert(
                new Calls("team", "openai", "codex", null).metered("req_1", 150, 100),
                Calls.PLAIN.metered("req_2", 9, 9));
        List<List<Object>> rows =
                store.read(handle -> handle.createQuery("SELECT id, kind, debit, credit, app, amount FROM transfer")
                        .map((row, context) -> List.<Object>of(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getLong(6)))
                        .list());
        assertEquals(
                List.of(List.<Object>of("req_1:overrun", "overrun", "account:team", "provider:openai", "codex", 50L)),
                rows);
        assertEquals(List.of(150L, 0L), balances().get("account:team"));
        assertTrue(books.verify().ok());
    }

    @Test
    void whatAnUnansweredAttemptCostIsOwedToItsOwnProvider() {
        insert(
                new Calls("team", "openai", "codex", null)
                        .afterLost("req_1", 100, 100, 20, "anthropic", "sim", "anthropic"),
                new Calls("team", null, null, "review").afterLost("req_2", 9, 100, 9, "sim"),
                Calls.PLAIN.afterLost("req_3", 50, 60, 30, "anthropic"));
        assertEquals(
                Map.of(
                        "account:default", List.of(50L, 0L),
                        "account:team", List.of(109L, 0L),
                        "app:codex", List.of(100L, 0L),
                        "apps", List.of(0L, 100L),
                        "feature:review", List.of(9L, 0L),
                        "features", List.of(0L, 9L),
                        "provider:anthropic", List.of(0L, 90L),
                        "provider:openai", List.of(0L, 40L),
                        "provider:sim", List.of(0L, 29L)),
                balances());
        BooksReport report = books.verify();
        assertEquals(List.of(), report.faults());
        assertEquals(3, report.transfers());
        assertThrows(
                StoreUnavailable.class,
                () -> insert(new Calls("team", null, null, "review").afterLost("req_2", 9, 100, 9, "sim")));
        tampered(
                "UPDATE transfer SET amount = 41 WHERE id = 'req_1:attempt:provider:anthropic'",
                "UPDATE transfer SET amount = 40 WHERE id = 'req_1:attempt:provider:anthropic'",
                List.of("provider:anthropic", "provider:openai"));
        tampered(
                "UPDATE transfer SET note = 'provider:sim' WHERE id = 'req_1:attempt:provider:anthropic'",
                "UPDATE transfer SET note = 'provider:openai' WHERE id = 'req_1:attempt:provider:anthropic'",
                List.of("provider:openai", "provider:sim", "req_1:attempt:provider:anthropic"));
        tampered(
                "UPDATE transfer SET credit = 'provider:mine' WHERE id = 'req_2:attempt:provider:sim'",
                "UPDATE transfer SET credit = 'provider:sim' WHERE id = 'req_2:attempt:provider:sim'",
                List.of("provider:mine", "provider:sim", "req_2:attempt:provider:sim"));
        tampered(
                "UPDATE transfer SET app = 'else' WHERE id = 'req_1:attempt:provider:sim'",
                "UPDATE transfer SET app = 'codex' WHERE id = 'req_1:attempt:provider:sim'",
                List.of("req_1:attempt:provider:sim"));
    }

    @Test
    void aCallThatHasItsRowIsNeverPostedAgain() {
        insert(Calls.PLAIN.metered("req_1", 30, 20));
        Map<String, List<Long>> before = balances();
        assertThrows(StoreUnavailable.class, () -> insert(Calls.PLAIN.metered("req_1", 30, 20)));
        assertThrows(
                StoreUnavailable.class,
                () -> insert(Calls.PLAIN.metered("req_2", 1, 1), Calls.PLAIN.metered("req_2", 1, 1)));
        assertEquals(before, balances());
        assertTrue(books.verify().ok());
    }

    @Test
    void aCallerThatMakesUpAppsAndFeaturesGetsNoMoreThanAThousandAccounts() {
        for (int group = 0; group < 13; group++) {
            CallRecord[] calls = new CallRecord[100];
            for (int i = 0; i < calls.length; i++) {
                String name = "made up " + (100 * group + i);
                calls[i] = Calls.PLAIN.app(name).feature(name).metered("req_" + group + "_" + i, 1, 1);
            }
            insert(calls);
        }
        assertLabels("app:");
        assertLabels("feature:");
        // Another process, which has to find out first; an app that had an account keeps it, another gets none.
        UsageLedger other = new UsageLedger(store);
        store.write(tx -> {
            other.insert(tx, Calls.PLAIN.app("made up 7").metered("req_7", 5, 5));
            other.insert(tx, Calls.PLAIN.app("made up 1299").metered("req_8", 5, 5));
            other.insert(tx, Calls.PLAIN.app("(other)").metered("req_9", 5, 5));
            return "";
        });
        assertEquals(List.of(6L, 0L), balances().get("app:made up 7"));
        assertEquals(List.of(310L, 0L), balances().get("app:(other)"));
        assertTrue(books.verify().ok(), () -> books.verify().toString());
    }

    private void assertLabels(String prefix) {
        Map<String, List<Long>> balances = balances();
        assertEquals(
                1_001,
                balances.keySet().stream()
                        .filter(name -> name.startsWith(prefix))
                        .count());
        assertEquals(List.of(300L, 0L), balances.get(prefix + "(other)"));
    }

    @Test
    void aFailedGroupGivesNoAccountAway() {
        assertThrows(
                StoreUnavailable.class,
                () -> store.write(tx -> {
                    ledger.insert(tx, Calls.PLAIN.app("never").metered("req_1", 1, 1));
                    throw new IllegalStateException("fails");
                }));
        insert(Calls.PLAIN.app("ever").metered("req_2", 1, 1));
        assertFalse(balances().containsKey("app:never"));
        assertTrue(balances().containsKey("app:ever"));
        assertTrue(books.verify().ok());
    }

    /** Each of these is one change that no code of the gate makes; verification must name just what it touched. */
    @Test
    void verificationNamesWhatSomebodyHasChanged() {
        Calls labelled = new Calls("team", "openai", "codex", "review");
        insert(
                labelled.metered("req_1", 150, 100),
                labelled.metered("req_2", 7, 100),
                labelled.unreconciled("req_3", 40));
        assertEquals(List.of(), subjects());
        tampered(
                "UPDATE ledger_account SET debits = debits + 1 WHERE name = 'account:team'",
                "UPDATE ledger_account SET debits = debits - 1 WHERE name = 'account:team'",
                List.of("ledger", "account:team"));
        tampered(
                "UPDATE ledger_account SET name = 'provider:mine' WHERE name = 'provider:openai'",
                "UPDATE ledger_account SET name = 'provider:openai' WHERE name = 'provider:mine'",
                List.of("provider:mine", "provider:openai"));
        tampered(
                "UPDATE call SET cost = 8 WHERE request_id = 'req_2'",
                "UPDATE call SET cost = 7 WHERE request_id = 'req_2'",
                List.of("account:team", "app:codex", "apps", "feature:review", "features", "provider:openai"));
        tampered(
                "UPDATE call SET account = 'else' WHERE request_id = 'req_2'",
                "UPDATE call SET account = 'team' WHERE request_id = 'req_2'",
                List.of("account:else", "account:team"));
        tampered(
                "UPDATE call SET app = 'else' WHERE request_id = 'req_2'",
                "UPDATE call SET app = 'codex' WHERE request_id = 'req_2'",
                List.of("app:(other)", "app:codex"));
        tampered(
                "UPDATE call SET cost = 160 WHERE request_id = 'req_1'",
                "UPDATE call SET cost = 150 WHERE request_id = 'req_1'",
                List.of("req_1"));
        tampered(
                "UPDATE call SET request_id = 'req_0' WHERE request_id = 'req_1'",
                "UPDATE call SET request_id = 'req_1' WHERE request_id = 'req_0'",
                List.of("req_0", "req_1:overrun"));
        tampered(
                "UPDATE call SET cost = -7 WHERE request_id = 'req_2'",
                "UPDATE call SET cost = 7 WHERE request_id = 'req_2'",
                List.of("account:team", "app:codex", "apps", "feature:review", "features", "provider:openai", "req_2"));
        tampered(
                "UPDATE transfer SET feature = 'else' WHERE id = 'req_1:overrun'",
                "UPDATE transfer SET feature = 'review' WHERE id = 'req_1:overrun'",
                List.of("feature:(other)", "feature:review", "req_1:overrun"));
        tampered(
                "UPDATE transfer SET credit = 'account:team', debit = 'provider:openai' WHERE id = 'req_1:overrun'",
                "UPDATE transfer SET debit = 'account:team', credit = 'provider:openai' WHERE id = 'req_1:overrun'",
                List.of(
                        "account:team",
                        "app:codex",
                        "apps",
                        "feature:review",
                        "features",
                        "provider:openai",
                        "req_1:overrun"));
        tampered(
                "UPDATE transfer SET id = 'req_3:overrun', request_id = 'req_3' WHERE id = 'req_1:overrun'",
                "UPDATE transfer SET id = 'req_1:overrun', request_id = 'req_1' WHERE id = 'req_3:overrun'",
                List.of("req_1", "req_3:overrun"));
        tampered(
                "UPDATE transfer SET kind = 'gift' WHERE id = 'req_1:overrun'",
                "UPDATE transfer SET kind = 'overrun' WHERE id = 'req_1:overrun'",
                List.of("req_1:overrun"));
    }

    private void tampered(String change, String back, List<String> named) {
        execute(change);
        assertEquals(named, subjects(), change);
        execute(back);
        assertEquals(List.of(), subjects(), back);
    }

    @Test
    void aResolutionThatDoesNotFitItsCallIsNamed() {
        insert(Calls.PLAIN.unreconciled("req_1", 40), Calls.PLAIN.metered("req_2", 40, 40));
        Resolutions resolutions =
                new Resolutions(store, ledger, (tx, a, b, c, d) -> {}, InstantSource.system(), (tx, call, more) -> {});
        resolutions.resolve("owner", "req_1", 15, "");
        assertEquals(List.of(), subjects());
        tampered(
                "UPDATE transfer SET id = 'req_2:resolution', request_id = 'req_2'",
                "UPDATE transfer SET id = 'req_1:resolution', request_id = 'req_1'",
                List.of("req_2:resolution"));
        tampered(
                "UPDATE transfer SET amount = 41",
                "UPDATE transfer SET amount = 25",
                List.of("account:default", "provider:anthropic", "req_1:resolution"));
        tampered(
                "UPDATE transfer SET credit = 'account:mine'",
                "UPDATE transfer SET credit = 'account:default'",
                List.of("account:default", "account:mine", "req_1:resolution"));
    }

    @Test
    void ofManyFaultsTheFirstHundredOfAKindAreListed() {
        insert(Calls.PLAIN.metered("req_1", 1, 1));
        for (int i = 0; i < 120; i++) {
            execute("INSERT INTO ledger_account (name, debits, credits) VALUES (?, 1, 1)", "account:made up " + i);
        }
        BooksReport report = books.verify();
        assertEquals(100, report.faults().size());
        assertFalse(report.complete());
    }

    @Test
    void verificationBesideSettlementsSeesEachWholeOrNotAtAll() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread settling = Thread.ofPlatform().start(() -> {
            for (int i = 0; !over.get(); i++) {
                insert(new Calls("a" + i % 3, "p" + i % 2, "app", null).metered("req_" + i, 3, i % 2 == 0 ? 1 : 9));
            }
        });
        try {
            for (int i = 0; i < 30; i++) {
                BooksReport report = books.verify();
                assertEquals(List.of(), report.faults());
            }
        } finally {
            over.set(true);
            settling.join();
        }
        assertTrue(books.verify().calls() > 0);
    }

    @Test
    void callsOfAnOlderVersionAreInTheBooksAfterTheUpgrade() throws Exception {
        DatabaseUrl url = kind.empty(folder);
        old(url, insert -> {
            insert.accept(new Calls("team", "openai", "codex", "review").metered("req_1", 150, 100));
            insert.accept(new Calls("team", "sim", "(other)", "").metered("req_2", 20, 100));
            insert.accept(Calls.PLAIN.unreconciled("req_3", 40));
            insert.accept(new Calls("team", null, null, null).metered("req_4", 4, 1));
            insert.accept(Calls.PLAIN.call("req_5", new Charge.Free(), 9));
            for (int i = 0; i < 1_010; i++) {
                insert.accept(Calls.PLAIN.app("a" + i).feature("f" + i).metered("req_1" + i, 2, 2));
            }
        });
        store.close();
        open(url);
        BooksReport report = books.verify();
        assertEquals(List.of(), report.faults());
        assertEquals(1_015, report.calls());
        assertEquals(2, report.transfers());
        Map<String, List<Long>> balances = balances();
        assertEquals(List.of(174L, 0L), balances.get("account:team"));
        assertEquals(List.of(0L, 4L), balances.get("provider:(none)"));
        assertEquals(
                List.of(44L, 0L),
                balances.get("app:(other)")); // 20 of that name, and 12 of 1,012 apps that found no room
        insert(
                Calls.PLAIN.app("a1009").metered("req_6", 1, 1),
                Calls.PLAIN.app("codex").metered("req_7", 1, 1));
        assertEquals(List.of(), subjects());
        assertEquals(List.of(151L, 0L), balances().get("app:codex"));
    }

    /** A database as it was before there were books, with these calls. */
    private static void old(DatabaseUrl url, Consumer<Consumer<CallRecord>> calls) throws SQLException {
        boolean sqlite = url instanceof DatabaseUrl.Sqlite;
        String jdbc = switch (url) {
            case DatabaseUrl.Sqlite file -> "jdbc:sqlite:" + file.file();
            case DatabaseUrl.PostgreSql server -> server.jdbcUrl();
        };
        Flyway.configure()
                .dataSource(jdbc, sqlite ? null : "postgres", null)
                .locations("classpath:db/migration")
                .placeholders(Map.of("row_number", sqlite ? "INTEGER" : "BIGINT"))
                .target("10")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(jdbc, sqlite ? null : "postgres", null);
                Statement schema = connection.createStatement()) {
            schema.execute("ALTER TABLE call ADD COLUMN discount BIGINT"); // which today's rows have, as this:
            schema.execute("ALTER TABLE call ADD COLUMN member TEXT");
            try (PreparedStatement row = connection.prepareStatement(CallRows.INSERT)) {
                connection.setAutoCommit(false);
                calls.accept(call -> add(row, call));
                row.executeBatch();
                connection.commit();
                connection.setAutoCommit(true);
            }
            schema.execute("ALTER TABLE call DROP COLUMN discount");
            schema.execute("ALTER TABLE call DROP COLUMN member");
        }
    }

    private static void add(PreparedStatement row, CallRecord call) {
        try {
            CallRows.bind(row, call);
            row.addBatch();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
