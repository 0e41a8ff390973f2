package dev.tollgate.dialects.chat;

import static dev.tollgate.dialects.chat.ChatKit.bytes;
import static dev.tollgate.dialects.chat.ChatKit.events;
import static dev.tollgate.dialects.chat.ChatKit.exchange;
import static dev.tollgate.dialects.chat.ChatKit.golden;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.EventRules;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.kit.Pathless;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatEventReaderTest {
    private static final String FIRST = chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null");
    private static final String LAST = chunk("{}", "\"stop\"");
    private static final String DONE = "data: [DONE]\n\n";

    private static String chunk(String delta, String finish) {
        return "data: {\"id\":\"i\",\"created\":5,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":" + delta
                + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    private static String calls(String... calls) {
        return chunk("{\"tool_calls\":[" + String.join(",", calls) + "]}", "null");
    }

    private static List<Event> read(String... chunks) {
        return read(exchange(), chunks);
    }

    private static List<Event> read(Exchange exchange, String... chunks) {
        return events(bytes(String.join("", chunks)), Integer.MAX_VALUE / 2, exchange);
    }

    private static Event text(int choice, int part, String text) {
        return new Event.TextDelta(choice, part, Json.Text.of(text), List.of());
    }

    private static Event input(int part, String fragment) {
        return new Event.InputDelta(0, part, Json.Text.of(fragment));
    }

    private static Event call(int part, String id, String name) {
        return new Event.PartStarted(0, part, new Event.Opening.ToolCall(id, null, name, false));
    }

    private static String failure(List<Event> events) {
        Event.Failed failed = assertInstanceOf(Event.Failed.class, events.getLast());
        assertEquals(ErrorKind.BAD_GATEWAY, failed.kind());
        assertTrue(events.stream().noneMatch(Event.Ended.class::isInstance));
        return failed.message();
    }

    @Test
    void textAndTwoCallsArePartsOneAfterTheOther() {
        List<Event> events = events(golden("parallel-tools/chat.events.sse"), 1 << 20, exchange());
        assertEquals(
                List.of(
                        new Event.Started("chatcmpl-CkWq81", "gpt-5.6-luna", 1764500000, null),
                        new Event.PartStarted(0, 0, new Event.Opening.Text()),
                        text(0, 0, "I look both up."),
                        new Event.PartEnded(0, 0),
                        call(1, "call_w1", "get_weather"),
                        input(1, "{\"city\":\"Paris\"}"),
                        new Event.PartEnded(0, 1),
                        call(2, "call_t1", "get_time"),
                        input(2, "{\"city\":"),
                        input(2, "\"Paris\"}"),
                        new Event.PartEnded(0, 2),
                        new Event.ChoiceEnded(0, Stop.of(Stop.Reason.TOOL_CALLS, "tool_calls")),
                        new Event.UsageReported(new Usage(80, 0, 0, 0, 40, 0, 0)),
                        new Event.Ended()),
                events);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "tools",
                "parallel-tools",
                "thinking",
                "signatures-home",
                "n",
                "logprobs",
                "citations",
                "refusal",
                "usage",
                "cut-stream",
                "mid-stream-error"
            })
    void howAStreamIsCutIntoPiecesChangesNothing(String feature) {
        byte[] stream = golden(feature + "/chat.events.sse");
        List<Event> whole = events(stream, stream.length, exchange());
        assertEquals(whole, events(stream, 1, exchange()));
        for (int cut = 1; cut < stream.length; cut++) {
            List<Event> split = new ArrayList<>();
            EventRules rules = new EventRules(event -> split.add(Pathless.of(event)));
            var reader = ChatKit.CODEC.eventReader().apply(exchange());
            byte[] head = Arrays.copyOf(stream, cut);
            reader.feed(head, 0, cut, rules);
            Arrays.fill(head, (byte) '#');
            reader.feed(stream, cut, stream.length - cut, rules);
            reader.end(rules);
            assertEquals(true, rules.over());
            assertEquals(whole, split, "cut at " + cut);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "tools", "n"})
    void aStreamThatIsCutAnywhereHasNoEndButAFailure(String feature) {
        byte[] stream = golden(feature + "/chat.events.sse");
        int done = new String(stream, ISO_8859_1).indexOf("[DONE]");
        for (int length = 0; length < done + "[DONE]".length(); length++) {
            failure(events(Arrays.copyOf(stream, length), 1 << 20, exchange()));
        }
    }

    @Test
    void anErrorInTheStreamIsTheLastAndSaysItsKind() {
        List<Event> events = events(golden("mid-stream-error/chat.events.sse"), 1 << 20, exchange());
        assertEquals(
                new Event.Failed(ErrorKind.API_ERROR, "The server had an error while processing your request."),
                events.getLast());
        assertEquals(
                List.of(new Event.Failed(ErrorKind.RATE_LIMIT, "slow down")),
                read("data: {\"error\":{\"code\":429,\"message\":\"slow down\"}}\n\n", FIRST, LAST, DONE));
    }

    @Test
    void commentsAreTold() {
        List<Event> events = read(": early\n\n", FIRST, ": OPENROUTER PROCESSING\n\n", LAST, DONE);
        assertEquals(new Event.Ping(), events.get(1));
        assertEquals(1, events.stream().filter(Event.Ping.class::isInstance).count());
    }

    @Test
    void reasoningRefusalsAndLogprobsAreRead() {
        assertTrue(events(golden("thinking/chat.events.sse"), 1 << 20, exchange())
                .contains(new Event.ReasoningDelta(0, 0, 0, Json.Text.of("5, 7 …"))));
        List<Event> refused = events(golden("refusal/chat.events.sse"), 1 << 20, exchange());
        assertTrue(refused.contains(new Event.ChoiceEnded(0, Stop.of(Stop.Reason.REFUSED, "stop"))));
        Event.TextDelta sure = (Event.TextDelta)
                events(golden("logprobs/chat.events.sse"), 1 << 20, exchange()).get(2);
        assertEquals("No", sure.logprobs().getFirst().top().get(1).token().string());
    }

    @Test
    void serversThatSendBothNamesOfReasoningAreReadOnce() {
        List<Event> events = read(chunk("{\"reasoning\":\"a\",\"reasoning_content\":\"a\"}", "null"), LAST, DONE);
        assertEquals(
                1,
                events.stream().filter(Event.ReasoningDelta.class::isInstance).count());
    }

    @Test
    void callsThatShareAnIndexOrHaveNoneAreToldApartByTheirIds() {
        String function = "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
        List<Event> same = read(
                calls("{\"index\":0,\"id\":\"a\"," + function, "{\"index\":0,\"id\":\"b\"," + function), LAST, DONE);
        List<Event> none = read(calls("{\"id\":\"a\"," + function, "{\"id\":\"b\"," + function), LAST, DONE);
        assertEquals(same, none);
        assertTrue(same.contains(call(1, "b", "f")));
    }

    @Test
    void aCallThatGoesOnAfterTheNextHasBegunIsAFailureAndNotLost() {
        String first = "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}";
        String second = "{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}";
        String more = "{\"index\":0,\"function\":{\"arguments\":\"}\"}}";
        String message = failure(read(calls(first), calls(second), calls(more), LAST, DONE));
        assertTrue(message.contains("choices[0].delta.tool_calls[0]"), message);
    }

    @Test
    void aFunctionThatStandsForACustomToolGivesItsFreeTextWhenItEnds() {
        Exchange exchange = exchange(new Tool.Custom(Path.ROOT, null, "edit", null, null));
        List<Event> events = read(
                exchange,
                calls("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"edit\",\"arguments\":\"{\\\"inp\"}}"),
                calls("{\"index\":0,\"function\":{\"arguments\":\"ut\\\":\\\"x\\\\ny\\\"}\"}}"),
                LAST,
                DONE);
        assertEquals(
                List.of(
                        new Event.PartStarted(0, 0, new Event.Opening.ToolCall("a", null, "edit", true)),
                        input(0, "x\ny"),
                        new Event.PartEnded(0, 0)),
                events.subList(1, 4));
    }

    @Test
    void azuresFirstChunkWithoutChoicesStartsNothing() {
        List<Event> events = read(
                "data: {\"id\":\"\",\"model\":\"\",\"created\":0,\"choices\":[],\"prompt_filter_results\":[]}\n\n",
                FIRST,
                LAST,
                DONE);
        assertEquals(new Event.Started("i", "m", 5, null), events.getFirst());
    }

    @Test
    void runningUsageIsCumulative() {
        List<Event> events = read(
                FIRST.replace("]}\n", "],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n"),
                LAST.replace("]}\n", "],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n"),
                DONE);
        assertEquals(new Event.UsageReported(new Usage(3, 0, 0, 0, 2, 0, 0)), events.get(events.size() - 2));
    }

    @Test
    void anEmptyChunkAfterTheFinishIsTakenAndContentIsNot() {
        assertInstanceOf(
                Event.Ended.class,
                read(FIRST, LAST, chunk("{\"role\":\"assistant\",\"content\":\"\"}", "\"stop\""), DONE)
                        .getLast());
        failure(read(FIRST, LAST, chunk("{\"content\":\"more\"}", "null"), DONE));
    }

    @Test
    void whatIsNoChunkIsAFailureThatNamesThePlace() {
        assertTrue(failure(read("data: {\n\n")).contains("no JSON"));
        assertTrue(failure(read("data: 5\n\n")).contains("no object"));
        assertTrue(failure(read(chunk("{\"content\":5}", "null"))).contains("choices[0].delta.content"));
        assertTrue(failure(read(chunk("7", "null"))).contains("choices[0].delta"));
        assertTrue(failure(read(calls("{\"index\":0,\"id\":\"a\",\"function\":{}}")))
                .contains("function.name"));
        assertTrue(failure(read("data: {\"choices\":[{\"index\":999}]}\n\n")).contains("choices[0].index"));
        assertTrue(failure(read(FIRST, DONE)).contains("finish_reason"));
        assertTrue(failure(read(DONE)).contains("finish_reason"));
    }

    @Test
    void anEventThatIsTooLongIsAFailure() {
        byte[] endless = new byte[1 << 20];
        Arrays.fill(endless, (byte) 'a');
        List<Event> events = new ArrayList<>();
        EventRules rules = new EventRules(events::add);
        var reader = ChatKit.CODEC.eventReader().apply(exchange());
        reader.feed(bytes("data: "), 0, 6, rules);
        for (int i = 0; i < 20; i++) {
            reader.feed(endless, 0, endless.length, rules);
        }
        reader.end(rules);
        assertTrue(failure(events).contains("more than"));
    }

    @Test
    void fieldsOfChunksWithoutAPlaceAreLosses() {
        Exchange exchange = exchange();
        read(
                exchange,
                FIRST.replace("]}\n", "],\"service_tier\":\"default\",\"system_fingerprint\":\"fp\",\"foo\":1}\n"),
                LAST,
                DONE);
        assertEquals(
                List.of("foo"),
                exchange.losses().list().stream().map(loss -> loss.at().field()).toList());
    }
}
