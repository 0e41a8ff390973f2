package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.sim.Sim.Answered;
import dev.tollgate.sim.Sim.Received;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiResponsesTest {

    private static final String REASONING =
            ",'reasoning':{'effort':'low','summary':'auto'},'include':['reasoning.encrypted_content']";

    @SuppressWarnings("NullAway.Init")
    private Sim sim;

    @BeforeAll
    void start() {
        sim = new Sim();
    }

    @AfterAll
    void stop() {
        sim.close();
    }

    private Answered ask(String model, boolean stream, String extra) throws Exception {
        return Dialects.RESPONSES.ask(sim, model, "one", stream, extra);
    }

    @Test
    void aTextsEventsComeInOrder() throws Exception {
        assertEquals(
                List.of(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed"),
                ask("echo", true, "").eventNames());
    }

    @Test
    void reasoningsEventsComeBeforeTheTexts() throws Exception {
        List<String> names =
                ask("echo", true, REASONING).eventNames().stream().distinct().toList();
        assertEquals(
                List.of(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.reasoning_summary_part.added",
                        "response.reasoning_summary_text.delta",
                        "response.reasoning_summary_text.done",
                        "response.reasoning_summary_part.done",
                        "response.output_item.done",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.completed"),
                names);
    }

    @Test
    void aFunctionCallsEventsComeInOrder() throws Exception {
        List<Received> events = ask("tools", true, Dialects.RESPONSES.tools()).events();
        List<String> names = events.stream().map(Received::name).distinct().toList();
        assertEquals(
                List.of(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.done",
                        "response.output_item.done",
                        "response.completed"),
                names);
        JsonNode done = events.get(events.size() - 2).json().path("item");
        assertEquals(done.path("id"), events.get(3).json().path("item_id"));
        assertTrue(done.path("call_id").stringValue("").startsWith("call_"));
    }

    @Test
    void eventsAreNumberedWithoutAGap() throws Exception {
        List<Received> events = ask("echo", true, REASONING).events();
        for (int i = 0; i < events.size(); i++) {
            assertEquals(
                    i,
                    events.get(i).json().path("sequence_number").asInt(-1),
                    events.get(i).data());
            assertEquals(events.get(i).name(), events.get(i).json().path("type").stringValue(""));
        }
    }

    @Test
    void theLastEventHoldsTheWholeResponse() throws Exception {
        JsonNode whole = ask("echo", false, REASONING).json();
        JsonNode streamed =
                ask("echo", true, REASONING).events().getLast().json().path("response");
        assertEquals(whole, streamed);
        assertEquals("completed", whole.path("status").stringValue(""));
        JsonNode reasoning = whole.path("output").path(0);
        assertEquals("reasoning", reasoning.path("type").stringValue(""));
        assertFalse(reasoning.path("encrypted_content").stringValue("").isEmpty());
        assertTrue(whole.path("usage")
                        .path("output_tokens_details")
                        .path("reasoning_tokens")
                        .asLong(0)
                > 0);
    }

    @Test
    void aResponseTellsTheRequestBack() throws Exception {
        String extra =
                ",'instructions':'Be brief.','metadata':{'a':'b'},'max_output_tokens':77" + Dialects.RESPONSES.tools();
        JsonNode response = ask("echo", false, extra).json();
        assertEquals("Be brief.", response.path("instructions").stringValue(""));
        assertEquals("b", response.path("metadata").path("a").stringValue(""));
        assertEquals(77, response.path("max_output_tokens").asInt(0));
        assertEquals("weather", response.path("tools").path(0).path("name").stringValue(""));
        assertEquals("auto", response.path("tool_choice").stringValue(""));
    }

    @Test
    void aCutAnswerIsIncomplete() throws Exception {
        Answered stream = ask("story:0s", true, ",'max_output_tokens':3");
        assertEquals("response.incomplete", stream.events().getLast().name());
        JsonNode response = stream.events().getLast().json().path("response");
        assertEquals("incomplete", response.path("status").stringValue(""));
        assertEquals(
                "max_output_tokens",
                response.path("incomplete_details").path("reason").stringValue(""));
    }

    @Test
    void inputItemsAreRead() throws Exception {
        String items = "[{'type':'message','role':'user','content':[{'type':'input_text','text':'listed'}]},"
                + "{'type':'function_call','call_id':'c','name':'weather','arguments':'{}'},"
                + "{'type':'function_call_output','call_id':'c','output':'rain'}]";
        for (String model : List.of("echo", "tools")) {
            String body = Sim.quotes("{'model':'" + model + "','input':" + items + Dialects.RESPONSES.tools() + "}");
            String text = Dialects.RESPONSES
                    .whole(sim.post("/v1/responses", body).json())
                    .text();
            assertEquals(model.equals("echo") ? "listed" : "The tool answered: rain", text);
        }
    }

    @Test
    void aNamedCacheIsWrittenAndThenRead() throws Exception {
        String key = ",'prompt_cache_key':'mine'";
        JsonNode first = ask("echo", false, key).json().path("usage").path("input_tokens_details");
        JsonNode second = ask("echo", false, key).json().path("usage").path("input_tokens_details");
        assertTrue(first.path("cache_write_tokens").asLong(0) > 0, first.toString());
        assertEquals(
                first.path("cache_write_tokens").asLong(-1),
                second.path("cached_tokens").asLong(-2));
        assertEquals(0, second.path("cache_write_tokens").asLong(-1));
    }
}
