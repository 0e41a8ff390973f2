package dev.tollgate.dialects.gemini;

import static dev.tollgate.dialects.gemini.GeminiSupport.asking;
import static dev.tollgate.dialects.gemini.GeminiSupport.events;
import static dev.tollgate.dialects.gemini.GeminiSupport.exchange;
import static dev.tollgate.dialects.gemini.GeminiSupport.golden;
import static dev.tollgate.dialects.gemini.GeminiSupport.stream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiStreamTest {
    private static final String TEXT =
            "data: {'candidates':[{'content':{'parts':[{'text':'Hi'}]}}],'responseId':'r','modelVersion':'m'}\n\n";
    private static final String LAST =
            "data: {'candidates':[{'content':{'parts':[{'text':''}]},'finishReason':'STOP'}],"
                    + "'usageMetadata':{'promptTokenCount':3,'candidatesTokenCount':2}}\n\n";

    @ParameterizedTest
    @ValueSource(
            strings = {"plain", "thinking", "tools", "parallel-tools", "citations", "n", "refusal", "signatures-home"})
    void aStreamReadsTheSameHoweverItIsSplitAndWritesWhatReadsTheSame(String feature) {
        byte[] wire = new String(golden(feature + "/gemini.events.sse"), UTF_8)
                .replace("\n", "\r\n")
                .getBytes(UTF_8);
        Exchange exchange = exchange(asking("'tools':[{'googleSearch':{}}]"));
        List<Event> whole = events(wire, wire.length, exchange);
        assertInstanceOf(Event.Ended.class, whole.getLast(), feature);
        for (int piece = 1; piece < wire.length; piece++) {
            assertEquals(whole, events(wire, piece, exchange(exchange.request())), feature + " in pieces of " + piece);
        }
        String written = stream(whole, exchange);
        List<Event> again = events(written.getBytes(UTF_8), 7, exchange);
        assertEquals(said(whole), said(again), written);
    }

    @Test
    void aStreamCutAtAnyByteNeverLooksFinished() {
        byte[] wire = golden("thinking/gemini.events.sse");
        String all = new String(wire, UTF_8);
        int last = all.lastIndexOf('}');
        for (int cut = 0; cut < last; cut++) {
            byte[] head = all.substring(0, cut).getBytes(UTF_8);
            List<Event> events = events(head, Math.max(1, head.length), exchange());
            assertInstanceOf(Event.Failed.class, events.getLast(), "cut at " + cut);
            String written = stream(events, exchange());
            assertEquals(false, written.contains("finishReason"), written);
            assertEquals(true, written.contains("\"status\":\"UNAVAILABLE\""), written);
        }
        assertInstanceOf(
                Event.Failed.class,
                events(golden("cut-stream/gemini.events.sse"), 9, exchange()).getLast());
    }

    @Test
    void anErrorMidStreamIsToldInBand() {
        List<Event> events = events(golden("mid-stream-error/gemini.events.sse"), 5, exchange());
        Event.Failed failed = assertInstanceOf(Event.Failed.class, events.getLast());
        assertEquals(ErrorKind.UNAVAILABLE, failed.kind());
        String written = stream(events, exchange());
        assertEquals(
                true,
                written.endsWith("data: {\"error\":{\"code\":503,\"message\":\"" + failed.message()
                        + "\",\"status\":\"UNAVAILABLE\"}}\n\n"),
                written);
    }

    @Test
    void aJsonArrayIsReadLikeEvents() {
        String array = (TEXT + LAST)
                .replace("data: ", "")
                .replace("}\n\ndata", "},data")
                .trim()
                .replace("\n\n", "\r\n,\r\n");
        byte[] wire = GeminiSupport.bytes("[" + array + "]\n");
        List<Event> expected = events(GeminiSupport.bytes(TEXT + LAST), 999, exchange());
        assertInstanceOf(Event.Ended.class, expected.getLast());
        for (int piece = 1; piece <= wire.length; piece++) {
            assertEquals(expected, events(wire, piece, exchange()), "in pieces of " + piece);
        }
        byte[] error =
                GeminiSupport.bytes("[{'error':{'code':429,'message':'} [ \\\" slow','status':'RESOURCE_EXHAUSTED'}}]");
        assertEquals(List.of(new Event.Failed(ErrorKind.RATE_LIMIT, "} [ \" slow")), events(error, 3, exchange()));
    }

    @Test
    void usageAfterTheFinishReasonIsStillReported() {
        String finish = "data: {'candidates':[{'finishReason':'STOP'}]}\n\n";
        String figures = "data: {'usageMetadata':{'promptTokenCount':3,'candidatesTokenCount':2}}\n\n";
        List<Event> events = events(GeminiSupport.bytes(TEXT + finish + figures), 4, exchange());
        assertEquals(true, events.contains(new Event.UsageReported(new Usage(3, 0, 0, 0, 2, 0, 0))), events.toString());
        assertInstanceOf(Event.Ended.class, events.getLast());
        assertInstanceOf(
                Event.Ended.class,
                events(GeminiSupport.bytes(TEXT + finish), 4, exchange()).getLast());
    }

    @Test
    void aBlockedPromptIsARefusalAndAnEnd() {
        List<Event> events =
                events(GeminiSupport.bytes("data: {'promptFeedback':{'blockReason':'OTHER'}}\n\n"), 99, exchange());
        assertEquals(
                List.of(
                        new Event.Started("resp_minted1", null, -1, null),
                        new Event.ChoiceEnded(0, Stop.of(Stop.Reason.REFUSED, "OTHER")),
                        new Event.Ended()),
                events);
    }

    @Test
    void garbageIsAFailureAndNothingFollows() {
        for (String garbage : List.of(
                "data: {\n\n",
                "data: 1\n\n",
                "data: [DONE]\n\n",
                "data: {'candidates':{'content':1}}\n\n",
                "data: {'candidates':[{'content':{'parts':[{'functionCall':{}}]}}]}\n\n",
                "[1,{\"a\":]}",
                "{\"error\":1}")) {
            List<Event> events = events(GeminiSupport.bytes(garbage + LAST), 3, exchange());
            assertInstanceOf(Event.Failed.class, events.getLast(), garbage);
        }
    }

    @Test
    void aCallIsWrittenWholeWhenItEnds() {
        List<Event> events = new ArrayList<>(List.of(
                new Event.Started("r", null, -1, null),
                new Event.PartStarted(0, 0, new Event.Opening.ToolCall("c1", null, "run", false)),
                new Event.InputDelta(0, 0, Json.Text.of("{\"a\":")),
                new Event.Ping(),
                new Event.InputDelta(0, 0, Json.Text.of("\"x\\ny\"}")),
                new Event.SignatureDelta(0, 0, new Signature(Protocol.GENERATE_CONTENT, null, "EjQK"))));
        String before = stream(events, exchange());
        assertEquals("data: {\"modelVersion\":\"gemini-3-pro\",\"responseId\":\"r\"}\n\n", before);
        events.add(new Event.PartEnded(0, 0));
        assertEquals(
                before
                        + "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"id\":\"c1\",\"name\":\"run\","
                        + "\"args\":{\"a\":\"x\\ny\"}},\"thoughtSignature\":\"EjQK\"}],\"role\":\"model\"},\"index\":0}],"
                        + "\"modelVersion\":\"gemini-3-pro\",\"responseId\":\"r\"}\n\n",
                stream(events, exchange()));
    }

    @Test
    void argumentsThatAreNoObjectAreListed() {
        Exchange exchange = exchange();
        String written = stream(
                List.of(
                        new Event.Started("r", null, -1, null),
                        new Event.PartStarted(0, 0, new Event.Opening.ToolCall("c1", null, "run", false)),
                        new Event.InputDelta(0, 0, Json.Text.of("[1")),
                        new Event.PartEnded(0, 0),
                        new Event.PartStarted(0, 1, new Event.Opening.ToolCall("c2", null, "run", true)),
                        new Event.InputDelta(0, 1, Json.Text.of("free")),
                        new Event.PartEnded(0, 1)),
                exchange);
        assertEquals(true, written.contains("\"args\":{\"input\":\"[1\"}"), written);
        assertEquals(true, written.contains("\"args\":{\"input\":\"free\"}"), written);
        assertEquals(1, exchange.losses().list().size());
    }

    @Test
    void paragraphsOfThoughtsAreApart() {
        String written = stream(
                List.of(
                        new Event.Started("r", null, -1, null),
                        new Event.PartStarted(0, 0, new Event.Opening.Reasoning(true, false)),
                        new Event.ReasoningDelta(0, 0, 0, Json.Text.of("a")),
                        new Event.ReasoningDelta(0, 0, 1, Json.Text.of("b")),
                        new Event.ReasoningDelta(0, 0, 1, Json.Text.of("c"))),
                exchange());
        assertEquals(
                List.of("a", "\\n\\nb", "c"),
                written.lines()
                        .filter(line -> !line.isEmpty())
                        .map(line -> line.replaceAll(".*\"text\":\"([^\"]*)\".*", "$1"))
                        .toList());
    }

    @Test
    void theEndStandsInTheLastChunkOnly() {
        Stop stop = Stop.of(Stop.Reason.MAX_TOKENS, "length");
        List<Event> events = new ArrayList<>(List.of(
                new Event.Started("r", null, -1, new Usage(9, 0, 0, 0, 0, 0, 0)),
                new Event.ChoiceEnded(0, stop),
                new Event.ChoiceEnded(1, stop)));
        assertEquals("", stream(events, exchange()));
        events.add(new Event.Ended());
        String last = stream(events, exchange());
        assertEquals(3, last.split("\"finishReason\":\"MAX_TOKENS\"", -1).length);
        assertEquals(true, last.contains("\"promptTokenCount\":9"));
    }

    @Test
    void citationsOfAStreamAreWrittenAtItsEnd() {
        List<Event> events =
                events(golden("citations/gemini.events.sse"), 11, exchange(asking("'tools':[{'googleSearch':{}}]")));
        List<Event> citations =
                events.stream().filter(Event.CitationAdded.class::isInstance).toList();
        assertEquals(2, citations.size());
        assertEquals(
                Path.ROOT,
                ((Event.CitationAdded) citations.getFirst()).citation().at());
        String last = stream(events, exchange())
                .lines()
                .filter(line -> line.contains("finishReason"))
                .collect(Collectors.joining());
        assertEquals(true, last.contains("\"groundingChunks\":[{\"web\":{\"uri\":\"https://"), last);
    }

    /** What the client is told, whatever the pieces: deltas of one part joined, where the citations stand aside. */
    private static List<String> said(List<Event> events) {
        List<String> said = new ArrayList<>();
        for (Event event : events) {
            String text = switch (event) {
                case Event.TextDelta(int choice, int part, Json.Text of, var _) ->
                    choice + "." + part + " " + of.string();
                case Event.ReasoningDelta(int choice, int part, int _, Json.Text of) ->
                    choice + "." + part + " " + of.string();
                case Event.InputDelta(int choice, int part, Json.Text of) -> choice + "." + part + " " + of.string();
                case Event.SignatureDelta(int choice, int part, Signature of) -> choice + "." + part + " " + of.value();
                case Event.ChoiceEnded(int choice, Stop stop) -> choice + " " + stop.reason();
                case Event.UsageReported(Usage usage) -> usage.totalInputTokens() + " " + usage.outputTokens();
                case Event.CitationAdded _,
                        Event.RefusalDelta _,
                        Event.Ping _,
                        Event.PartStarted _,
                        Event.PartEnded _,
                        Event.Started _,
                        Event.Failed _,
                        Event.Ended _ -> "";
            };
            if (!text.isEmpty()) {
                said.add(event.getClass().getSimpleName() + " " + text);
            }
        }
        return said.stream().sorted().toList();
    }
}
