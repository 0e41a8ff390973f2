package dev.tollgate.dialects.gemini;

import static dev.tollgate.dialects.gemini.GeminiSupport.answer;
import static dev.tollgate.dialects.gemini.GeminiSupport.asking;
import static dev.tollgate.dialects.gemini.GeminiSupport.exchange;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GeminiAnswerTest {
    @Test
    void usageCountsEachTokenOnce() {
        Answer answer = answer(
                "{'candidates':[{'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':100,'cachedContentTokenCount':80,"
                        + "'toolUsePromptTokenCount':5,'candidatesTokenCount':7,'thoughtsTokenCount':3,'totalTokenCount':115}}",
                exchange());
        assertEquals(new Usage(25, 80, 0, 0, 10, 3, 0), answer.usage());
        String written = written(
                new Answer("r", null, -1, answer.choices(), new Usage(10, 80, 4, 2, 10, 3, 1), null, List.of()));
        assertContains(
                written,
                "'usageMetadata':{'promptTokenCount':96,'cachedContentTokenCount':80,'candidatesTokenCount':7,"
                        + "'thoughtsTokenCount':3,'totalTokenCount':106}");
    }

    @Test
    void aCallMakesTheStopAToolCallAndGetsAnId() {
        Answer answer = answer(
                "{'candidates':[{'content':{'parts':[{'functionCall':{'name':'ls'},'thoughtSignature':'EjQK'}]},"
                        + "'finishReason':'STOP'}]}",
                exchange());
        Answer.Choice choice = answer.choices().getFirst();
        Part.ToolCall call = (Part.ToolCall) choice.parts().getFirst();
        assertEquals("call_minted1", call.id());
        assertEquals(new Signature(Protocol.GENERATE_CONTENT, null, "EjQK"), call.signature());
        assertEquals(Stop.Reason.TOOL_CALLS, choice.stop().reason());
    }

    @Test
    void toolsHaveTheClientsNamesAndFreeTextComesBackAsOne() {
        Request of = asking("");
        Tool custom = new Tool.Custom(Path.ROOT, "fs", "patch", null, null);
        Request request = new Request(
                null,
                List.of(),
                of.turns(),
                new Request.Tools(List.of(custom), null, null),
                of.sampling(),
                of.output(),
                of.thinking(),
                of.context(),
                null,
                false,
                true,
                List.of());
        Part.ToolCall call = (Part.ToolCall) answer(
                        "{'candidates':[{'content':{'parts':[{'functionCall':{'name':'fs__patch','args':{'input':'a\\\\nb'}}}]}}]}",
                        exchange(request))
                .choices()
                .getFirst()
                .parts()
                .getFirst();
        assertEquals("fs", call.namespace());
        assertEquals("patch", call.name());
        assertEquals(
                "a\\nb",
                assertInstanceOf(ToolInput.Free.class, call.input()).text().string());
    }

    @Test
    void everyFinishReasonHasItsMeaning() {
        assertEquals(Stop.Reason.END, stop("STOP"));
        assertEquals(Stop.Reason.MAX_TOKENS, stop("MAX_TOKENS"));
        for (String refused :
                List.of("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY")) {
            assertEquals(Stop.Reason.REFUSED, stop(refused), refused);
        }
        assertEquals(Stop.Reason.BAD_CALL, stop("MALFORMED_FUNCTION_CALL"));
        assertEquals(Stop.Reason.OTHER, stop("SOMETHING_NEW"));
    }

    @Test
    void aBlockedPromptIsARefusal() {
        Answer answer = answer(
                "{'promptFeedback':{'blockReason':'SAFETY','blockReasonMessage':'no'},'usageMetadata':{'promptTokenCount':4}}",
                exchange());
        assertEquals(
                new Stop(Stop.Reason.REFUSED, "SAFETY", null, Json.Text.of("no")),
                answer.choices().getFirst().stop());
    }

    @Test
    void anAnswerWithoutCandidatesIsMalformed() {
        byte[] body = GeminiSupport.bytes("{'usageMetadata':{}}");
        assertEquals(
                new Outcome.Malformed<>("candidates: required, at least one."),
                GeminiSupport.answering(body, exchange()));
    }

    @Test
    void groundingIsCitedInCharacters() {
        Answer answer = answer(
                "{'candidates':[{'content':{'parts':[{'text':'Ünï is first'}]},'groundingMetadata':{"
                        + "'webSearchQueries':['q1','q2'],'groundingChunks':[{'web':{'uri':'https://a.example','title':'A'}},"
                        + "{'retrievedContext':{'uri':'gs://b'}}],"
                        + "'groundingSupports':[{'segment':{'endIndex':5,'text':'Ünï'},'groundingChunkIndices':[0]},"
                        + "{'segment':{'startIndex':6,'endIndex':900},'groundingChunkIndices':[0,1]}]}}],"
                        + "'usageMetadata':{'promptTokenCount':4}}",
                exchange());
        Part.Text text = (Part.Text) answer.choices().getFirst().parts().getFirst();
        Citation first = text.citations().getFirst();
        assertEquals(List.of(0, 3), List.of(first.start(), first.end()));
        assertEquals(-1, text.citations().get(1).end());
        assertEquals(2, text.citations().size());
        assertEquals(new Usage(4, 0, 0, 0, 0, 0, 2), answer.usage());
        assertEquals(
                List.of(
                        "candidates[0].groundingMetadata.groundingChunks[1].retrievedContext",
                        "candidates[0].groundingMetadata.groundingSupports[1]"),
                answer.extras().stream().map(extra -> extra.at().toString()).toList());
    }

    @Test
    void anothersSignaturesAreWrittenInBase64Envelopes() {
        Signature foreign = new Signature(Protocol.RESPONSES, "rs_1", "gAAA-_=");
        Part.Reasoning thought =
                new Part.Reasoning(Path.ROOT, true, List.of(Json.Text.of("a"), Json.Text.of("b")), foreign, false);
        String written = written(answerOf(List.of(thought), Stop.of(Stop.Reason.END, "completed")));
        assertContains(
                written,
                "{'text':'a\\n\\nb','thought':true,'thoughtSignature':'dGcxLnJlc3BvbnNlcy5yc18xLmdBQUEtXz0='}");
    }

    @Test
    void reasonsOfOthersAreGooglesOrListed() {
        assertContains(
                written(answerOf(List.of(), Stop.of(Stop.Reason.REFUSED, "refusal"))), "'finishReason':'SAFETY'");
        assertContains(
                written(answerOf(List.of(), Stop.of(Stop.Reason.CONTEXT_FULL, "x"))), "'finishReason':'MAX_TOKENS'");
        assertContains(
                written(answerOf(List.of(), Stop.of(Stop.Reason.TOOL_CALLS, "tool_use"))), "'finishReason':'STOP'");
        Exchange exchange = exchange();
        GeminiSupport.CODEC
                .wholeWriter()
                .write(answerOf(List.of(), Stop.of(Stop.Reason.PAUSED, "pause_turn")), exchange);
        assertEquals("stop_reason", exchange.losses().list().getFirst().at().toString());
    }

    @Test
    void aRefusalIsATextAndItsReasonSafety() {
        Part.Refusal refusal = new Part.Refusal(Path.ROOT, Json.Text.of("No."));
        assertContains(
                written(answerOf(List.of(refusal), Stop.of(Stop.Reason.REFUSED, "refusal"))),
                "{'parts':[{'text':'No.'}],'role':'model'},'finishReason':'SAFETY'");
    }

    @Test
    void errorsAreReadByStatusNameAndReason() {
        assertEquals(
                new ProviderError(ErrorKind.RATE_LIMIT, "slow down"),
                error(429, "{'error':{'code':429,'message':'slow down','status':'RESOURCE_EXHAUSTED'}}"));
        assertEquals(
                new ProviderError(ErrorKind.AUTHENTICATION, "bad key"),
                error(
                        400,
                        "{'error':{'code':400,'message':'bad key','status':'INVALID_ARGUMENT','details':[{'reason':'API_KEY_INVALID'}]}}"));
        assertEquals(
                new ProviderError(ErrorKind.INVALID_REQUEST, "no"),
                error(400, "[{'error':{'code':400,'message':'no','status':'INVALID_ARGUMENT'}}]"));
        assertEquals(ErrorKind.UNAVAILABLE, error(503, "<html>").kind());
        assertEquals(ErrorKind.API_ERROR, error(500, "{'error':'x'}").kind());
        assertEquals(
                ErrorKind.TIMEOUT,
                error(499, "{'error':{'status':'DEADLINE_EXCEEDED'}}").kind());
    }

    private static ProviderError error(int status, String body) {
        byte[] bytes = GeminiSupport.bytes(body);
        return GeminiSupport.CODEC.errorReader().read(status, bytes, 0, bytes.length);
    }

    private static Stop.@Nullable Reason stop(String reason) {
        return answer("{'candidates':[{'finishReason':'" + reason + "'}]}", exchange())
                .choices()
                .getFirst()
                .stop()
                .reason();
    }

    private static Answer answerOf(List<Part> parts, Stop stop) {
        return new Answer("r", null, -1, List.of(new Answer.Choice(0, parts, stop, List.of())), null, null, List.of());
    }

    private static String written(Answer answer) {
        return new String(GeminiSupport.CODEC.wholeWriter().write(answer, exchange()), UTF_8).replace('"', '\'');
    }

    private static void assertContains(String whole, String piece) {
        assertEquals(true, whole.contains(piece), whole + "\nlacks " + piece);
    }
}
