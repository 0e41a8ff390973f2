package dev.tollgate.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tollgate.dialects.conversation.Extra.Weight;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // a null that is not expected fails the test as an assertion would
class RequestReadingTest {
    private static Request golden(String feature) {
        return Kit.read(Kit.golden(feature + "/responses.request.json"));
    }

    private static Request input(String items) {
        return Kit.read("{'model':'m','input':[" + items + "]}");
    }

    private static Part part(Request request, int turn, int part) {
        return request.turns().get(turn).parts().get(part);
    }

    private static String text(Part part) {
        return assertInstanceOf(Part.Text.class, part).text().string();
    }

    @Test
    void aStringIsTheUsersText() {
        Request request = golden("plain");
        assertEquals("Answer in one sentence.", text(request.instructions().getFirst()));
        assertEquals(Turn.Role.USER, request.turns().getFirst().role());
        assertEquals("Why is the sky blue?", text(part(request, 0, 0)));
        assertEquals(true, request.stream());
        assertEquals(List.of(), request.extras());
    }

    @Test
    void leadingDeveloperMessagesAreInstructionsAndLaterOnesTurns() {
        Request request = golden("system-blocks");
        assertEquals(
                List.of("You are a careful editor.", "House style: no exclamation marks.", "British spelling."),
                request.instructions().stream().map(RequestReadingTest::text).toList());
        assertEquals(
                List.of(Turn.Role.USER, Turn.Role.ASSISTANT, Turn.Role.SYSTEM, Turn.Role.USER),
                request.turns().stream().map(Turn::role).toList());
        Part.Text cached = (Part.Text) request.instructions().get(2);
        assertEquals(
                "input[0].content[1].prompt_cache_breakpoint",
                String.valueOf(cached.cache().at()));
    }

    @Test
    void imagesAreDataUrlsOrUrlsAndKeepTheirBytes() {
        Request request = golden("images");
        Part.Media inline = (Part.Media) part(request, 0, 1);
        assertEquals("image/png", inline.mediaType());
        assertEquals("high", inline.detail().value());
        Part.Source.Base64 data = assertInstanceOf(Part.Source.Base64.class, inline.source());
        assertEquals(true, data.data().startsWith("iVBORw0KGgo"));
        Part.Media linked = (Part.Media) part(request, 0, 2);
        assertEquals(new Part.Source.Url(Json.Text.of("https://example.org/cat.jpg")), linked.source());
    }

    @Test
    void documentsAreDataUrlsOrUrls() {
        Request request = golden("documents");
        Part.Media inline = (Part.Media) part(request, 0, 0);
        assertEquals(Part.Media.Kind.DOCUMENT, inline.kind());
        assertEquals("application/pdf", inline.mediaType());
        assertEquals("report.pdf", inline.name().value().string());
        assertInstanceOf(Part.Source.Url.class, ((Part.Media) part(request, 0, 1)).source());
        Request bare = input("{'role':'user','content':[{'type':'input_file','filename':'A.PDF','file_data':'JVBE'}]}");
        assertEquals("application/pdf", ((Part.Media) part(bare, 0, 0)).mediaType());
    }

    @Test
    void toolsOfCodexAreReadWithTheirNamespaces() {
        Request request = golden("tools");
        List<Tool> tools = request.tools().list();
        Tool.Function weather = assertInstanceOf(Tool.Function.class, tools.get(0));
        assertEquals(true, weather.strict().value());
        assertEquals(
                "apply_patch", assertInstanceOf(Tool.Custom.class, tools.get(1)).name());
        Tool.Function read = assertInstanceOf(Tool.Function.class, tools.get(2));
        assertEquals("mcp__files", read.namespace());
        assertEquals("tools[2].tools[0]", read.at().toString());
        assertEquals(
                Tool.BuiltIn.Ability.WEB_SEARCH,
                assertInstanceOf(Tool.BuiltIn.class, tools.get(3)).ability());
        assertEquals(false, request.tools().parallel().value());
        assertEquals(true, request.thinking().encrypted());
        assertEquals(List.of("tools[2].description", "client_metadata"), Kit.extras(request, Weight.INCIDENTAL));
        assertEquals(List.of(), Kit.extras(request, Weight.ESSENTIAL));
    }

