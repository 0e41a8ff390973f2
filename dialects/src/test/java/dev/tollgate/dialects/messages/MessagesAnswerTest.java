package dev.tollgate.dialects.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.ErrorReader;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers and streams that come from or go to another protocol. */
class MessagesAnswerTest {
    private static final Signature GEMINI = new Signature(Protocol.GENERATE_CONTENT, null, "CiQB");
    private static final Tool SHELL = new Tool.Custom(Sample.AT, null, "sh", null, null);

    private final Exchange exchange = Sample.exchange(SHELL);

    @Test
    void signaturesOfOthersGoInEnvelopesAndInBlocksOfTheirOwn() {
        Signature openAi = new Signature(Protocol.RESPONSES, "rs_1", "gAAA");
        String content = content(
                new Part.Reasoning(Sample.AT, true, List.of(text("a"), text("b")), openAi, false),
                new Part.Reasoning(Sample.AT, true, List.of(), openAi, true),
                new Part.ToolCall(Sample.AT, "c", null, "f", new ToolInput.Encoded(text("{}")), null, GEMINI));
        assertEquals(
                "[{'type':'thinking','thinking':'a\\n\\nb','signature':'tg1.responses.rs_1.gAAA'},"
                        + "{'type':'redacted_thinking','data':'tg1.responses.rs_1.gAAA'},"
                        + "{'type':'thinking','thinking':'','signature':'tg1.gemini.next.CiQB'},"
                        + "{'type':'tool_use','id':'c','name':'f','input':{}}]",
                content);
    }

    @Test
    void aRefusalInAPartIsAStopReasonHere() {
        Answer answer = answer(Stop.of(Stop.Reason.END, "stop"), new Part.Refusal(Sample.AT, text("no")));
        String body = whole(answer);
        assertEquals(true, body.contains("'content':[{'type':'text','text':'no'}],'stop_reason':'refusal'"), body);
        assertEquals(true, body.contains("'usage':{'input_tokens':0,"), body);
    }

    @Test
    void citationsOfOthersThatAreWebPagesCross() {
        Citation web = new Citation(
                Sample.AT, text("https://e.org"), text("t"), null, 3, 9, Protocol.RESPONSES, Json.Obj.EMPTY);
        Citation file =
                new Citation(Sample.AT.member("y"), null, null, null, -1, -1, Protocol.RESPONSES, Json.Obj.EMPTY);
        assertEquals(
                "[{'type':'text','text':'b','citations':[{'type':'web_search_result_location','cited_text':'',"
                        + "'encrypted_index':'','title':'t','url':'https://e.org'}]}]",
                content(new Part.Text(Sample.AT, text("b"), List.of(web, file), null, null)));
        assertEquals(List.of("x", "x.y"), lost());
    }

    @Test
    void freeTextComesOutOfItsObject() {
        String body = "{'type':'message','id':'i','content':[{'type':'tool_use','id':'c','name':'sh',"
                + "'input':{'input':'ls \\\"a\\\"'}}],'stop_reason':'tool_use'}";
        Answer answer = Sample.done(Sample.answer(body.replace('\'', '"').getBytes(UTF_8), exchange));
        Part.ToolCall call = (Part.ToolCall) answer.choices().getFirst().parts().getFirst();
        assertEquals(new ToolInput.Free(text("ls \"a\"")), call.input());
        assertEquals(null, answer.usage());
    }

    @Test
    void freeTextStreamsIntoAnObjectAndOutAgain() {
        List<Event> events = around(
                new Event.PartStarted(0, 0, new Opening.ToolCall("c", null, "sh", true)),
                new Event.InputDelta(0, 0, text("ls \"a\"\n")),
                new Event.InputDelta(0, 0, text("-l")),
                new Event.PartEnded(0, 0));
        List<Event> back = Sample.events(Sample.stream(events, exchange).getBytes(UTF_8), exchange);
        assertEquals(new Event.InputDelta(0, 0, text("ls \"a\"\n-l")), Assembled.only(back, Event.InputDelta.class));
        assertEquals(events.get(1), back.get(1));
    }

