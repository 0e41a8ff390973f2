package dev.tollgate.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // a null that is not expected fails the test as an assertion would
class AnswerTest {
    private static Answer golden(String feature) {
        return Kit.answer(Kit.golden(feature + "/responses.answer.json"), Kit.exchange());
    }

    private static Answer.Choice choice(String feature) {
        return golden(feature).choices().getFirst();
    }

    private static String malformed(String document) {
        byte[] body = Kit.body(document);
        return assertInstanceOf(
                        Outcome.Malformed.class, Kit.CODEC.wholeReader().read(body, 0, body.length, Kit.exchange()))
                .message();
    }

    private static ProviderError error(int status, String document) {
        byte[] body = Kit.body(document);
        return Kit.CODEC.errorReader().read(status, body, 0, body.length);
    }

    private static String written(Exchange exchange, Stop stop, Part... parts) {
        Answer answer = new Answer(
                "msg_1",
                "claude",
                -1,
                List.of(new Answer.Choice(0, List.of(parts), stop, List.of())),
                null,
                null,
                List.of());
        return new String(Kit.CODEC.wholeWriter().write(answer, exchange), UTF_8);
    }

    @Test
    void reasonsToStopAreDerived() {
        assertEquals(Stop.of(Stop.Reason.END, "completed"), choice("plain").stop());
        assertEquals(Stop.Reason.TOOL_CALLS, choice("tools").stop().reason());
        assertEquals(
                Stop.of(Stop.Reason.MAX_TOKENS, "max_output_tokens"),
                choice("stops").stop());
        assertEquals(Stop.Reason.REFUSED, choice("refusal").stop().reason());
    }

    @Test
    void usageCountsEachInputTokenOnce() {
        assertEquals(new Usage(0, 14, 18000, 0, 57, 21, 0), golden("usage").usage());
        assertEquals(1, golden("citations").usage().webSearchRequests());
    }

    @Test
    void zerosThatTheProviderSaysStayZeros() {
        String body = "{'id':'r','status':'completed','output':[],'usage':{'input_tokens':0,'output_tokens':0}}";
        assertEquals(Usage.ZERO, Kit.answer(Kit.body(body), Kit.exchange()).usage());
    }

    @Test
    void partsAreReadInOrder() {
        List<Part> parts = choice("tools").parts();
        assertInstanceOf(Part.Text.class, parts.get(0));
        assertInstanceOf(ToolInput.Encoded.class, ((Part.ToolCall) parts.get(1)).input());
        assertInstanceOf(ToolInput.Free.class, ((Part.ToolCall) parts.get(2)).input());
        Part.Reasoning reasoning = (Part.Reasoning) choice("thinking").parts().getFirst();
        assertEquals(2, reasoning.paragraphs().size());
        assertEquals(2, choice("logprobs").logprobs().size());
        Part.Opaque search = (Part.Opaque) choice("citations").parts().getFirst();
        assertEquals(Extra.Weight.HINT, search.weight());
        Part.Text cited = (Part.Text) choice("citations").parts().get(1);
        assertEquals(
                "https://example.org/weather",
                cited.citations().getFirst().url().string());
    }

    @Test
    void onlyFinishedResponsesAreAnswers() {
        assertTrue(malformed("{'id':'r','status':'failed','error':{'code':'server_error','message':'Oh.'},'output':[]}")
                .endsWith("Oh."));
        assertEquals(
                "status: completed or incomplete is expected.",
                malformed("{'id':'r','status':'in_progress','output':[]}"));
        assertEquals("output: required, an array.", malformed("{'id':'r'}"));
        assertEquals("id: required, a string.", malformed("{'output':[]}"));
    }

    @Test
    void unknownFieldsOfAnAnswerAreListed() {
        Answer answer = Kit.answer(Kit.body("{'id':'r','output':[],'moderation':{'a':1}}"), Kit.exchange());
        assertEquals("moderation", answer.extras().getFirst().at().toString());
        assertEquals(List.of(), golden("plain").extras());
    }

    @Test
    void aForeignAnswerIsWrittenWithTheClientsModelAndEnvelopes() {
        Part reasoning = new Part.Reasoning(
                Path.ROOT, false, List.of(Json.Text.of("hm")), new Signature(Protocol.MESSAGES, null, "Eq"), false);
        String whole = written(Kit.exchange(), Stop.of(Stop.Reason.END, "end_turn"), reasoning);
        assertTrue(whole.contains("\"model\":\"" + Kit.MODEL + "\""), whole);
        assertTrue(whole.contains("\"encrypted_content\":\"tg1.messages..Eq\""), whole);
        assertTrue(whole.contains("\"content\":[{\"type\":\"reasoning_text\",\"text\":\"hm\"}]"), whole);
        assertTrue(whole.contains("\"usage\":null"), whole);
    }

    @Test
    void aFunctionsJsonIsTheCustomToolsText() {
        Request request = Kit.read("{'input':'x','tools':[{'type':'custom','name':'patch'}]}");
        Part call = new Part.ToolCall(
                Path.ROOT,
                "c",
                null,
                "patch",
                new ToolInput.Plain((Json.Obj) Kit.json("{'input':'*** x'}")),
                null,
                null);
        String whole = written(Kit.exchange(request), Stop.of(Stop.Reason.TOOL_CALLS, "tool_use"), call);
        assertTrue(whole.contains("\"type\":\"custom_tool_call\""), whole);
        assertTrue(whole.contains("\"input\":\"*** x\""), whole);
    }

    @Test
    void whatOnlyOthersSayIsLost() {
        Exchange exchange = Kit.exchange();
        Part opaque = new Part.Opaque(
                Path.ROOT.member("content"), Protocol.MESSAGES, "compaction", Json.Obj.EMPTY, Extra.Weight.ESSENTIAL);
        String whole = written(exchange, Stop.of(Stop.Reason.PAUSED, "pause_turn"), opaque);
        assertTrue(whole.contains("\"status\":\"completed\""), whole);
        assertEquals(List.of("stop_reason", "content"), Kit.losses(exchange.losses()));
    }

    @Test
    void errorsKeepTheirKindAndWords() {
        ProviderError limit = Kit.CODEC
                .errorReader()
                .read(
                        429,
                        Kit.golden("error/responses.error.json"),
                        0,
                        Kit.golden("error/responses.error.json").length);
        assertEquals(ErrorKind.RATE_LIMIT, limit.kind());
        assertTrue(limit.message().contains("Please try again in 2s"));
        assertEquals(
                new ProviderError(ErrorKind.BILLING, "Pay."),
                error(429, "{'error':{'message':'Pay.','code':'insufficient_quota'}}"));
        assertEquals(
                new ProviderError(ErrorKind.NOT_FOUND, "No."),
                error(404, "{'error':{'message':'No.','type':'invalid_request_error'}}"));
        assertEquals(new ProviderError(ErrorKind.INVALID_REQUEST, "Nope"), error(422, "{'detail':'Nope'}"));
        assertEquals(ErrorKind.UNAVAILABLE, error(503, "<html>").kind());
        assertEquals(ErrorKind.API_ERROR, error(599, "[]").kind());
    }
}
