package dev.tollgate.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the calls of a grant have come to since it was made, whatever has become of their rows. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class GrantSpendTest extends InLedger {
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final List<String> BOTH = List.of("gra_1", "gra_2");

    /** The same call, made with an access token. */
    private static CallRecord by(String grantId, long atMillis, CallRecord call) {
        CallStart start = call.start();
        return new CallRecord(
                new CallStart(
                        start.requestId(),
                        atMillis,
                        new Payer(grantId, "Notes", "default", null, "per_1"),
                        start.dialect(),
                        start.operation(),
                        start.requestedModel(),
                        start.alias(),
                        start.stream(),
                        start.client()),
                call.end(),
                call.reservedNanoUsd());
    }

    private List<BooksReport.Fault> faults() {
        return new Books(store).verify().faults();
    }

    @Test
    void itCountsEveryWindowAndEveryKindOfCost() {
        assertEquals(Map.of(), ledger.spentByGrants(BOTH));
        insert(
                by("gra_1", Calls.NOW - 2 * DAY, Calls.PLAIN.metered("req_1", 30, 100)),
                by("gra_1", Calls.NOW - DAY, Calls.PLAIN.metered("req_2", 100, 60)),
                by("gra_2", Calls.NOW, Calls.PLAIN.metered("req_3", 5, 60)),
                Calls.PLAIN.metered("req_4", 1_000, 2_000));
        insert(by("gra_1", Calls.NOW, Calls.PLAIN.afterLost("req_5", 400, 500, 70, "openai")));
        assertEquals(Map.of("gra_1", 530L, "gra_2", 5L), ledger.spentByGrants(BOTH));
        assertEquals(Map.of(), ledger.spentByGrants(List.of("k1")), "a key has no sum of its own");
        assertEquals(List.of(), faults());
    }

    @Test
    void aResolutionChangesIt() {
        insert(by("gra_1", Calls.NOW, Calls.PLAIN.unreconciled("req_1", 100)));
        insert(by("gra_2", Calls.NOW, Calls.PLAIN.unreconciled("req_2", 100)));
        Resolutions resolutions = new Resolutions(
                store,
                ledger,
                (tx, actor, action, subject, detail) -> {},
                InstantSource.fixed(Instant.ofEpochMilli(Calls.NOW)),
                (tx, call, difference) -> {});
        resolutions.resolve("owner", "req_1", 30, "");
        resolutions.resolve("owner", "req_2", 250, "");
        assertEquals(Map.of("gra_1", 30L, "gra_2", 250L), ledger.spentByGrants(BOTH));
        assertEquals(List.of(), faults());
    }

    @Test
    void callsThatWereSummedUpByDayStillCount() throws InterruptedException {
        insert(
                by("gra_1", Calls.NOW - 500 * DAY, Calls.PLAIN.metered("req_1", 30, 100)),
                by("gra_1", Calls.NOW, Calls.PLAIN.metered("req_2", 4, 100)));
        InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(Calls.NOW));
        new UsageRollup(store, Duration.ofDays(400), clock).round(Calls.NOW - 400 * DAY);
        assertEquals(Map.of("gra_1", 34L), ledger.spentByGrants(BOTH));
        assertEquals(List.of(), faults());
    }

    @Test
    void aSumThatIsNotItsCallsIsNamed() {
        insert(by("gra_1", Calls.NOW, Calls.PLAIN.metered("req_1", 2_000_000_000L, 2_000_000_000L)));
        store.write(tx -> tx.handle().execute("UPDATE grant_spend SET cost = cost + 1000000000"));
        assertEquals(
                List.of(new BooksReport.Fault("gra_1", "It is said to have spent $3.00; its calls add up to $2.00.")),
                faults());
    }

    @Test
    void whatWasSpentBeforeSumsWereKeptIsInThem() throws SQLException {
        DatabaseUrl url = kind.empty(folder);
        boolean sqlite = url instanceof DatabaseUrl.Sqlite;
        String jdbc = switch (url) {
            case DatabaseUrl.Sqlite file -> "jdbc:sqlite:" + file.file();
            case DatabaseUrl.PostgreSql server -> server.jdbcUrl();
        };
        String user = sqlite ? null : "postgres";
        Flyway.configure()
                .dataSource(jdbc, user, null)
                .locations("classpath:db/migration")
                .placeholders(Map.of("row_number", sqlite ? "INTEGER" : "BIGINT"))
                .target("27")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(jdbc, user, null);
                Statement rows = connection.createStatement();
                PreparedStatement call = connection.prepareStatement(CallRows.INSERT)) {
            for (CallRecord each : List.of(
                    by("gra_1", Calls.NOW, Calls.PLAIN.metered("req_1", 30, 100)),
                    by("gra_1", Calls.NOW, Calls.PLAIN.unreconciled("req_2", 100)),
                    Calls.PLAIN.metered("req_3", 1, 100))) {
                CallRows.bind(call, each);
                call.executeUpdate();
            }
            rows.executeUpdate("INSERT INTO transfer (id, request_id, at, kind, debit, credit, amount) VALUES"
                    + " ('req_2:resolution', 'req_2', 1, 'resolution', 'provider:anthropic', 'account:default', 60)");
            rows.executeUpdate(
                    "INSERT INTO usage_day (day, key_id, account, provider, model, app, feature, key_name, calls,"
                            + " overruns, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, web_searches, cost,"
                            + " discount) VALUES (1, 'gra_1', 'default', 'p', 'm', '', '', 'x', 2, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0)");
        }
        try (Store upgraded = Store.open(url)) {
            assertEquals(Map.of("gra_1", 77L), new UsageLedger(upgraded).spentByGrants(List.of("gra_1", "k1")));
        }
    }
}
