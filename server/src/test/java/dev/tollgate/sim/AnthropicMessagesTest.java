package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.sim.Sim.Answered;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnthropicMessagesTest {

    private static final String THINKING = ",'thinking':{'type':'adaptive'}";

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

    @Test
    void theEventsComeInAnthropicsOrder() throws Exception {
        Answered stream = Dialects.ANTHROPIC.ask(sim, "echo", "one two", true, THINKING, "x-sim-events", "2");
        List<String> names = stream.eventNames().stream().distinct().toList();
        assertEquals(
                List.of(
                        "message_start",
                        "content_block_start",
                        "ping",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop"),
                names);
        assertEquals("text/event-stream; charset=utf-8", stream.header("content-type"));
        for (var event : stream.events()) {
            assertEquals(event.name(), event.json().path("type").stringValue(""));
        }
        JsonNode start = stream.events().getFirst().json().path("message");
        assertEquals(0, start.path("content").size());
        assertEquals(1, start.path("usage").path("output_tokens").asInt(0));
        assertTrue(start.path("stop_reason").isNull());
    }

    @Test
    void thinkingComesFirstAndSigned() throws Exception {
        JsonNode message =
                Dialects.ANTHROPIC.ask(sim, "echo", "hi", false, THINKING).json();
        JsonNode thinking = message.path("content").path(0);
        assertEquals("thinking", thinking.path("type").stringValue(""));
        assertFalse(thinking.path("thinking").stringValue("").isEmpty());
        assertFalse(thinking.path("signature").stringValue("").isEmpty());
        assertEquals("text", message.path("content").path(1).path("type").stringValue(""));
        JsonNode usage = message.path("usage");
        long thought =
                usage.path("output_tokens_details").path("thinking_tokens").asLong(0);
        assertTrue(thought > 0 && thought < usage.path("output_tokens").asLong(0), usage.toString());
    }

    @Test
    void aStreamsThinkingIsSignedLikeTheWholeOnes() throws Exception {
        JsonNode whole = Dialects.ANTHROPIC
                .ask(sim, "echo", "hi", false, THINKING)
                .json()
                .path("content")
                .path(0);
        String text = "";
        String signature = "";
        for (var event :
                Dialects.ANTHROPIC.ask(sim, "echo", "hi", true, THINKING).events()) {
            text += event.json().path("delta").path("thinking").stringValue("");
            signature += event.json().path("delta").path("signature").stringValue("");
        }
        assertEquals(whole.path("thinking").stringValue(""), text);
        assertEquals(whole.path("signature").stringValue(""), signature);
    }

    @Test
    void omittedThinkingIsSignedButNotShown() throws Exception {
        String omitted = ",'thinking':{'type':'adaptive','display':'omitted'}";
        JsonNode block = Dialects.ANTHROPIC
                .ask(sim, "echo", "hi", false, omitted)
                .json()
                .path("content")
                .path(0);
        assertEquals("", block.path("thinking").stringValue("none"));
        assertFalse(block.path("signature").stringValue("").isEmpty());
        assertEquals(200, replay(block.toString()).status());
    }

    @Test
    void thinkingComesBackAsItWasOrIsRefused() throws Exception {
        String block = Dialects.ANTHROPIC
                .ask(sim, "echo", "hi", false, THINKING)
                .json()
                .path("content")
                .path(0)
                .toString();
        assertEquals(200, replay(block).status());
        Answered refused = replay(block.replace("question", "Question"));
        assertEquals(400, refused.status());
        assertEquals(
                "messages.1.content.0: Invalid `signature` in `thinking` block",
                refused.json().path("error").path("message").stringValue(""));
        assertEquals(
                200,
                replay("{\"type\":\"thinking\",\"thinking\":\"x\",\"signature\":\"of another\"}")
                        .status());
    }

    private Answered replay(String block) throws Exception {
        return sim.post(
                "/v1/messages",
                "{\"model\":\"echo\",\"max_tokens\":99,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},"
                        + "{\"role\":\"assistant\",\"content\":[" + block
                        + "]},{\"role\":\"user\",\"content\":\"go on\"}]}");
    }

    @Test
    void theFirstSightOfACachedPrefixWritesAndLaterOnesRead() throws Exception {
        JsonNode first = cached("first question", "5m");
        JsonNode second = cached("another question", "5m");
        long prefix = first.path("cache_creation_input_tokens").asLong(0);
        assertTrue(prefix > 0, first.toString());
        assertEquals(0, first.path("cache_read_input_tokens").asLong(-1));
        assertEquals(
                prefix,
                first.path("cache_creation").path("ephemeral_5m_input_tokens").asLong(0));
        assertEquals(prefix, second.path("cache_read_input_tokens").asLong(0));
        assertEquals(0, second.path("cache_creation_input_tokens").asLong(-1));
        assertTrue(second.path("input_tokens").asLong(0) > 0);
    }

    @Test
    void aCacheOfOneHourIsToldApart() throws Exception {
        JsonNode usage = cached("a question of one hour", "1h");
        JsonNode created = usage.path("cache_creation");
        assertEquals(0, created.path("ephemeral_5m_input_tokens").asLong(-1));
        assertEquals(
                usage.path("cache_creation_input_tokens").asLong(-1),
                created.path("ephemeral_1h_input_tokens").asLong(-2));
    }

    private JsonNode cached(String question, String lifetime) throws Exception {
        String body = Sim.quotes("{'model':'echo','max_tokens':9,'system':[{'type':'text','text':'Long rules, kept "
                + lifetime + ".','cache_control':{'type':'ephemeral','ttl':'" + lifetime
                + "'}}],'messages':[{'role':'user','content':'" + question + "'}]}");
        return sim.post("/v1/messages", body).json().path("usage");
    }

    @Test
    void aConversationReadsWhatItsLastTurnWrote() throws Exception {
        String mark = ",'cache_control':{'type':'ephemeral'}";
        String first = "{'role':'user','content':[{'type':'text','text':'turn one of this talk'MARK}]}";
        String rest = ",{'role':'assistant','content':'answer'},"
                + "{'role':'user','content':[{'type':'text','text':'turn two of it'MARK}]}";
        JsonNode one = turn(first.replace("MARK", mark));
        JsonNode two = turn(first.replace("MARK", "") + rest.replace("MARK", mark));
        assertEquals(
                one.path("cache_creation_input_tokens").asLong(-1),
                two.path("cache_read_input_tokens").asLong(-2));
        assertTrue(two.path("cache_creation_input_tokens").asLong(0) > 0, two.toString());
    }

    private JsonNode turn(String messages) throws Exception {
        return sim.post("/v1/messages", Sim.quotes("{'model':'echo','max_tokens':9,'messages':[" + messages + "]}"))
                .json()
                .path("usage");
    }

    @Test
    void anotherCallersCacheIsNotRead() throws Exception {
        String mark = ",'cache_control':{'type':'ephemeral'}";
        for (String key : List.of("sk-caller-number-one", "sk-caller-number-two")) {
            JsonNode usage = Dialects.ANTHROPIC
                    .ask(sim, "echo", "shared words", false, mark, "x-api-key", key)
                    .json()
                    .path("usage");
            assertEquals(0, usage.path("cache_read_input_tokens").asLong(-1), key);
        }
    }

    @Test
    void countedTokensAreTheOnesThatAreReported() throws Exception {
        String body = Dialects.ANTHROPIC.body("echo", "How many are these?", false, Dialects.ANTHROPIC.tools());
        long counted = sim.post("/v1/messages/count_tokens?beta=true", body)
                .json()
                .path("input_tokens")
                .asLong(0);
        long reported = sim.post("/v1/messages?beta=true", body)
                .json()
                .path("usage")
                .path("input_tokens")
                .asLong(-1);
        assertEquals(reported, counted);
    }

    @Test
    void afterAToolResultTheToolsModelSpeaks() throws Exception {
        String conversation = Sim.quotes("{'model':'tools','max_tokens':99,'messages':[{'role':'user','content':'w?'},"
                + "{'role':'assistant','content':[{'type':'tool_use','id':'t1','name':'weather','input':{}}]},"
                + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t1','content':[{'type':'text','text':'rain'}]}]}]"
                + Dialects.ANTHROPIC.tools() + "}");
        JsonNode message = sim.post("/v1/messages", conversation).json();
        assertEquals("end_turn", message.path("stop_reason").stringValue(""));
        assertEquals(
                "The tool answered: rain",
                message.path("content").path(0).path("text").stringValue(""));
    }

    @Test
    void aToolChoiceIsKept() throws Exception {
        String none = Dialects.ANTHROPIC.tools() + ",'tool_choice':{'type':'none'}";
        assertEquals(
                "", Dialects.ANTHROPIC.speak(sim, "tools", "w?", false, none).tool());
        String named = ",'tools':[{'name':'a','input_schema':{}},{'name':'b','input_schema':{}}],"
                + "'tool_choice':{'type':'tool','name':'b'}";
        assertEquals(
                "b", Dialects.ANTHROPIC.speak(sim, "tools", "w?", false, named).tool());
    }

    @Test
    void aToolThatAnthropicRunsIsNotCalled() throws Exception {
        String server = ",'tools':[{'type':'web_search_20250305','name':'web_search'}]";
        assertEquals(
                "", Dialects.ANTHROPIC.speak(sim, "tools", "w?", false, server).tool());
    }

    @Test
    void structuredOutputIsJsonOfItsSchema() throws Exception {
        String format = ",'output_config':{'format':{'type':'json_schema','schema':" + Dialects.SCHEMA + "}}";
        JsonNode json = Sim.json(
                Dialects.ANTHROPIC.speak(sim, "echo", "w?", false, format).text());
        assertTrue(json.path("days").longValue(0) >= 2, json.toString());
    }

    @Test
    void everyAnswerCarriesARequestIdAndTheRateLimits() throws Exception {
        Answered answer = Dialects.ANTHROPIC.ask(sim, "echo", "hi", false, "");
        assertTrue(answer.header("request-id").startsWith("req_"));
        assertTrue(answer.header("anthropic-ratelimit-input-tokens-reset").matches("20..-..-..T..:..:..Z"));
        assertEquals("application/json", answer.header("content-type"));
    }

    @Test
    void anErrorTellsTheRequestIdOfItsHeader() throws Exception {
        Answered answer = Dialects.ANTHROPIC.ask(sim, "flaky:500", "hi", false, "");
        assertEquals(
                answer.header("request-id"), answer.json().path("request_id").stringValue(""));
        assertEquals("error", answer.json().path("type").stringValue(""));
        assertEquals("true", answer.header("x-should-retry"));
    }
}