    @Test
    void aStreamedSignatureStandsBeforeItsBlockOrAfterIt() {
        Event.PartStarted call = new Event.PartStarted(0, 0, new Opening.ToolCall("c", null, "f", false));
        Event.SignatureDelta signed = new Event.SignatureDelta(0, 0, GEMINI);
        Event.InputDelta input = new Event.InputDelta(0, 0, text("{}"));
        Event.PartEnded end = new Event.PartEnded(0, 0);
        assertEquals("thinking0 tg1.gemini.next.CiQB tool_use1", blocks(call, signed, input, end));
        assertEquals("tool_use0 thinking1 tg1.gemini.previous.CiQB", blocks(call, input, signed, end));
        Event.PartStarted text = new Event.PartStarted(0, 0, new Opening.Text());
        assertEquals("thinking0 tg1.gemini.next.CiQB text1", blocks(text, signed, end));
    }

    @Test
    void paragraphsAreSetApart() {
        String stream = Sample.stream(
                around(
                        new Event.PartStarted(0, 0, new Opening.Reasoning(true, false)),
                        new Event.ReasoningDelta(0, 0, 0, text("a")),
                        new Event.ReasoningDelta(0, 0, 1, text("b")),
                        new Event.PartEnded(0, 0)),
                exchange);
        assertEquals(true, stream.contains("\"thinking\":\"\\n\\nb\""), stream);
    }

    @Test
    void aClientsStreamHasOneStartAndUsageOfTheRightShape() {
        String stream = Sample.stream(
                List.of(
                        new Event.Started("", "gpt-5", 5, null),
                        new Event.Ping(),
                        new Event.ChoiceEnded(0, Stop.of(Stop.Reason.MAX_TOKENS, "length")),
                        new Event.UsageReported(new Usage(5, 6, 7, 0, 8, 3, 0)),
                        new Event.Ended()),
                exchange);
        String usage = "\"cache_creation_input_tokens\":%d,\"cache_read_input_tokens\":%d,\"cache_creation\":"
                + "{\"ephemeral_5m_input_tokens\":%d,\"ephemeral_1h_input_tokens\":0},\"output_tokens\":";
        assertEquals(
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_0000000000000001\","
                        + "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-6\",\"content\":[],"
                        + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":0,"
                        + usage.formatted(0, 0, 0) + "0}}}\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n"
                        + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\","
                        + "\"stop_sequence\":null},\"usage\":{\"input_tokens\":5," + usage.formatted(7, 6, 7)
                        + "8,\"output_tokens_details\":{\"thinking_tokens\":3}}}\n\n"
                        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
                stream.replaceFirst("msg_\\d{16}", "msg_0000000000000001"));
    }