    @Test
    void toolChoicesNameToolsAsTheyAreOutsideOfNamespaces() {
        String tools = "'tools':[{'type':'namespace','name':'ns','tools':[{'type':'function','name':'run'}]},"
                + "{'type':'custom','name':'c'}]";
        assertEquals(
                new ToolChoice.Named("ns__run"),
                Kit.read("{'input':'x'," + tools + ",'tool_choice':{'type':'function','name':'run'}}")
                        .tools()
                        .choice()
                        .value());
        assertEquals(
                new ToolChoice.Allowed(List.of("c"), true),
                Kit.read(
                                "{'input':'x'," + tools
                                        + ",'tool_choice':{'type':'allowed_tools','mode':'required','tools':[{'type':'custom','name':'c'}]}}")
                        .tools()
                        .choice()
                        .value());
        assertEquals(
                new ToolChoice.Required(),
                Kit.read("{'input':'x','tool_choice':'required'}")
                        .tools()
                        .choice()
                        .value());
        assertEquals(
                List.of("tool_choice"),
                Kit.extras(Kit.read("{'input':'x','tool_choice':{'type':'file_search'}}"), Weight.ESSENTIAL));
    }

    @Test
    void callsAreTheAssistantsAndOutputsTheUsers() {
        Request request = golden("tool-results");
        assertEquals(
                List.of(Turn.Role.USER, Turn.Role.ASSISTANT, Turn.Role.USER, Turn.Role.ASSISTANT, Turn.Role.USER),
                request.turns().stream().map(Turn::role).toList());
        Part.ToolResult chart = assertInstanceOf(Part.ToolResult.class, part(request, 2, 0));
        assertEquals("call_R1", chart.callId());
        assertInstanceOf(Part.Media.class, chart.content().get(1));
        Part.ToolCall patch = assertInstanceOf(Part.ToolCall.class, part(request, 3, 0));
        assertEquals(new ToolInput.Free(Json.Text.of("*** Begin Patch")), patch.input());
        assertInstanceOf(Part.ToolResult.class, part(request, 4, 0));
        assertEquals("Go on.", text(part(request, 4, 1)));
        Request parallel = golden("parallel-tools");
        assertEquals(2, parallel.turns().get(1).parts().size());
        assertEquals(2, parallel.turns().get(2).parts().size());
    }

    @Test
    void signaturesComeHomeAndEnvelopesAreOpened() {
        Request request = golden("signatures-home");
        Part.Reasoning own = assertInstanceOf(Part.Reasoning.class, part(request, 1, 0));
        assertEquals(new Signature(Protocol.RESPONSES, "rs_th1", "gAAAAABpIbK9-_w=="), own.signature());
        Part.Reasoning anthropics = assertInstanceOf(Part.Reasoning.class, part(request, 3, 0));
        assertEquals(Protocol.MESSAGES, anthropics.signature().home());
        Part.ToolCall call = assertInstanceOf(Part.ToolCall.class, part(request, 3, 1));
        assertEquals(new Signature(Protocol.GENERATE_CONTENT, null, "CpcDAVSoXO4"), call.signature());
        assertEquals(2, request.turns().get(3).parts().size());
    }

    @Test
    void redactedReasoningOfAnthropicsStaysRedacted() {
        String envelope = ItemWriter.encrypted(new Signature(Protocol.MESSAGES, null, "EqQB"), true);
        Request request = input("{'type':'reasoning','summary':[],'encrypted_content':'" + envelope + "'}");
        Part.Reasoning redacted = assertInstanceOf(Part.Reasoning.class, part(request, 0, 0));
        assertEquals(true, redacted.redacted());
        assertEquals(new Signature(Protocol.MESSAGES, null, "EqQB"), redacted.signature());
    }

    @Test
    void settingsAreSaidWithTheirPlaces() {
        Request request = golden("sampling");
        assertEquals("0.70", new String(request.sampling().temperature().value().bytes(), UTF_8));
        assertEquals(64L, request.output().maxTokens().value());
        assertEquals(
                new Said<>(Path.ROOT.member("safety_identifier"), "user-42"),
                request.context().user());
        assertEquals(false, request.context().store().value());
        assertEquals("flex", request.context().serviceTier().value());
        OutputFormat.JsonSchema schema = assertInstanceOf(
                OutputFormat.JsonSchema.class,
                golden("structured").output().format().value());
        assertEquals("person", schema.name());
        assertEquals("low", golden("structured").output().verbosity().value());
        assertEquals(2, golden("logprobs").output().logprobs().value());
        assertNull(Kit.read("{'input':'x','top_logprobs':2}").output().logprobs());
    }

