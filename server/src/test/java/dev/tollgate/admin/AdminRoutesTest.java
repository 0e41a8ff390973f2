package dev.tollgate.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.CapturedLog;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreOutage;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator is told, and what the log is, when a request fails. */
@Timeout(120)
class AdminRoutesTest extends OnAdminRoutes {
    private static String body(HttpResponse<InputStream> answer) throws Exception {
        return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void whileTheStoreIsAwayEachIsToldSoAndTheLogOnce(@TempDir Path folder) throws Exception {
        Store store = Store.open(new DatabaseUrl.Sqlite(folder.resolve("away.db")));
        store.close();
        URI rows = serve(request -> AdminReply.ok(store.read(handle -> Shapes.object())));
        try (CapturedLog outage = CapturedLog.of(StoreOutage.class);
                CapturedLog log = CapturedLog.of(AdminRoutes.class)) {
            for (int asked = 0; asked < 5; asked++) {
                HttpResponse<InputStream> answer = open(rows);
                assertEquals(503, answer.statusCode());
                String body = body(answer);
                assertTrue(body.contains("The store does not answer."), body);
            }
            assertEquals(1, outage.lines().size());
            assertEquals(List.of(), log.lines());
        }
    }

    @Test
    void aWriteThatIsWrongInItselfIsAFaultOfTheGateAndNotOfTheStore(@TempDir Path folder) throws Exception {
        try (Store store = Store.open(new DatabaseUrl.Sqlite(folder.resolve("well.db")));
                CapturedLog log = CapturedLog.of(AdminRoutes.class)) {
            HttpResponse<InputStream> answer = open(serve(request -> {
                store.write(tx -> tx.handle().execute("INSERT INTO nowhere VALUES (1)"));
                return AdminReply.nothing();
            }));
            assertEquals(500, answer.statusCode());
            String body = body(answer);
            assertTrue(body.contains("Its log says more."), body);
            assertEquals(List.of("ERROR GET " + AdminRoutes.PREFIX + "/rows failed"), log.lines());
        }
    }
}