    @Test
    void aFailureBeforeTheStartIsAnErrorAlone() {
        String stream = Sample.stream(List.of(new Event.Failed(ErrorKind.OVERLOADED, "busy")), exchange);
        assertEquals(
                true,
                stream.startsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\""),
                stream);
    }

    @Test
    void furtherChoicesAreLost() {
        List<Event> events = List.of(
                new Event.Started("i", "m", -1, null),
                new Event.PartStarted(1, 0, new Opening.Text()),
                new Event.TextDelta(1, 0, text("other"), List.of()),
                new Event.PartEnded(1, 0),
                new Event.ChoiceEnded(1, Stop.of(Stop.Reason.END, "stop")),
                new Event.Ended());
        assertEquals(false, Sample.stream(events, exchange).contains("other"));
        assertEquals(List.of("choices"), lost());
    }

    @Test
    void everySplitOfAStreamIsTheSame() {
        byte[] stream = Sample.golden("tools", "events.sse");
        List<Event> whole = Sample.events(stream, Sample.exchange());
        for (int at = 1; at < stream.length; at++) {
            List<Event> kept = new ArrayList<>();
            var reader = MessagesCodec.codec().eventReader().apply(Sample.exchange());
            byte[] head = Arrays.copyOf(stream, at);
            reader.feed(head, 0, at, event -> kept.add(Kept.of(event)));
            Arrays.fill(head, (byte) 0);
            reader.feed(stream, at, stream.length - at, event -> kept.add(Kept.of(event)));
            reader.end(event -> kept.add(Kept.of(event)));
            assertEquals(whole, kept);
        }
    }

    @Test
    void compactionIsBilledWithTheAnswer() {
        String body = "{'type':'message','id':'i','content':[],'stop_reason':'end_turn','usage':{'input_tokens':10,"
                + "'output_tokens':20,'iterations':[{'type':'compaction','input_tokens':100,'output_tokens':7,"
                + "'cache_creation_input_tokens':30,'cache_creation':{'ephemeral_1h_input_tokens':30}},"
                + "{'type':'message','input_tokens':10,'output_tokens':20}]}}";
        Answer answer = Sample.done(Sample.answer(body.replace('\'', '"').getBytes(UTF_8), exchange));
        assertEquals(new Usage(110, 0, 0, 30, 27, 0, 0), answer.usage());
    }

    @Test
    void anEndlessEventFails() {
        var reader = MessagesCodec.codec().eventReader().apply(exchange);
        byte[] filler = "data: ".concat("x".repeat(1 << 20)).getBytes(UTF_8);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            reader.feed(filler, i == 0 ? 0 : 6, filler.length - (i == 0 ? 0 : 6), events::add);
        }
        reader.end(events::add);
        assertEquals(1, events.size());
        assertInstanceOf(Event.Failed.class, events.getFirst());
    }

    @ParameterizedTest
    @CsvSource({
        "400,invalid_request_error,INVALID_REQUEST",
        "413,invalid_request_error,REQUEST_TOO_LARGE",
        "401,authentication_error,AUTHENTICATION",
        "402,billing_error,BILLING",
        "429,billing_error,BILLING",
        "403,permission_error,PERMISSION",
        "404,not_found_error,NOT_FOUND",
        "413,request_too_large,REQUEST_TOO_LARGE",
        "429,rate_limit_error,RATE_LIMIT",
        "500,api_error,API_ERROR",
        "503,api_error,UNAVAILABLE",
        "504,timeout_error,TIMEOUT",
        "408,timeout_error,REQUEST_TIMEOUT",
        "529,overloaded_error,OVERLOADED",
        "418,novel_error,INVALID_REQUEST",
        "599,novel_error,API_ERROR"
    })
    void anErrorsTypeAndStatusSayItsKind(int status, String type, ErrorKind kind) {
        byte[] body = ("{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"m\"}}").getBytes(UTF_8);
        assertEquals(
                new ErrorReader.ProviderError(kind, "m"),
                MessagesCodec.codec().errorReader().read(status, body, 0, body.length));
    }

    @Test
    void aPromptBeyondTheModelsWindowIsToldByItsWords() {
        byte[] body = Sample.golden("context-length", "error.json");
        assertEquals(
                ErrorKind.CONTEXT_LENGTH,
                MessagesCodec.codec()
                        .errorReader()
                        .read(400, body, 0, body.length)
                        .kind());
    }

    @Test
    void ofNoErrorTheStatusDecides() {
        byte[] body = "<html>secret</html>".getBytes(UTF_8);
        assertEquals(
                new ErrorReader.ProviderError(ErrorKind.BAD_GATEWAY, "The provider answered with status 502."),
                MessagesCodec.codec().errorReader().read(502, body, 0, body.length));
    }

    private List<String> lost() {
        return exchange.losses().list().stream()
                .map(loss -> loss.at().toString())
                .toList();
    }

    private static List<Event> around(Event... part) {
        List<Event> events = new ArrayList<>(List.of(new Event.Started("i", Sample.MODEL, -1, Usage.ZERO)));
        events.addAll(List.of(part));
        events.add(new Event.ChoiceEnded(0, Stop.of(Stop.Reason.TOOL_CALLS, "tool_use")));
        events.add(new Event.Ended());
        return events;
    }

    /** The types and indexes of the blocks, and signatures, in the order of the wire. */
    private String blocks(Event... part) {
        List<String> words = new ArrayList<>();
        for (String event : Sample.stream(around(part), exchange).split("\n\n", -1)) {
            if (event.isEmpty()) {
                continue;
            }
            Json.Obj data = Sample.object(event.substring(event.indexOf("data: ") + 6));
            if (data.get("content_block") instanceof Json.Obj block) {
                words.add(string(block.get("type")) + Sample.text(Sample.given(data.get("index"))));
            } else if (data.get("delta") instanceof Json.Obj delta && delta.get("signature") != null) {
                words.add(string(delta.get("signature")));
            }
        }
        return String.join(" ", words);
    }

    private static String string(@Nullable Json value) {
        return ((Json.Text) Sample.given(value)).string();
    }

    private static Answer answer(Stop stop, Part... parts) {
        return new Answer(
                "i", "gpt", 7, List.of(new Answer.Choice(0, List.of(parts), stop, List.of())), null, null, List.of());
    }

    private String content(Part... parts) {
        String body = whole(answer(Stop.of(Stop.Reason.END, "stop"), parts));
        return body.substring(body.indexOf("'content':") + 10, body.indexOf(",'stop_reason'"));
    }

    private String whole(Answer answer) {
        return new String(MessagesCodec.codec().wholeWriter().write(answer, exchange), UTF_8).replace('"', '\'');
    }

    private static Json.Text text(String text) {
        return Json.Text.of(text);
    }
}
