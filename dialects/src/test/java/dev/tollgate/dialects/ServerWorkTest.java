package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.ServerWork.ServerTool;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request asks its provider for beside its prompt and its answer. */
class ServerWorkTest {
    private static ServerWork work(Operation operation, String json) {
        byte[] body = json.replace('\'', '"').getBytes(UTF_8);
        return assertInstanceOf(
                        Inspection.Readable.class, RequestInspector.inspect(operation, body, 0, body.length), json)
                .fields()
                .work();
    }

    private static List<String> tools(Operation operation, String json) {
        return work(operation, json).tools().stream().map(ServerTool::type).toList();
    }

    private static String bounded(Operation operation, String json) {
        byte[] body = json.replace('\'', '"').getBytes(UTF_8);
        List<Splice> splices = Splices.toolUses(operation, work(operation, json), 10);
        return new String(Splices.apply(body, 0, body.length, splices), UTF_8).replace('"', '\'');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "MESSAGES | {'model':'m','speed':'fast'} | FAST",
                "MESSAGES | {'model':'m','speed':'standard','service_tier':'auto'} | STANDARD",
                "MESSAGES | {'model':'m','service_tier':'standard_only'} | STANDARD",
                "MESSAGES | {'model':'m','speed':null} | STANDARD",
                "MESSAGES | {'model':'m','service_tier':'ultra'} | OTHER",
                "CHAT_COMPLETIONS | {'model':'m','service_tier':'priority'} | PRIORITY",
                "CHAT_COMPLETIONS | {'model':'m','service_tier':'flex'} | FLEX",
                "RESPONSES | {'model':'m','service_tier':'pri\\u006frity'} | PRIORITY",
                "RESPONSES | {'model':'m','service_tier':'default'} | STANDARD",
                "GENERATE_CONTENT | {'contents':[],'service_tier':'SERVICE_TIER_PRIORITY'} | PRIORITY",
                "STREAM_GENERATE_CONTENT | {'serviceTier':'flex'} | FLEX",
            })
    void theTierThatIsAskedFor(Operation operation, String json, ServiceTier tier) {
        assertEquals(tier, work(operation, json).tier());
    }

    @Test
    void ofMessagesThoseThatAnthropicRuns() {
        ServerWork work = work(
                Operation.MESSAGES,
                "{'model':'m','tools':[{'name':'own','input_schema':{'type':'object'}},"
                        + "{'type':'custom','name':'x'},{'type':'bash_20250124','name':'bash'},"
                        + "{'max_uses':3,'type':'web_search_20250305','name':'web_search'},"
                        + "{'type':'advisor_20260301','model':'big','max_tokens':2048,'name':'advisor'}]}");
        assertEquals(2, work.tools().size());
        assertEquals("web_search_20250305", work.tools().getFirst().type());
        assertEquals(3, work.tools().getFirst().maxUses());
        ServerTool advisor = work.tools().getLast();
        assertEquals("big", advisor.model());
        assertEquals(2048, advisor.maxTokens());
        assertEquals(-1, advisor.maxUses());
    }

    @Test
    void remoteServersOfMessagesAreToolsTooButNoServersAreNone() {
        assertEquals(
                List.of("mcp_servers"),
                tools(Operation.MESSAGES, "{'model':'m','mcp_servers':[{'type':'url','url':'https://x'}]}"));
        assertSame(ServerWork.NONE, work(Operation.MESSAGES, "{'model':'m','mcp_servers':[],'tools':[]}"));
    }

    @Test
    void ofOpenAiThoseThatItRuns() {
        String tools = "'tools':[{'type':'function','name':'f','parameters':{'type':'object'}},"
                + "{'type':'web_search'},{'type':'image_generation','model':'gpt-image-1'},{'type':'mcp'}]";
        ServerWork work = work(Operation.RESPONSES, "{'model':'m'," + tools + ",'max_tool_calls':4}");
        assertEquals(
                List.of("web_search", "image_generation", "mcp"),
                work.tools().stream().map(ServerTool::type).toList());
        assertEquals(4, work.mostCalls());
        assertEquals(
                List.of("web_search_options"),
                tools(Operation.CHAT_COMPLETIONS, "{'model':'m','web_search_options':{}}"));
        assertTrue(tools(Operation.CHAT_COMPLETIONS, "{'model':'m','web_search_options':null}")
                .isEmpty());
    }

    @Test
    void ofGeminiAllButTheFunctionsAndAlsoOneWithoutItsList() {
        assertEquals(
                List.of("googleSearch", "url_context", "googleSearch"),
                tools(
                        Operation.GENERATE_CONTENT,
                        "{'tools':[{'functionDeclarations':[{'name':'f'}]},{'googleSearch':{},'url_context':{}},"
                                + "{'googleSearch':{}}]}"));
        assertEquals(List.of("googleSearch"), tools(Operation.GENERATE_CONTENT, "{'tools':{'googleSearch':{}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "MESSAGES | {'tools':[{'type':'web_search_20250305'}],'model':'m'}"
                        + " | {'tools':[{'max_uses':10,'type':'web_search_20250305'}],'model':'m'}",
                "MESSAGES | {'tools':[{'type':'web_fetch_2','max_uses':null}],'model':'m'}"
                        + " | {'tools':[{'type':'web_fetch_2','max_uses':10}],'model':'m'}",
                "MESSAGES | {'tools':[{'type':'web_fetch_2','max_uses':99}],'model':'m'} | ",
                "MESSAGES | {'tools':[{'type':'code_execution_2'},{'name':'a'}],'model':'m'} | ",
                "RESPONSES | {'model':'m','tools':[{'type':'web_search'}]}"
                        + " | {'max_tool_calls':10,'model':'m','tools':[{'type':'web_search'}]}",
                "RESPONSES | {'model':'m','max_tool_calls':null,'tools':[{'type':'mcp'}]}"
                        + " | {'model':'m','max_tool_calls':10,'tools':[{'type':'mcp'}]}",
                "RESPONSES | {'model':'m','tools':[{'type':'function'}]} | ",
                "GENERATE_CONTENT | {'tools':[{'googleSearch':{}}]} | ",
            })
    void whatHasNoBoundAndTakesOneGetsIt(Operation operation, String json, String bounded) {
        assertEquals(bounded == null ? json : bounded, bounded(operation, json));
    }

    @Test
    void theThinkingOfMessagesHasItsBudget() {
        byte[] body = "{\"model\":\"m\",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}}".getBytes(UTF_8);
        RequestFields fields = assertInstanceOf(
                        Inspection.Readable.class, RequestInspector.inspect(Operation.MESSAGES, body, 0, body.length))
                .fields();
        assertEquals(2000, fields.thinkingBudget());
        assertEquals(-1, fields.maxOutputTokens());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "MESSAGES | {'model':'m','tools':[{'Max_Uses':1}]}",
                "MESSAGES | {'model':'m','tools':[{'max_uses':-1}]}",
                "MESSAGES | {'model':'m','speed':7}",
                "MESSAGES | {'model':'m','Speed':'fast'}",
                "RESPONSES | {'model':'m','tools':[{'TYPE':'web_search'}]}",
                "RESPONSES | {'model':'m','max_tool_calls':1.5}",
                "GENERATE_CONTENT | {'serviceTier':'flex','service_tier':'priority'}",
            })
    void whatCouldMeanTwoThingsIsRefused(Operation operation, String json) {
        byte[] body = json.replace('\'', '"').getBytes(UTF_8);
        assertInstanceOf(Inspection.Malformed.class, RequestInspector.inspect(operation, body, 0, body.length), json);
    }
}
