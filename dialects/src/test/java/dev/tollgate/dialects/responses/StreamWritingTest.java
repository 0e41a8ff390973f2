package dev.tollgate.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // a null that is not expected fails the test as an assertion would
class StreamWritingTest {
    private static final Event START = new Event.Started("msg_1", "claude", -1, new Usage(9, 0, 0, 0, 0, 0, 0));
    private static final Event DONE = new Event.ChoiceEnded(0, Stop.of(Stop.Reason.END, "end_turn"));
    private static final Event END = new Event.Ended();

    private static Event open(int part, Opening opening) {
        return new Event.PartStarted(0, part, opening);
    }

    private static Event text(int part, String text) {
        return new Event.TextDelta(0, part, Json.Text.of(text), List.of());
    }

    private static Event close(int part) {
        return new Event.PartEnded(0, part);
    }

    private static Event input(int part, String fragment) {
        return new Event.InputDelta(0, part, Json.Text.of(fragment));
    }

    private static String stream(Exchange exchange, Event... events) {
        return Kit.stream(List.of(events), exchange);
    }

    @Test
    void neighbouringTextsAreContentsOfOneMessage() {
        String stream = stream(
                Kit.exchange(),
                START,
                open(0, new Opening.Text()),
                text(0, "a"),
                close(0),
                open(1, new Opening.Text()),
                text(1, "b"),
                close(1),
                DONE,
                END);
        assertEquals(
                List.of(
                        "response.created",
                        "response.in_progress",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.content_part.added",
                        "response.output_text.delta",
                        "response.output_text.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.completed"),
                Kit.types(stream));
        assertTrue(stream.contains("\"content_index\":1,\"delta\":\"b\""), stream);
    }

    @Test
    void eventsAreNumberedAndItemsHaveTheirIndexAndId() {
        String stream = stream(
                Kit.exchange(),
                START,
                open(0, new Opening.Reasoning(true, false)),
                new Event.ReasoningDelta(0, 0, 0, Json.Text.of("hm")),
                close(0),
                open(1, new Opening.ToolCall("call_1", null, "f", false)),
                input(1, "{}"),
                close(1),
                DONE,
                END);
        List<String> numbers = new ArrayList<>();
        Pattern.compile("\"sequence_number\":(\\d+)")
                .matcher(stream)
                .results()
                .forEach(found -> numbers.add(found.group(1)));
        for (int i = 0; i < numbers.size(); i++) {
            assertEquals(Integer.toString(i), numbers.get(i), stream);
        }
        assertEquals(Kit.types(stream).size(), numbers.size());
        assertTrue(stream.contains("\"output_index\":1,\"item_id\":\"fc_0000000000000001\",\"delta\":\"{}\""), stream);
        assertTrue(stream.contains("\"item_id\":\"rs_0000000000000000\",\"summary_index\":0"), stream);
    }

    @Test
    void theModelIsTheClientsAndTheTimeIsMinted() {
        String stream = stream(Kit.exchange(), START, DONE, END);
        assertTrue(stream.contains("\"model\":\"" + Kit.MODEL + "\""), stream);
        assertTrue(stream.contains("\"created_at\":1763820000"), stream);
        assertTrue(stream.contains("\"input_tokens\":9"), stream);
    }

    @Test
    void aCallWithoutInputHasAnEmptyObject() {
        String stream = stream(
                Kit.exchange(), START, open(0, new Opening.ToolCall("c", null, "f", false)), close(0), DONE, END);
        assertTrue(stream.contains("\"arguments\":\"{}\""), stream);
        assertTrue(stream.contains("\"delta\":\"{}\""), stream);
    }

    @Test
    void aFunctionOfTheProvidersIsTheClientsCustomTool() {
        Request request = Kit.read("{'model':'m','input':'x','tools':[{'type':'custom','name':'apply_patch'}]}");
        String stream = stream(
                Kit.exchange(request),
                START,
                open(0, new Opening.ToolCall("c", null, "apply_patch", false)),
                input(0, "{\"inp"),
                input(0, "ut\":\"*** \\\"Begin\\\"\"}"),
                close(0),
                DONE,
                END);
        assertTrue(stream.contains("\"delta\":\"*** \\\"Begin\\\"\""), stream);
        assertEquals(-1, stream.indexOf("function_call"), stream);
        assertTrue(stream.contains("\"input\":\"*** \\\"Begin\\\"\"}"), stream);
    }

