package dev.tollgate.bench.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChatBodiesTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void bodiesAreJsonOfExactlyTheSizeAskedFor() {
        for (int bytes = 200; bytes < 120_000; bytes += 1 + bytes / 7) {
            String body = ChatBodies.body("mock/bench-model", bytes, true);
            assertEquals(bytes, body.getBytes(StandardCharsets.UTF_8).length);
            JsonNode json = JSON.readTree(body);
            assertEquals("mock/bench-model", json.path("model").asString());
            assertTrue(json.path("stream").asBoolean());
        }
    }

    @Test
    void aBodyTooSmallForJsonIsTheSmallestWholeOne() {
        JsonNode json = JSON.readTree(ChatBodies.body("m", 10, false));
        assertFalse(json.path("stream").asBoolean(true));
        assertEquals(1, json.path("messages").get(0).path("content").asString().length());
    }

    @Test
    void rolesTakeTurnsAndTheUserHasTheLastWord() {
        JsonNode messages = JSON.readTree(ChatBodies.body("m", 50_000, false)).path("messages");
        assertTrue(messages.size() > 30);
        for (int i = 0; i < messages.size(); i++) {
            assertEquals(
                    i % 2 == 0 ? "user" : "assistant",
                    messages.get(i).path("role").asString());
        }
        assertEquals(1, messages.size() % 2);
    }
}
