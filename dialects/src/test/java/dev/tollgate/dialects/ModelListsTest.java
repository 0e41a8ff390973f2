package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class ModelListsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Instant CREATED = Instant.parse("2026-02-05T00:00:00Z");
    private static final ListedModel MODEL =
            new ListedModel("claude-x", "Claude X", CREATED, "anthropic", 200_000, 64_000);

    private static final List<ListedModel> FIVE = IntStream.range(0, 5)
            .mapToObj(i -> new ListedModel("m" + i, "M", CREATED, "tollgate", 0, 0))
            .toList();

    @Test
    void oneModelInEachShape() {
        assertEquals(
                "{\"type\":\"model\",\"id\":\"claude-x\",\"display_name\":\"Claude X\",\"created_at\":\"2026-02-05T00:00:00Z\","
                        + "\"max_input_tokens\":200000,\"max_tokens\":64000}",
                new String(ModelLists.one(Dialect.ANTHROPIC, MODEL), UTF_8));
        assertEquals(
                "{\"id\":\"claude-x\",\"object\":\"model\",\"created\":1770249600,\"owned_by\":\"anthropic\"}",
                new String(ModelLists.one(Dialect.OPENAI, MODEL), UTF_8));
        assertEquals(
                "{\"name\":\"models/claude-x\",\"displayName\":\"Claude X\",\"inputTokenLimit\":200000,\"outputTokenLimit\":64000,"
                        + "\"supportedGenerationMethods\":[\"generateContent\",\"countTokens\"]}",
                new String(ModelLists.one(Dialect.GEMINI, MODEL), UTF_8));
    }

    @Test
    void limitsThatAreNotKnownAreLeftOut() {
        assertEquals(
                "{\"type\":\"model\",\"id\":\"m0\",\"display_name\":\"M\",\"created_at\":\"2026-02-05T00:00:00Z\"}",
                new String(ModelLists.one(Dialect.ANTHROPIC, FIVE.getFirst()), UTF_8));
    }

    @Test
    void listsInEachShape() {
        assertEquals(
                "{\"data\":[],\"has_more\":false,\"first_id\":null,\"last_id\":null}",
                new String(ModelLists.list(Dialect.ANTHROPIC, List.of(), Page.ALL), UTF_8));
        assertEquals(
                "{\"object\":\"list\",\"data\":[]}",
                new String(ModelLists.list(Dialect.OPENAI, List.of(), Page.ALL), UTF_8));
        assertEquals("{\"models\":[]}", new String(ModelLists.list(Dialect.GEMINI, List.of(), Page.ALL), UTF_8));
        assertEquals(5, json(Dialect.OPENAI, Map.of("limit", "2")).get("data").size());
    }

    @Test
    void anthropicPagesForward() {
        JsonNode first = json(Dialect.ANTHROPIC, Map.of("limit", "2"));
        assertEquals(List.of("m0", "m1"), ids(first.get("data"), "id"));
        assertEquals(true, first.get("has_more").asBoolean());
        JsonNode last = json(
                Dialect.ANTHROPIC,
                Map.of("limit", "3", "after_id", first.get("last_id").asString()));
        assertEquals(List.of("m2", "m3", "m4"), ids(last.get("data"), "id"));
        assertEquals(false, last.get("has_more").asBoolean());
        assertEquals("m2", last.get("first_id").asString());
        assertEquals("m4", last.get("last_id").asString());
    }

    @Test
    void anthropicPagesBackward() {
        JsonNode page = json(Dialect.ANTHROPIC, Map.of("limit", "2", "before_id", "m4"));
        assertEquals(List.of("m2", "m3"), ids(page.get("data"), "id"));
        assertEquals(true, page.get("has_more").asBoolean());
        JsonNode start = json(Dialect.ANTHROPIC, Map.of("limit", "2", "before_id", "m1"));
        assertEquals(List.of("m0"), ids(start.get("data"), "id"));
        assertEquals(false, start.get("has_more").asBoolean());
    }

    @Test
    void geminiPagesByToken() {
        List<String> seen = new ArrayList<>();
        Map<String, String> query = Map.of("pageSize", "2");
        for (JsonNode page = json(Dialect.GEMINI, query); ; page = json(Dialect.GEMINI, query)) {
            seen.addAll(ids(page.get("models"), "name"));
            if (!page.has("nextPageToken")) {
                break;
            }
            query = Map.of(
                    "pageSize", "2", "pageToken", page.get("nextPageToken").asString());
        }
        assertEquals(List.of("models/m0", "models/m1", "models/m2", "models/m3", "models/m4"), seen);
    }

    @Test
    void aCursorThatNamesNoModelEndsThePaging() {
        for (String cursor : List.of("after_id", "before_id")) {
            JsonNode page = json(Dialect.ANTHROPIC, Map.of(cursor, "gone"));
            assertEquals(0, page.get("data").size());
            assertEquals(false, page.get("has_more").asBoolean());
        }
    }

    @Test
    void pageSizesStayInBounds() {
        assertEquals(20, Page.of(Dialect.ANTHROPIC, name -> null).limit());
        assertEquals(
                1000,
                Page.of(Dialect.ANTHROPIC, Map.of("limit", "999999999999")::get).limit());
        assertEquals(1, Page.of(Dialect.ANTHROPIC, Map.of("limit", "-3")::get).limit());
        assertEquals(
                50, Page.of(Dialect.GEMINI, Map.of("pageSize", "many")::get).limit());
    }

    private static JsonNode json(Dialect dialect, Map<String, String> query) {
        return MAPPER.readTree(ModelLists.list(dialect, FIVE, Page.of(dialect, query::get)));
    }

    private static List<String> ids(JsonNode entries, String name) {
        return entries.valueStream().map(entry -> entry.get(name).asString()).toList();
    }
}
