package dev.tollgate.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.kit.Pathless;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked // a null that is not expected fails the test as an assertion would
class StreamReadingTest {
    private static final String CREATED = "data: {'type':'response.created','response':{'id':'resp_1'}}\n\n";
    private static final String COMPLETED =
            "data: {'type':'response.completed','response':{'id':'resp_1','status':'completed','output':[]}}\n\n";

    private static String event(String type, String rest) {
        return "data: {'type':'response." + type + "'," + rest + "}\n\n";
    }

    private static <E extends Event> List<E> of(Class<E> type, List<Event> events) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static String text(List<Event> events) {
        return of(Event.TextDelta.class, events).stream()
                .map(delta -> delta.text().string())
                .collect(Collectors.joining());
    }

    private static Event.Failed failure(List<Event> events) {
        return assertInstanceOf(Event.Failed.class, events.getLast());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "tools",
                "parallel-tools",
                "thinking",
                "structured",
                "logprobs",
                "citations",
                "refusal",
                "stops",
                "usage",
                "cut-stream",
                "mid-stream-error"
            })
    void aStreamMeansTheSameHoweverItIsCut(String feature) {
        byte[] stream = Kit.golden(feature + "/responses.events.sse");
        List<Event> whole = Kit.events(stream, stream.length, Kit.exchange());
        for (int piece : new int[] {1, 2, 7, 64, 1000}) {
            assertEquals(whole, Kit.events(stream, piece, Kit.exchange()), "pieces of " + piece);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "tools", "thinking", "citations", "refusal", "logprobs"})
    void noPrefixOfAStreamEverLooksFinished(String feature) {
        byte[] stream = Kit.golden(feature + "/responses.events.sse");
        int end = new String(stream, UTF_8).lastIndexOf('}'); // in characters, so never beyond it in bytes
        for (int cut = 0; cut < end; cut += 13) {
            String prefix = new String(stream, 0, cut, UTF_8);
            List<Event> events = Kit.events(prefix.getBytes(UTF_8), 512, Kit.exchange());
            failure(events);
            String told = Kit.stream(events, Kit.exchange());
            assertEquals(-1, told.indexOf("response.completed"), prefix);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "tools", "parallel-tools", "structured", "refusal", "stops", "usage"})
    void aStreamSaysWhatTheWholeAnswerSays(String feature) {
        Exchange exchange = Kit.exchange();
        Answer answer = Kit.answer(Kit.golden(feature + "/responses.answer.json"), exchange);
        byte[] stream = Kit.golden(feature + "/responses.events.sse");
        List<Event> events = Kit.events(stream, stream.length, exchange);
        Answer.Choice choice = answer.choices().getFirst();
        assertEquals(
                choice.stop(), of(Event.ChoiceEnded.class, events).getFirst().stop());
        assertEquals(
                answer.usage(), of(Event.UsageReported.class, events).getLast().usage());
        assertEquals(choice.parts().size(), of(Event.PartStarted.class, events).size());
        String written = new String(Kit.CODEC.wholeWriter().write(answer, Kit.exchange()), UTF_8);
        Answer told = Kit.answer(last(Kit.stream(events, Kit.exchange())), exchange);
        Answer whole = Kit.answer(written.getBytes(UTF_8), exchange);
        assertEquals(Pathless.of(whole.choices()), Pathless.of(told.choices()));
    }

    /** The response object of a stream's last event. */
    private static byte[] last(String stream) {
        String data = stream.substring(stream.lastIndexOf("\"response\":") + "\"response\":".length());
        return data.substring(0, data.lastIndexOf('}')).getBytes(UTF_8);
    }

    @Test
    void theStreamOfAReasoningModelIsReadWhole() {
        byte[] stream = Kit.golden("thinking/responses.events.sse");
        List<Event> events = Kit.events(stream, stream.length, Kit.exchange());
        assertEquals(new Event.Started("resp_think1", Kit.MODEL, 1_763_820_000, null), events.getFirst());
        assertEquals(
                List.of(new Opening.Reasoning(true, false), new Opening.Text()),
                of(Event.PartStarted.class, events).stream()
                        .map(Event.PartStarted::opening)
                        .toList());
        assertEquals(1, of(Event.ReasoningDelta.class, events).getLast().paragraph());
        assertEquals(
                new Signature(Protocol.RESPONSES, "rs_th1", "gAAAAABpIbK9-_w=="),
                of(Event.SignatureDelta.class, events).getFirst().signature());
        assertEquals(
                new Usage(14, 0, 0, 0, 96, 80, 0),
                of(Event.UsageReported.class, events).getLast().usage());
        assertEquals(new Event.Ended(), events.getLast());
    }

    @Test
    void citationsAndLogprobsComeWithTheirText() {
        List<Event> cited = Kit.events(Kit.golden("citations/responses.events.sse"), 100, Kit.exchange());
        Event.CitationAdded citation = of(Event.CitationAdded.class, cited).getFirst();
        assertEquals(1, citation.part());
        assertEquals(16, citation.citation().end());
        assertEquals(1, of(Event.UsageReported.class, cited).getLast().usage().webSearchRequests());
        List<Event> scored = Kit.events(Kit.golden("logprobs/responses.events.sse"), 100, Kit.exchange());
        Event.TextDelta hi = of(Event.TextDelta.class, scored).getFirst();
        assertEquals("Hi", hi.logprobs().getFirst().token().string());
        assertEquals(2, hi.logprobs().getFirst().top().size());
    }

    @Test
    void callsHaveTheClientsNames() {
        Request request = Kit.read("{'model':'m','input':'x','tools':[{'type':'namespace','name':'mcp__files','tools':"
                + "[{'type':'function','name':'read'}]}]}");
        List<Event> events = Kit.events(
                Kit.body(CREATED
                        + event(
                                "output_item.added",
                                "'output_index':0,'item':{'type':'function_call','call_id':'c','name':'mcp__files__read','arguments':''}")
                        + event("function_call_arguments.delta", "'output_index':0,'delta':'{}'")
                        + event(
                                "output_item.done",
                                "'output_index':0,'item':{'type':'function_call','call_id':'c','name':'mcp__files__read','arguments':'{}'}")
                        + COMPLETED),
                4096,
                Kit.exchange(request));
        assertEquals(
                new Opening.ToolCall("c", "mcp__files", "read", false),
                of(Event.PartStarted.class, events).getFirst().opening());
        assertEquals(
                Stop.Reason.TOOL_CALLS,
                of(Event.ChoiceEnded.class, events).getFirst().stop().reason());
    }

    @Test
    void overlappingItemsAreToldOneAfterTheOther() {
        String call = "{'type':'function_call','call_id':'c%d','name':'f','arguments':'%s'}";
        List<Event> events = Kit.events(CREATED
                + event("output_item.added", "'output_index':0,'item':" + String.format(call, 0, ""))
                + event("output_item.added", "'output_index':1,'item':" + String.format(call, 1, ""))
                + event("function_call_arguments.delta", "'output_index':1,'delta':'[1'")
                + event("function_call_arguments.delta", "'output_index':0,'delta':'[0]'")
                + event("function_call_arguments.delta", "'output_index':1,'delta':']'")
                + event("output_item.done", "'output_index':1,'item':" + String.format(call, 1, "[1]"))
                + event("output_item.done", "'output_index':0,'item':" + String.format(call, 0, "[0]"))
                + COMPLETED);
        assertEquals(
                List.of("[0]", "[1]"),
                of(Event.InputDelta.class, events).stream()
                        .map(delta -> delta.fragment().string())
                        .toList());
    }

    @Test
    void whatOnlyTheLastEventSaysIsTold() {
        List<Event> events = Kit.events("data: {'type':'response.completed','response':{'id':'r','status':'completed',"
                + "'output':[{'type':'message','id':'m','content':[{'type':'output_text','text':'all'}]}]}}\n\n");
        assertEquals("all", text(events));
        assertEquals(new Event.Ended(), events.getLast());
    }

    @Test
    void aServerMayLeaveOutWhatFollowsFromTheRest() {
        List<Event> events = Kit.events(CREATED
                + event("output_text.delta", "'output_index':0,'content_index':0,'delta':'a'")
                + event("output_text.delta", "'output_index':0,'content_index':1,'delta':'b'")
                + event("output_text.done", "'output_index':1,'content_index':0,'text':'late'")
                + event(
                        "output_item.done",
                        "'output_index':1,'item':{'type':'message','content':[{'type':'output_text','text':'late'}]}")
                + COMPLETED
                + "data: [DONE]\n\n");
        assertEquals("ablate", text(events));
        assertEquals(3, of(Event.PartStarted.class, events).size());
    }

    @Test
    void unknownEventsAndThoughtsBesideTheirSummaryAreLosses() {
        Exchange exchange = Kit.exchange();
        byte[] stream = Kit.body(CREATED
                + event("reasoning_summary_text.delta", "'output_index':0,'summary_index':0,'delta':'short'")
                + event("reasoning_text.delta", "'output_index':0,'content_index':0,'delta':'long'")
                + event("steer.pending", "'x':1")
                + event("web_search_call.searching", "'output_index':1")
                + COMPLETED);
        List<Event> events = Kit.events(stream, stream.length, exchange);
        assertEquals(1, of(Event.ReasoningDelta.class, events).size());
        assertEquals(List.of("output.content", "response.steer.pending"), Kit.losses(exchange.losses()));
    }

    @Test
    void commentsAndKeepalivesArePings() {
        List<Event> events =
                Kit.events(": before\n\n" + CREATED + ": ping\n\ndata: {'type':'keepalive'}\n\n" + COMPLETED);
        assertEquals(2, of(Event.Ping.class, events).size());
    }

    @Test
    void theProvidersErrorEndsTheStream() {
        assertEquals(
                new Event.Failed(ErrorKind.API_ERROR, "The server had an error processing your request."),
                failure(Kit.events(Kit.golden("mid-stream-error/responses.events.sse"), 64, Kit.exchange())));
        assertEquals(
                new Event.Failed(ErrorKind.OVERLOADED, "Busy."),
                failure(Kit.events(CREATED
                        + "data: {'type':'error','code':'server_is_overloaded','message':'Busy.'}\n\n"
                        + COMPLETED)));
        assertEquals(
                new Event.Failed(ErrorKind.RATE_LIMIT, "Slow."),
                failure(Kit.events(
                        "data: {'type':'error','error':{'type':'rate_limit_exceeded','message':'Slow.'}}\n\n")));
    }

    @Test
    void garbageFailsTheStreamAndNothingFollows() {
        for (String garbage : List.of(
                "data: {'type'\n\n",
                "data: 7\n\n",
                "data: {}\n\n",
                "data: {'type':'response.completed'}\n\n",
                "data: {'type':'response.completed','response':{'id':'r','usage':{'input_tokens':-1}}}\n\n",
                event("output_text.delta", "'delta':7"),
                event("output_item.done", "'item':7"),
                event("output_item.done", "'item':{'type':'function_call'}"))) {
            Event.Failed failed = failure(Kit.events(CREATED + garbage + COMPLETED));
            assertEquals(ErrorKind.BAD_GATEWAY, failed.kind(), garbage);
        }
    }

    @Test
    void aStreamWithoutAnyEventHasFailed() {
        assertEquals(ErrorKind.BAD_GATEWAY, failure(Kit.events("")).kind());
    }
}
