package dev.tollgate.dialects.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.Turn;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesRequestReaderTest {
    @Test
    void messagesOfOneRoleAreOneTurnAndResultsStandFirst() {
        Request request = Sample.read(
                "{'model':'m','messages':[{'role':'user','content':'a'},{'role':'user','content':[{'type':'text','text':'b'},"
                        + "{'type':'tool_result','tool_use_id':'t'}]},{'role':'assistant','content':'c'}]}");
        assertEquals(
                List.of(Turn.Role.USER, Turn.Role.ASSISTANT),
                request.turns().stream().map(Turn::role).toList());
        List<Part> parts = request.turns().getFirst().parts();
        assertInstanceOf(Part.ToolResult.class, parts.getFirst());
        assertEquals("messages[1].content[0]", parts.get(2).at().toString());
    }

    @Test
    void instructionsWithinTheConversationAreATurnAndThoseBeforeItAreNot() {
        Request request = Sample.read(
                "{'model':'m','system':'a','messages':[{'role':'system','content':'b'},{'role':'user','content':'c'},"
                        + "{'role':'system','content':'d'}]}");
        assertEquals(2, request.instructions().size());
        assertEquals(
                List.of(Turn.Role.USER, Turn.Role.SYSTEM),
                request.turns().stream().map(Turn::role).toList());
    }

    @Test
    void whatNobodyKnowsIsAnExtraAtItsPlace() {
        Request request = Sample.read(
                "{'model':'m','novelty':1,'messages':[{'role':'user','mood':'x','content':[{'type':'text','text':'a','b':2,"
                        + "'cache_control':{'type':'ephemeral','scope':'global'}}]}],"
                        + "'tools':[{'name':'t','input_schema':{},'defer_loading':true}],'output_config':{'task_budget':{}}}");
        assertEquals(
                List.of(
                        "output_config.task_budget",
                        "messages[0].content[0].cache_control.scope",
                        "messages[0].content[0].b",
                        "messages[0].mood",
                        "tools[0].defer_loading",
                        "novelty"),
                request.extras().stream().map(extra -> extra.at().toString()).toList());
        assertEquals(
                List.of("messages[0].content[0].cache_control.scope", "tools[0].defer_loading"),
                request.extras().stream()
                        .filter(extra -> extra.weight() == Extra.Weight.INCIDENTAL)
                        .map(extra -> extra.at().toString())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'container':'c_1'                       | ESSENTIAL
            'thread':{'id':'t'}                     | ESSENTIAL
            'safeguards':{'mode':'auto'}            | ESSENTIAL
            'mcp_servers':[{'url':'https://e.org'}] | ESSENTIAL
            'inference_geo':'us'                    | ESSENTIAL
            'context_management':{'edits':[]}       | INCIDENTAL
            'speed':'fast'                          | INCIDENTAL
            'fallbacks':[{'model':'x'}]             | INCIDENTAL
            """)
    void aFieldOfAnthropicsOwnHasAWeight(String field, Extra.Weight weight) {
        assertEquals(weight, Sample.asking("," + field).extras().getFirst().weight());
    }

    @Test
    void emptyOnesOfThemSayNothing() {
        assertEquals(
                List.of(),
                Sample.asking(",'mcp_servers':[],'container':null,'inference_geo':'global'")
                        .extras());
    }

    @Test
    void blocksOfAnthropicsOwnAreOpaque() {
        Request request = Sample.read(
                "{'model':'m','messages':[{'role':'user','content':[{'type':'container_upload','file_id':'f'}]},"
                        + "{'role':'assistant','content':[{'type':'server_tool_use','id':'s'},"
                        + "{'type':'web_search_tool_result','content':[]},{'type':'compaction','content':'c'}]}]}");
        assertEquals(
                List.of(
                        "container_upload ESSENTIAL",
                        "server_tool_use HINT",
                        "web_search_tool_result HINT",
                        "compaction ESSENTIAL"),
                request.turns().stream()
                        .flatMap(turn -> turn.parts().stream())
                        .map(part -> (Part.Opaque) part)
                        .map(part -> part.type() + " " + part.weight())
                        .toList());
    }

    @Test
    void anUnknownSourceIsNotDropped() {
        Outcome<Request> outcome = Sample.reading(
                "{'model':'m','messages':[{'role':'user','content':[{'type':'image','source':{'type':'drawer'}}]}]}");
        assertEquals(
                "messages[0].content[0].source.type",
                assertInstanceOf(Outcome.NotExpressible.class, outcome).at().toString());
    }

    @Test
    void envelopesAreOpenedAndBorrowedSignaturesGivenBack() {
        Signature gemini = new Signature(Protocol.GENERATE_CONTENT, null, "CiQB");
        Signature responses = new Signature(Protocol.RESPONSES, "rs_1", "gAAA");
        Request request =
                Sample.read("{'model':'m','messages':[{'role':'user','content':'a'},{'role':'assistant','content':["
                        + "{'type':'thinking','thinking':'hm','signature':'" + responses.envelope() + "'},"
                        + "{'type':'text','text':'b'},"
                        + thinking(BorrowedSignatures.envelope(gemini, BorrowedSignatures.Owner.PREVIOUS)) + ","
                        + thinking(BorrowedSignatures.envelope(gemini, BorrowedSignatures.Owner.NEXT)) + ","
                        + "{'type':'tool_use','id':'t','name':'n','input':{}},"
                        + thinking("EqoB") + "]}]}");
        List<Part> parts = request.turns().get(1).parts();
        assertEquals(4, parts.size());
        assertEquals(responses, ((Part.Reasoning) parts.get(0)).signature());
        assertEquals(gemini, ((Part.Text) parts.get(1)).signature());
        assertEquals(gemini, ((Part.ToolCall) parts.get(2)).signature());
        assertEquals(new Signature(Protocol.MESSAGES, null, "EqoB"), ((Part.Reasoning) parts.get(3)).signature());
    }

    private static String thinking(String signature) {
        return "{'type':'thinking','thinking':'','signature':'" + signature + "'}";
    }

    @ParameterizedTest
    @CsvSource({
        "web_search_20260209,WEB_SEARCH",
        "web_fetch_20250910,WEB_FETCH",
        "code_execution_20250825,CODE_EXECUTION",
        "computer_20250124,OTHER"
    })
    void toolsOfAnthropicsOwnHaveAnAbility(String type, Tool.BuiltIn.Ability ability) {
        Tool tool = Sample.asking(",'tools':[{'type':'" + type + "','name':'n'}]")
                .tools()
                .list()
                .getFirst();
        assertEquals(ability, ((Tool.BuiltIn) tool).ability());
    }

    @Test
    void theSearchForToolsIsAHintAsAllAreGiven() {
        Request request = Sample.asking(",'tools':[{'type':'tool_search_tool_regex_20251119','name':'s'}]");
        assertEquals(List.of(), request.tools().list());
        assertEquals("tools[0]", request.extras().getFirst().at().toString());
    }

    @Test
    void toolChoiceSaysWhetherCallsAreParallel() {
        Request.Tools tools = Sample.asking(",'tool_choice':{'type':'any','disable_parallel_tool_use':true}")
                .tools();
        assertEquals(new ToolChoice.Required(), Sample.given(tools.choice()).value());
        assertEquals(false, Sample.given(tools.parallel()).value());
        assertEquals(
                "tool_choice.disable_parallel_tool_use",
                Sample.given(tools.parallel()).at().toString());
    }

    @Test
    void thinkingHasThreeAxes() {
        Thinking thinking = Sample.asking(
                        ",'thinking':{'type':'enabled','budget_tokens':2000,'display':'omitted'},'output_config':{'effort':'max'}")
                .thinking();
        assertEquals(
                new Thinking.Mode.Budget(2000), Sample.given(thinking.mode()).value());
        assertEquals(Thinking.Display.OMITTED, Sample.given(thinking.display()).value());
        assertEquals(Thinking.Effort.MAX, Sample.given(thinking.effort()).value());
    }

    @Test
    void theBetasNameOfTheOutputsFormatIsUnderstood() {
        Request request = Sample.asking(",'output_format':{'type':'json_schema','schema':{}}");
        assertEquals(
                "output_format", Sample.given(request.output().format()).at().toString());
        assertEquals(List.of(), request.extras());
    }
}