    @Test
    void aCallsSignatureComesBackWithTheCall() {
        String stream = stream(
                Kit.exchange(),
                START,
                open(0, new Opening.ToolCall("call_9", null, "f", false)),
                input(0, "{}"),
                new Event.SignatureDelta(0, 0, new Signature(Protocol.GENERATE_CONTENT, null, "CpcD")),
                close(0),
                DONE,
                END);
        String output = stream.substring(stream.lastIndexOf("\"output\":") + "\"output\":".length());
        Request next = Kit.read("{\"model\":\"m\",\"input\":" + output.substring(0, output.lastIndexOf(']') + 1) + "}");
        Part.ToolCall call = (Part.ToolCall) next.turns().getFirst().parts().getFirst();
        assertEquals(new Signature(Protocol.GENERATE_CONTENT, null, "CpcD"), call.signature());
        assertEquals(1, next.turns().getFirst().parts().size());
    }

    @Test
    void foreignCitationsOfPagesCrossAndOthersAreLosses() {
        Exchange exchange = Kit.exchange();
        Citation page = new Citation(
                Path.ROOT, Json.Text.of("https://a"), null, null, -1, -1, Protocol.MESSAGES, Json.Obj.EMPTY);
        Citation document =
                new Citation(Path.ROOT.member("citations"), null, null, null, 0, 1, Protocol.MESSAGES, Json.Obj.EMPTY);
        String stream = stream(
                exchange,
                START,
                open(0, new Opening.Text()),
                new Event.CitationAdded(0, 0, page),
                text(0, "Zürich 🌤"),
                new Event.CitationAdded(0, 0, document),
                close(0),
                DONE,
                END);
        assertTrue(
                stream.contains("\"annotation_index\":0,\"annotation\":{\"type\":\"url_citation\",\"start_index\":0,"
                        + "\"end_index\":8,\"url\":\"https://a\",\"title\":\"\"}"),
                stream);
        assertEquals(List.of("citations"), Kit.losses(exchange.losses()));
    }

    @Test
    void aFailureIsToldInBothFormsAndNeverCompletes() {
        String stream = stream(
                Kit.exchange(),
                START,
                open(0, new Opening.Text()),
                text(0, "half"),
                new Event.Failed(ErrorKind.OVERLOADED, "Busy."));
        int place = Kit.types(stream).indexOf("error");
        String error = new String(ErrorBodies.responsesEvent(ErrorKind.OVERLOADED, "Busy.", place), UTF_8);
        assertTrue(stream.contains(error), stream);
        assertEquals("response.failed", Kit.types(stream).getLast());
        assertTrue(stream.contains("\"error\":{\"code\":\"server_is_overloaded\",\"message\":\"Busy.\"}"), stream);
        assertEquals(-1, stream.indexOf("response.completed"), stream);
    }

    @Test
    void aFailureBeforeTheStartIsAnErrorOnly() {
        assertEquals(
                List.of("error"), Kit.types(stream(Kit.exchange(), new Event.Failed(ErrorKind.BAD_GATEWAY, "No."))));
    }

    @Test
    void reasonsToStopAreStatusesAndOthersAreLosses() {
        Exchange exchange = Kit.exchange();
        String cut = stream(exchange, START, new Event.ChoiceEnded(0, Stop.of(Stop.Reason.CONTEXT_FULL, "full")), END);
        assertEquals("response.incomplete", Kit.types(cut).getLast());
        assertTrue(cut.contains("\"incomplete_details\":{\"reason\":\"max_output_tokens\"}"), cut);
        assertEquals(List.of("stop_reason"), Kit.losses(exchange.losses()));
        Stop refused = new Stop(Stop.Reason.REFUSED, "refusal", null, Json.Text.of("Not that."));
        String refusal = stream(Kit.exchange(), START, new Event.ChoiceEnded(0, refused), END);
        assertTrue(refusal.contains("\"reason\":\"content_filter\""), refusal);
        assertTrue(refusal.contains("\"refusal\":\"Not that.\""), refusal);
    }

    @Test
    void pingsAreComments() {
        assertTrue(stream(Kit.exchange(), START, new Event.Ping(), DONE, END).contains("\n\n: ping\n\n"));
    }

    @Test
    void onlyTheFirstChoiceIsHeard() {
        Exchange exchange = Kit.exchange();
        String stream = stream(
                exchange,
                START,
                DONE,
                new Event.PartStarted(1, 0, new Opening.Text()),
                new Event.TextDelta(1, 0, Json.Text.of("second"), List.of()),
                new Event.PartEnded(1, 0),
                new Event.ChoiceEnded(1, Stop.of(Stop.Reason.END, "stop")),
                END);
        assertEquals(-1, stream.indexOf("second"));
        assertEquals(List.of("choices"), Kit.losses(exchange.losses()));
    }

    @Test
    void anEndlessPartFailsInsteadOfFillingTheMemory() {
        String big = "x".repeat(1 << 20);
        List<Event> events = new ArrayList<>(List.of(START, open(0, new Opening.Text())));
        for (int i = 0; i < 10; i++) {
            events.add(text(0, big));
        }
        events.addAll(List.of(close(0), DONE, END));
        String stream = Kit.stream(events, Kit.exchange());
        assertEquals("response.failed", Kit.types(stream).getLast());
    }
}