    @Test
    void effortNoneIsThinkingSwitchedOff() {
        Thinking off = Kit.read("{'input':'x','reasoning':{'effort':'none'}}").thinking();
        assertEquals(new Thinking.Mode.Off(), off.mode().value());
        assertNull(off.effort());
        Thinking high = golden("thinking").thinking();
        assertEquals(Thinking.Effort.HIGH, high.effort().value());
        assertEquals(Thinking.Display.DETAILED, high.display().value());
    }

    @Test
    void whatLiesAtOpenAiIsEssential() {
        Request request = Kit.read("{'conversation':'conv_1','prompt':{'id':'p'},'background':true,"
                + "'input':[{'type':'item_reference','id':'msg_1'},{'id':'rs_1'},{'type':'computer_call','id':'c'}]}");
        assertEquals(
                List.of("conversation", "prompt", "background", "input[0]"), Kit.extras(request, Weight.ESSENTIAL));
        assertEquals(List.of("input[1]"), Kit.extras(request, Weight.INCIDENTAL));
        Part.Opaque computer = assertInstanceOf(Part.Opaque.class, part(request, 0, 0));
        assertEquals(Weight.ESSENTIAL, computer.weight());
        assertEquals(
                "resp_1",
                Kit.read("{'previous_response_id':'resp_1'}")
                        .context()
                        .previousResponseId()
                        .value());
    }

    @Test
    void whatNobodyReadsIsListed() {
        Request request = Kit.read("{'input':[{'role':'assistant','phase':'commentary','content':'x','new':1}],"
                + "'truncation':'auto','max_tool_calls':3,'wholly_new':{'a':1},'user':'u','safety_identifier':'s',"
                + "'include':['web_search_call.results'],'text':{'new':1},'reasoning':{'context':'all'}}");
        assertEquals(
                List.of("input[0].new", "include[0]", "max_tool_calls", "text.new", "reasoning.context", "wholly_new"),
                Kit.extras(request, Weight.HINT));
        assertEquals(List.of("input[0].phase", "truncation", "user"), Kit.extras(request, Weight.INCIDENTAL));
    }

    @Test
    void toolsGivenWithinTheConversationAreTools() {
        Request request =
                input("{'type':'additional_tools','role':'developer','tools':[{'type':'function','name':'late'}]}");
        assertEquals(
                "late",
                assertInstanceOf(Tool.Function.class, request.tools().list().getFirst())
                        .name());
        assertEquals(List.of(), request.extras());
    }

    @Test
    void malformedFieldsAreNamed() {
        assertEquals("input: required, a string or an array of items.", Kit.malformed("{'model':'m'}"));
        assertEquals("input: a string or an array of items is expected.", Kit.malformed("{'input':7}"));
        assertEquals("input[0]: an object is expected.", Kit.malformed("{'input':[null]}"));
        assertEquals("input[0].role: required, a string.", Kit.malformed("{'input':[{'content':'x'}]}"));
        assertEquals(
                "input[0].role: user, assistant, system or developer is expected.",
                Kit.malformed("{'input':[{'role':'tool','content':'x'}]}"));
        assertEquals(
                "input[0].content[1].type: required, a string.",
                Kit.malformed("{'input':[{'role':'user','content':[{'type':'input_text','text':'x'},{}]}]}"));
        assertEquals(
                "input[0].content[0].image_url: a data URL is to be data:<media type>;base64,<data>.",
                Kit.malformed(
                        "{'input':[{'role':'user','content':[{'type':'input_image','image_url':'data:image/png,x'}]}]}"));
        assertEquals(
                "input[0].call_id: required, a string.",
                Kit.malformed("{'input':[{'type':'function_call_output','output':'x'}]}"));
        assertEquals(
                "tools[0].name: required, a string.", Kit.malformed("{'input':'x','tools':[{'type':'function'}]}"));
        assertEquals("temperature: a number is expected.", Kit.malformed("{'input':'x','temperature':'hot'}"));
        assertEquals(
                "text.format.schema: required, an object.",
                Kit.malformed("{'input':'x','text':{'format':{'type':'json_schema','name':'n'}}}"));
        assertEquals(
                "tool_choice: auto, none, required or an object is expected.",
                Kit.malformed("{'input':'x','tool_choice':'maybe'}"));
        assertEquals(
                "reasoning.effort: none, minimal, low, medium, high, xhigh or max is expected.",
                Kit.malformed("{'input':'x','reasoning':{'effort':'huge'}}"));
        assertEquals("body: an object is expected.", Kit.malformed("[]"));
    }
}
