package dev.tollgate.dialects.gemini;

import static dev.tollgate.dialects.gemini.GeminiSupport.asking;
import static dev.tollgate.dialects.gemini.GeminiSupport.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.Turn;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GeminiRequestReaderTest {
    @Test
    void bothSpellingsOfGooglesNamesAreRead() {
        Request camel = asking(
                "'systemInstruction':{'parts':[{'text':'S'}]},"
                        + "'generationConfig':{'maxOutputTokens':7,'stopSequences':['x'],'thinkingConfig':{'thinkingBudget':0}}");
        Request snake = asking(
                "'system_instruction':{'parts':[{'text':'S'}]},"
                        + "'generation_config':{'max_output_tokens':7,'stop_sequences':['x'],'thinking_config':{'thinking_budget':0}}");
        assertEquals(GeminiSupport.placeless(camel), GeminiSupport.placeless(snake));
        assertEquals(
                "generation_config.max_output_tokens",
                said(snake.output().maxTokens()).at().toString());
        assertEquals(List.of(), snake.extras());
    }

    @Test
    void aSingleValueStandsForAListOfOne() {
        Request request = request("{'contents':{'parts':{'text':'Hi'}},'systemInstruction':{'parts':{'text':'S'}}}");
        assertEquals(1, request.turns().size());
        assertEquals(
                "contents.parts",
                request.turns().getFirst().parts().getFirst().at().toString());
        assertEquals(1, request.instructions().size());
    }

    @Test
    void aFieldThatNobodyKnowsIsAnExtra() {
        Request request = asking("'newField':1,'generationConfig':{'newer':{'a':1}},'store':true");
        assertEquals(
                List.of("generationConfig.newer", "store", "newField"),
                request.extras().stream().map(extra -> extra.at().toString()).toList());
        Request form = asking("'generationConfig':{'responseMimeType':'text/x.enum'}");
        assertEquals(Extra.Weight.ESSENTIAL, form.extras().getFirst().weight());
    }

    @Test
    void callsWithoutIdsGetTheSameIdsInEveryTurnAndResultsFindThem() {
        Request request = request("{'contents':[{'role':'user','parts':[{'text':'Hi'}]},"
                + "{'role':'model','parts':[{'functionCall':{'name':'a'}},{'functionCall':{'name':'b','args':{'x':1}}},"
                + "{'functionCall':{'name':'a'}}]},"
                + "{'role':'user','parts':[{'functionResponse':{'name':'b','response':{'output':'B'}}},"
                + "{'functionResponse':{'name':'a','response':{'result':'A1'}}},"
                + "{'functionResponse':{'name':'a','response':{'error':'A2'}}}]}]}");
        List<Part> results = request.turns().get(2).parts();
        assertEquals(
                List.of("call_gemini_2", "call_gemini_1", "call_gemini_3"),
                results.stream().map(part -> ((Part.ToolResult) part).callId()).toList());
        Part.ToolResult failed = (Part.ToolResult) results.get(2);
        assertEquals(
                "contents[2].parts[2].functionResponse.response.error",
                said(failed.error()).at().toString());
        assertEquals("A2", ((Part.Text) failed.content().getFirst()).text().string());
        assertNull(((Part.ToolResult) results.getFirst()).error());
    }

    @Test
    void aResultOfTheClientsOwnFormKeepsItAndHasItAsTextToo() {
        Part.ToolResult result = (Part.ToolResult)
                request("{'contents':[{'role':'model','parts':[{'functionCall':{'id':'1','name':'a'}}]},"
                                + "{'parts':[{'functionResponse':{'id':'1','name':'a','response':{'rows':[1, 2]},"
                                + "'parts':[{'inlineData':{'mimeType':'image/png','data':'iVBO'}}]}}]}]}")
                        .turns()
                        .get(1)
                        .parts()
                        .getFirst();
        assertEquals(GeminiSupport.json("{'rows':[1, 2]}"), result.structured());
        assertEquals(
                "{\"rows\":[1, 2]}",
                ((Part.Text) result.content().getFirst()).text().string());
        assertEquals(Part.Media.Kind.IMAGE, ((Part.Media) result.content().get(1)).kind());
    }

    @Test
    void thoughtsInPiecesAreJoinedUpToTheirSignature() {
        String envelope = Base64.getUrlEncoder()
                .encodeToString(new Signature(Protocol.MESSAGES, null, "EqMB+/==")
                        .envelope()
                        .getBytes(UTF_8));
        Turn turn = request("{'contents':[{'role':'model','parts':[{'text':'Let ','thought':true}]},"
                        + "{'role':'model','parts':[{'text':'me\\\\n','thought':true}]},"
                        + "{'role':'model','parts':[{'text':'','thought':true,'thoughtSignature':'" + envelope + "'}]},"
                        + "{'role':'model','parts':[{'text':'Hel'},{'text':'lo'}]}]}")
                .turns()
                .getFirst();
        Part.Reasoning thought = (Part.Reasoning) turn.parts().getFirst();
        assertEquals("Let me\\n", thought.paragraphs().getFirst().string());
        assertEquals(new Signature(Protocol.MESSAGES, null, "EqMB+/=="), thought.signature());
        assertEquals("Hello", ((Part.Text) turn.parts().get(1)).text().string());
        assertEquals(2, turn.parts().size());
    }

    @Test
    void anotherProvidersRedactedThoughtStandsAtAnEmptyText() {
        String envelope = said(Signatures.slot(new Signature(Protocol.MESSAGES, null, "EmwK")));
        Part part = request(
                        "{'contents':[{'role':'model','parts':[{'text':'','thoughtSignature':'" + envelope + "'}]}]}")
                .turns()
                .getFirst()
                .parts()
                .getFirst();
        Part.Reasoning redacted = assertInstanceOf(Part.Reasoning.class, part);
        assertEquals(true, redacted.redacted());
        assertEquals(new Signature(Protocol.MESSAGES, null, "EmwK"), redacted.signature());
    }

    @Test
    void thePlaceholderIsNoSignature() {
        Part part = request("{'contents':[{'role':'model','parts':[{'functionCall':{'name':'a'},"
                        + "'thoughtSignature':'skip_thought_signature_validator'}]}]}")
                .turns()
                .getFirst()
                .parts()
                .getFirst();
        assertNull(((Part.ToolCall) part).signature());
    }

    @Test
    void mediaAreReadByKindAndPlace() {
        List<Part> parts = request("{'contents':[{'parts':["
                        + "{'inlineData':{'mimeType':'image/png','data':'_-8='},'mediaResolution':{'level':'MEDIA_RESOLUTION_LOW'}},"
                        + "{'inline_data':{'mime_type':'text/plain','data':'SGk='}},"
                        + "{'fileData':{'fileUri':'https://www.youtube.com/watch?v=1'}},"
                        + "{'fileData':{'mimeType':'application/pdf','fileUri':'gs://b/a.pdf'}},"
                        + "{'fileData':{'fileUri':'https://example.org/a.PNG?x=1'}},"
                        + "{'inlineData':{'mimeType':'audio/wav','data':'AA=='}}]}]}")
                .turns()
                .getFirst()
                .parts();
        Part.Media image = (Part.Media) parts.getFirst();
        assertEquals("/+8=", ((Part.Source.Base64) image.source()).data().string());
        assertEquals("MEDIA_RESOLUTION_LOW", said(image.detail()).value());
        assertEquals(
                "Hi",
                ((Part.Source.Plain) ((Part.Media) parts.get(1)).source())
                        .text()
                        .string());
        assertEquals(Part.Media.Kind.VIDEO, ((Part.Media) parts.get(2)).kind());
        assertEquals(
                new Part.Source.FileId(Protocol.GENERATE_CONTENT, "gs://b/a.pdf"),
                ((Part.Media) parts.get(3)).source());
        assertEquals(Part.Media.Kind.IMAGE, ((Part.Media) parts.get(4)).kind());
        assertEquals(Part.Media.Kind.AUDIO, ((Part.Media) parts.get(5)).kind());
    }

    @Test
    void toolsOfEveryKindAreRead() {
        Request.Tools tools = asking("'tools':[{'functionDeclarations':[{'name':'a','description':'A',"
                        + "'parameters':{'type':'OBJECT'}},{'name':'b','parametersJsonSchema':{'type':'object'}}],'googleSearch':{}},"
                        + "{'urlContext':{}},{'code_execution':{}},{'computerUse':{}}]")
                .tools();
        assertEquals(true, ((Tool.Function) tools.list().getFirst()).openApiSubset());
        assertEquals(false, ((Tool.Function) tools.list().get(1)).openApiSubset());
        assertEquals(
                List.of(
                        Tool.BuiltIn.Ability.WEB_SEARCH,
                        Tool.BuiltIn.Ability.WEB_FETCH,
                        Tool.BuiltIn.Ability.CODE_EXECUTION,
                        Tool.BuiltIn.Ability.OTHER),
                tools.list().stream()
                        .skip(2)
                        .map(tool -> ((Tool.BuiltIn) tool).ability())
                        .toList());
    }

    @Test
    void modesAreToolChoices() {
        assertEquals(new ToolChoice.Auto(), choice("'mode':'AUTO'"));
        assertEquals(new ToolChoice.None(), choice("'mode':'NONE'"));
        assertEquals(new ToolChoice.Required(), choice("'mode':'ANY'"));
        assertEquals(new ToolChoice.Named("a"), choice("'mode':'ANY','allowedFunctionNames':['a']"));
        assertEquals(
                new ToolChoice.Allowed(List.of("a", "b"), true),
                choice("'mode':'ANY','allowedFunctionNames':['a','b']"));
        assertEquals(
                new ToolChoice.Allowed(List.of("a"), false), choice("'mode':'VALIDATED','allowedFunctionNames':['a']"));
    }

    @Test
    void settingsAreRead() {
        Request request = asking(
                "'generationConfig':{'temperature':0.50,'candidateCount':2,'responseLogprobs':true,'logprobs':3,"
                        + "'responseMimeType':'application/json','responseJsonSchema':{'type':'object'},'responseModalities':['TEXT'],"
                        + "'thinkingConfig':{'thinkingLevel':'LOW','includeThoughts':true}},'cachedContent':'cachedContents/1'");
        assertEquals(
                GeminiSupport.json("0.50"),
                said(request.sampling().temperature()).value());
        assertEquals(2, said(request.output().choices()).value());
        assertEquals(3, said(request.output().logprobs()).value());
        assertEquals(
                false,
                ((OutputFormat.JsonSchema) said(request.output().format()).value()).openApiSubset());
        assertNull(request.output().modalities());
        assertEquals(Thinking.Effort.LOW, said(request.thinking().effort()).value());
        assertEquals(Thinking.Display.AUTO, said(request.thinking().display()).value());
        assertEquals("cachedContents/1", said(request.context().cachedContent()).value());
        assertEquals(
                new Thinking.Mode.Adaptive(),
                said(asking("'generationConfig':{'thinkingConfig':{'thinkingBudget':-1}}")
                                .thinking()
                                .mode())
                        .value());
    }

    private static ToolChoice choice(String config) {
        return said(asking("'toolConfig':{'functionCallingConfig':{" + config + "}}")
                        .tools()
                        .choice())
                .value();
    }

    private static <T> T said(@Nullable T value) {
        return Objects.requireNonNull(value);
    }
}
