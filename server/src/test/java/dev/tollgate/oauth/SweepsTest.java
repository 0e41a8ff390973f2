package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store's upgrade has brought: indexes for the sweeps, caps that hold for every client of a grant, and one account. */
class SweepsTest {
    @TempDir
    Path home = Path.of("");

    @Test
    void sweepsReadNoMoreThanWhatIsOver() {
        try (Store store = Store.open(new DatabaseUrl.Sqlite(home.resolve("sweeps.db")))) {
            for (Map.Entry<String, String> each : Map.of(
                            "oauth_grant", Sweeper.ENDED_GRANT, "oauth_client", Sweeper.EXPIRED_CLIENT)
                    .entrySet()) {
                List<String> plan = store.read(handle -> handle.createQuery("EXPLAIN QUERY PLAN SELECT id FROM "
                                + each.getKey() + " WHERE " + each.getValue() + " LIMIT 500")
                        .bind("before", 1L)
                        .map((row, context) -> row.getString("detail"))
                        .list());
                assertFalse(plan.contains("SCAN " + each.getKey()), plan.toString());
            }
        }
    }

    @Test
    void capsThatWereBoundToAnAppAreTakenAlong() {
        Path file = older("25");
        insert(file, "bud_cap", "gra_1");
        insert(file, "bud_operators", "key_1");
        try (Store store = Store.open(new DatabaseUrl.Sqlite(file))) {
            assertEquals(List.of("bud_cap null", "bud_operators app"), apps(store));
        }
    }

    /** No budget and no rate can be set on another account than the one that there is. */
    @Test
    void whatARuleGaveIsPaidByTheAccountThatThereIs() {
        Path file = older("27");
        Jdbi.create("jdbc:sqlite:" + file).useHandle(handle -> {
            handle.execute(
                    "INSERT INTO federation_rule (id, name, kind, issuer, near, audience, claims, scopes, account,"
                            + " cap_nano_usd, cap_window, lifetime_seconds, created_at) VALUES"
                            + " ('fed_1', 'deploy', 'job', 'https://i', 0, 'a', '{}', 'models:use', 'lab', -1, '', 900, 1),"
                            + " ('fed_2', 'people', 'id-jag', 'https://i', 0, '', '{}', 'models:use', '', -1, '', 900, 1)");
            handle.execute("INSERT INTO oauth_grant (id, person_id, subject, account, client_id, client_name, scopes,"
                    + " resource, cap_nano_usd, cap_window, created_at, expires_at, revoked_at, change) VALUES"
                    + " ('gra_1', '', 'x', 'lab', 'federation:deploy', 'x', 'models:use', 'r', -1, '', 1, 0, 0, 0)");
        });
        try (Store store = Store.open(new DatabaseUrl.Sqlite(file))) {
            assertEquals(
                    List.of("default", "", "default"),
                    store.read(
                            handle -> handle.createQuery("SELECT account FROM (SELECT id, account FROM federation_rule"
                                            + " UNION ALL SELECT id, account FROM oauth_grant) AS a ORDER BY id")
                                    .mapTo(String.class)
                                    .list()));
        }
    }

    /** A store as it was when that was the last change. */
    private Path older(String version) {
        Path file = home.resolve("older.db");
        Flyway.configure()
                .dataSource("jdbc:sqlite:" + file, null, null)
                .locations("classpath:db/migration")
                .placeholders(Map.of("row_number", "INTEGER"))
                .target(version)
                .load()
                .migrate();
        return file;
    }

    private static void insert(Path file, String id, String key) {
        Jdbi.create("jdbc:sqlite:" + file)
                .useHandle(handle -> handle.execute(
                        "INSERT INTO budget (id, member, app, key_id, key_name, limit_nano_usd, spend_window, time_zone,"
                                + " thresholds, unpriced, created_at) VALUES (?, 'per_1', 'app', ?, '', 1, 'day', 'Z', '', 0, 0)",
                        id,
                        key));
    }

    private static List<String> apps(Store store) {
        return store.read(handle -> handle.createQuery("SELECT id, app FROM budget ORDER BY id")
                .map((row, context) -> row.getString("id") + " " + row.getString("app"))
                .list());
    }
}
