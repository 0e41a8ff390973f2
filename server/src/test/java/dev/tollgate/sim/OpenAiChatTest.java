package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.sim.Sim.Received;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiChatTest {

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

    private List<Received> stream(String extra) throws Exception {
        String body = Sim.quotes(
                "{'model':'echo','stream':true,'messages':[{'role':'user','content':'one two'}]" + extra + "}");
        return sim.post("/v1/chat/completions", body).events();
    }

    @Test
    void usageIsStreamedOnlyWhenAskedFor() throws Exception {
        List<Received> asked = stream(",'stream_options':{'include_usage':true}");
        JsonNode last = asked.get(asked.size() - 2).json();
        assertEquals(0, last.path("choices").size());
        assertTrue(last.path("usage").path("total_tokens").asLong(0) > 0);
        assertTrue(asked.getFirst().json().path("usage").isNull());

        for (String extra : List.of("", ",'stream_options':{'include_usage':false}")) {
            List<Received> events = stream(extra);
            for (Received event : events.subList(0, events.size() - 1)) {
                assertFalse(event.json().has("usage"), event.data());
                assertEquals(1, event.json().path("choices").size());
            }
        }
    }

    @Test
    void theRoleComesFirstAndTheReasonLast() throws Exception {
        List<Received> events = stream("");
        JsonNode first = events.getFirst().json().path("choices").path(0);
        assertEquals("assistant", first.path("delta").path("role").stringValue(""));
        assertTrue(first.path("finish_reason").isNull());
        JsonNode last = events.get(events.size() - 2).json().path("choices").path(0);
        assertEquals(0, last.path("delta").size());
        assertEquals("stop", last.path("finish_reason").stringValue(""));
        assertEquals("[DONE]", events.getLast().data());
        for (Received event : events) {
            assertEquals("", event.name());
        }
    }

    @Test
    void severalChoicesAreAnsweredAndPaidFor() throws Exception {
        JsonNode one = Dialects.CHAT.ask(sim, "echo", "same words", false, "").json();
        JsonNode three =
                Dialects.CHAT.ask(sim, "echo", "same words", false, ",'n':3").json();
        assertEquals(3, three.path("choices").size());
        assertEquals(2, three.path("choices").path(2).path("index").asInt(0));
        assertEquals(
                3 * one.path("usage").path("completion_tokens").asLong(0),
                three.path("usage").path("completion_tokens").asLong(0));
    }

    @Test
    void noChoiceEndsBeforeAllHaveBegun() throws Exception {
        int opened = 0;
        int ended = 0;
        for (Received event : stream(",'n':2")) {
            if (!event.data().equals("[DONE]")) {
                JsonNode choice = event.json().path("choices").path(0);
                opened += choice.path("delta").has("role") ? 1 : 0;
                ended += choice.path("finish_reason").isString() ? 1 : 0;
                assertTrue(ended == 0 || opened == 2, event.data());
            }
        }
        assertEquals(2, ended);
    }

    @Test
    void reasoningIsCountedAndNotShown() throws Exception {
        JsonNode plain = Dialects.CHAT.ask(sim, "echo", "hi", false, "").json();
        JsonNode reasoned = Dialects.CHAT
                .ask(sim, "echo", "hi", false, ",'reasoning_effort':'high'")
                .json();
        assertEquals(plain.path("choices"), reasoned.path("choices"));
        assertTrue(reasoned.path("usage")
                        .path("completion_tokens_details")
                        .path("reasoning_tokens")
                        .asLong(0)
                > 0);
    }

    @Test
    void aLongPromptIsCachedUnasked() throws Exception {
        String text = "words ".repeat(1_000);
        JsonNode first = Dialects.CHAT.ask(sim, "echo", text, false, "").json().path("usage");
        JsonNode second = Dialects.CHAT.ask(sim, "echo", text, false, "").json().path("usage");
        long prompt = first.path("prompt_tokens").asLong(0);
        assertEquals(
                prompt,
                first.path("prompt_tokens_details").path("cache_write_tokens").asLong(0));
        assertEquals(
                0, first.path("prompt_tokens_details").path("cached_tokens").asLong(-1));
        assertEquals(prompt, second.path("prompt_tokens").asLong(0));
        assertEquals(
                prompt,
                second.path("prompt_tokens_details").path("cached_tokens").asLong(0));
    }

    @Test
    void theLastTextOfTheLastUserMessageIsEchoed() throws Exception {
        String body = Sim.quotes("{'model':'echo','messages':[{'role':'user','content':'old'},"
                + "{'role':'user','content':[{'type':'text','text':'first'},"
                + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}},{'type':'text','text':'last'}]},"
                + "{'role':'assistant','content':'mine'}]}");
        JsonNode json = sim.post("/v1/chat/completions", body).json();
        assertEquals("last", Dialects.CHAT.whole(json).text());
    }

    @Test
    void aToolMessageIsAnsweredInText() throws Exception {
        String body = Sim.quotes("{'model':'tools','messages':[{'role':'user','content':'w?'},"
                + "{'role':'tool','tool_call_id':'c','content':'rain'}]" + Dialects.CHAT.tools() + "}");
        JsonNode json = sim.post("/v1/chat/completions", body).json();
        assertEquals("The tool answered: rain", Dialects.CHAT.whole(json).text());
        assertEquals("stop", json.path("choices").path(0).path("finish_reason").stringValue(""));
    }
}
