package dev.tollgate.dialects.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.ErrorReader;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Stop;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden inputs of this protocol: nothing of them is lost on the way through the neutral conversation and back. */
class MessagesGoldenTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "system-blocks",
                "images",
                "documents",
                "tools",
                "tool-choice",
                "parallel-tools",
                "tool-results",
                "thinking",
                "signatures-home",
                "structured",
                "sampling",
                "stops",
                "citations"
            })
    void aRequestMeansTheSameAfterwards(String feature) {
        Request request = Sample.done(Sample.reading(Sample.golden(feature, "request.json")));
        assertEquals(List.of(), request.extras());
        Losses losses = new Losses();
        byte[] body = Sample.done(Sample.writing(request, Sample.ALL, losses));
        assertEquals(List.of(), losses.list());
        assertEquals(Pathless.of(request), Pathless.of(Sample.done(Sample.reading(body))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "tools",
                "parallel-tools",
                "thinking",
                "signatures-home",
                "structured",
                "stops",
                "citations",
                "usage"
            })
    void anAnswerAndItsStreamAreTheSame(String feature) {
        Exchange exchange = Sample.exchange();
        byte[] body = Sample.golden(feature, "answer.json");
        Answer answer = Sample.done(Sample.answer(body, exchange));
        assertEquals(List.of(), answer.extras());
        byte[] written = MessagesCodec.codec().wholeWriter().write(answer, exchange);
        assertEquals(Pathless.of(answer), Pathless.of(Sample.done(Sample.answer(written, exchange))));

        List<Event> events = Sample.events(Sample.golden(feature, "events.sse"), exchange);
        assertEquals(Assembled.parts(answer), Assembled.parts(events));
        assertEquals(
                answer.choices().getFirst().stop(),
                Assembled.only(events, Event.ChoiceEnded.class).stop());
        assertEquals(
                answer.usage(),
                Assembled.only(events, Event.UsageReported.class).usage());
        assertInstanceOf(Event.Ended.class, events.getLast());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "tools",
                "parallel-tools",
                "thinking",
                "signatures-home",
                "structured",
                "stops",
                "citations",
                "refusal",
                "usage",
                "cut-stream",
                "mid-stream-error"
            })
    void aStreamIsTheSameHoweverItIsSplit(String feature) {
        byte[] stream = Sample.golden(feature, "events.sse");
        List<Event> whole = Sample.events(stream, Sample.exchange());
        assertEquals(whole, Sample.events(stream, 1, Sample.exchange()));
        for (int piece = 2; piece < stream.length; piece += 1 + piece / 3) {
            assertEquals(whole, Sample.events(stream, piece, Sample.exchange()));
        }
    }

    @Test
    void aRefusalSaysWhy() {
        Answer answer = Sample.done(Sample.answer(Sample.golden("refusal", "answer.json"), Sample.exchange()));
        Stop stop = answer.choices().getFirst().stop();
        assertEquals(Stop.Reason.REFUSED, stop.reason());
        assertEquals("\"The request asks for malware.\"", Pathless.of(stop.explanation()));
        assertEquals("stop_details.category", answer.extras().getFirst().at().toString());
        Exchange exchange = Sample.exchange();
        List<Event> events = Sample.events(Sample.golden("refusal", "events.sse"), exchange);
        assertEquals(stop, Assembled.only(events, Event.ChoiceEnded.class).stop());
        Set<String> lost = Set.of("message_delta.delta.stop_details.category");
        assertEquals(
                lost,
                Set.copyOf(exchange.losses().list().stream()
                        .map(loss -> loss.at().toString())
                        .toList()));
    }

    @Test
    void usageStandsInOneFigurePerToken() {
        Answer answer = Sample.done(Sample.answer(Sample.golden("usage", "answer.json"), Sample.exchange()));
        assertEquals(new Usage(120, 20_480, 500, 1000, 345, 300, 2), answer.usage());
        assertEquals("priority", answer.serviceTier());
    }

    @Test
    void signaturesAreKeptByteByByte() {
        Request request = Sample.done(Sample.reading(Sample.golden("signatures-home", "request.json")));
        String written = new String(Sample.done(Sample.writing(request, Sample.ALL, new Losses())), UTF_8);
        for (Part part : request.turns().get(1).parts()) {
            if (part instanceof Part.Reasoning thought && thought.signature() != null) {
                String slot = (thought.redacted() ? "\"data\":\"" : "\"signature\":\"")
                        + thought.signature().value() + "\"";
                assertEquals(true, written.contains(slot), written);
            }
        }
    }

    @Test
    void anErrorIsReadInTheProvidersWords() {
        byte[] body = Sample.golden("error", "error.json");
        assertEquals(
                new ErrorReader.ProviderError(
                        ErrorKind.RATE_LIMIT,
                        "This request would exceed your organization's rate limit of 50,000 input tokens per minute."),
                MessagesCodec.codec().errorReader().read(429, body, 0, body.length));
    }

    @Test
    void aCutStreamHasNoEnd() {
        List<Event> events = Sample.events(Sample.golden("cut-stream", "events.sse"), Sample.exchange());
        Event.Failed failed = assertInstanceOf(Event.Failed.class, events.getLast());
        assertEquals(ErrorKind.BAD_GATEWAY, failed.kind());
        String client = Sample.stream(events, Sample.exchange());
        assertEquals(false, client.contains("message_stop") || client.contains("message_delta"), client);
        assertEquals(true, client.contains("event: error\ndata: {\"type\":\"error\""), client);
    }

    @Test
    void anErrorInTheMiddleGoesOnInBand() {
        List<Event> events = Sample.events(Sample.golden("mid-stream-error", "events.sse"), Sample.exchange());
        assertEquals(new Event.Failed(ErrorKind.OVERLOADED, "Overloaded"), events.getLast());
        String client = Sample.stream(events, Sample.exchange());
        assertEquals(true, client.contains("{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}"), client);
        assertEquals(false, client.contains("message_stop"), client);
    }
}
