package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Conversations that the provider keeps, where it is reached by two credentials; and fields that no other provider has. */
@Timeout(120)
class ThreadsOverHttpTest {
    private static final String BEGIN = "\"thread\":{\"type\":\"create\"}";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static TalkingProvider talking;
    private static String key = "";

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        talking = new TalkingProvider();
        gate.provider("talking", "anthropic", talking.url());
        gate.credential("talking", "second");
        gate.provider("other", "openai", talking.url());
        key = gate.createKey("ci");
    }

    @AfterAll
    static void stop() {
        gate.close();
        talking.close();
    }

    private static HttpResponse<String> call(String session, String model, String field, boolean stream)
            throws Exception {
        return gate.post(
                "/v1/messages?beta=true",
                key,
                "{\"model\":\"" + model + "\",\"max_tokens\":64,\"stream\":" + stream + "," + field
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
                "x-claude-code-session-id",
                session);
    }

    private static String go(String session, String field, boolean stream) throws Exception {
        HttpResponse<String> answer = call(session, "talking/m", field, stream);
        assertEquals(200, answer.statusCode(), answer.body());
        return talking.key;
    }

    private static String continued(int message) {
        return "\"thread\":{\"type\":\"continue\",\"previous_message_id\":\"msg_" + message + "\"}";
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aContinuedThreadReachesTheCredentialThatItBeganWith(boolean stream) throws Exception {
        String began = go("one", BEGIN, stream);
        int message = talking.calls.get();
        String elsewhere = "";
        for (int i = 0; elsewhere.isEmpty(); i++) {
            assertTrue(i < 100, "all sessions lead to one credential");
            elsewhere = go("session-" + i, BEGIN, stream).equals(began) ? "" : "session-" + i;
        }
        assertEquals(began, go(elsewhere, continued(message), stream));
        assertEquals(began, go(elsewhere, continued(talking.calls.get()), stream), "and from there on");
        assertNotEquals(began, go(elsewhere, BEGIN, stream), "another thread is not bound");
    }

    @Test
    void aThreadThatNobodyKnowsIsRefusedBeforeAnybodyIsAsked() throws Exception {
        int before = talking.calls.get();
        HttpResponse<String> refused = call("one", "talking/m", continued(99_999), false);
        assertEquals(409, refused.statusCode(), refused.body());
        JsonNode error = Json.MAPPER.readTree(refused.body()).get("error");
        assertEquals("conflict_error", error.get("type").stringValue());
        assertTrue(error.get("message").stringValue().contains("Begin the thread anew"), refused.body());
        assertEquals("false", refused.headers().firstValue("x-should-retry").orElse(""));
        assertEquals(before, talking.calls.get());
        assertEquals("0.00", gate.explainOnceKept(refused).get("cost_usd").stringValue());
    }

    @Test
    void safeguardsPassToTheirProviderAndAreNamedWhereThereIsNone() throws Exception {
        String field = "\"safeguards\":{\"type\":\"auto\"}";
        go("one", field, false);
        assertTrue(talking.request.contains("," + field + ","), talking.request);
        HttpResponse<String> refused = call("one", "other/m", field, false);
        assertEquals(400, refused.statusCode(), refused.body());
        JsonNode error = Json.MAPPER.readTree(refused.body()).get("error");
        assertEquals("invalid_request_error", error.get("type").stringValue());
        assertTrue(error.get("message").stringValue().contains("safeguards"), refused.body());
    }
}
