package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The same product on a PostgreSQL of its own. */
class PostgreSqlTest {
    private static final String HELLO =
            "{\"model\":\"sim/echo\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    Path home;

    @Test
    void callsAreKeptOverACrashAndAStoreThatGoesAwayIsToldByReadinessAndRefusals() throws Exception {
        String key;
        String id;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            String database = "postgresql://postgres@127.0.0.1:" + postgres.getPort() + "/postgres";
            try (GateProcess gate = GateProcess.start(home, "--database", database)) {
                key = gate.createKey("sql");
                HttpResponse<String> answer = gate.post("/v1/messages", key, HELLO);
                assertEquals(200, answer.statusCode(), answer.body());
                id = answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
                gate.kill();
            }
            try (GateProcess gate = GateProcess.start(home, "--database", database)) {
                assertEquals("settled", story(gate, id).get("outcome").stringValue());
                assertEquals(200, gate.post("/v1/messages", key, HELLO).statusCode());
                JsonNode usage = gate.manage("GET", "/usage?by=key", "").get("data");
                assertEquals(2, usage.get(0).get("calls").asInt(), usage.toString());
                assertTrue(gate.manage("GET", "/audit/verify", "").get("ok").asBoolean());
                assertFalse(Files.exists(home.resolve("tollgate.db")), "nothing is kept beside it");

                stop(postgres);
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                while (gate.get("/readyz").statusCode() != 503) {
                    assertTrue(System.nanoTime() < deadline, "readiness tells of the lost store");
                    TimeUnit.MILLISECONDS.sleep(100);
                }
                HttpResponse<String> refused = gate.post("/v1/messages", key, HELLO);
                assertEquals(503, refused.statusCode(), refused.body());
                assertTrue(refused.body().contains("\"type\":\"error\""), refused.body());
                assertEquals(200, gate.get("/healthz").statusCode());
            }
        }
    }

    private static void stop(EmbeddedPostgres postgres) throws IOException {
        postgres.close();
    }

    private static JsonNode story(GateProcess gate, String id) throws Exception {
        return gate.manage("GET", "/calls/" + id, "");
    }
}
