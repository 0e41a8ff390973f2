package dev.tollgate.dialects.gemini;

import static dev.tollgate.dialects.gemini.GeminiSupport.ALL;
import static dev.tollgate.dialects.gemini.GeminiSupport.exchange;
import static dev.tollgate.dialects.gemini.GeminiSupport.placeless;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.Fixtures;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class GeminiRoundTripTest {
    private static final int RUNS = 500;

    @Test
    void aWrittenRequestReadsAsItWas() {
        RandomGenerator random = Fixtures.random("requests");
        for (int i = 0; i < RUNS; i++) {
            Request request = new GeminiGenerated(random).request();
            Losses losses = new Losses();
            String body = GeminiSupport.written(request, losses, ALL);
            byte[] written = ((Outcome.Done<byte[]>) GeminiSupport.writing(request, losses, ALL)).value();
            assertEquals(List.of(), losses.list(), body);
            assertEquals(placeless(new Outcome.Done<>(request)), placeless(GeminiSupport.reading(written)), body);
        }
    }

    @Test
    void aWrittenAnswerReadsAsItWas() {
        RandomGenerator random = Fixtures.random("answers");
        for (int i = 0; i < RUNS; i++) {
            Answer answer = new GeminiGenerated(random).answer();
            Exchange exchange = exchange();
            byte[] written = GeminiSupport.CODEC.wholeWriter().write(answer, exchange);
            assertEquals(List.of(), exchange.losses().list());
            assertEquals(
                    placeless(new Outcome.Done<>(answer)),
                    placeless(GeminiSupport.answering(written, exchange)),
                    () -> new String(written, UTF_8));
        }
    }

    @Test
    void aWrittenStreamReadsAsItWas() {
        RandomGenerator random = Fixtures.random("streams");
        for (int i = 0; i < RUNS; i++) {
            List<Event> events = new GeminiGenerated(random).events();
            Exchange exchange = exchange();
            String stream = GeminiSupport.stream(events, exchange);
            byte[] bytes = stream.getBytes(UTF_8);
            assertEquals(List.of(), exchange.losses().list());
            List<Event> read = GeminiSupport.events(bytes, 1 + random.nextInt(bytes.length), exchange);
            assertEquals(placeless(joined(events)), joined(read), stream);
        }
    }

    /** An empty text with logprobs aside, deltas arrive one by one. */
    private static List<Event> joined(List<Event> events) {
        List<Event> told = new ArrayList<>(events);
        told.removeIf(event -> event instanceof Event.TextDelta(int _, int _, Json.Text text, var _) && text.isEmpty());
        return told;
    }
}
