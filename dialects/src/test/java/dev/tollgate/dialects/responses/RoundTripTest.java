package dev.tollgate.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.kit.Pathless;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Responses can say is read back as it was written. */
class RoundTripTest {
    private static final int ROUNDS = 400;

    private final long start = new Random().nextLong();

    /** Also for what is thrown, which no assertion's message tells. */
    @BeforeEach
    void tellTheSeed() {
        System.out.println("RoundTripTest: seeds from " + start);
    }

    @Test
    void requestsComeBackAsTheyWere() {
        for (long seed = start; seed < start + ROUNDS; seed++) {
            Request request = new GeneratedRequest(new Random(seed)).request();
            Losses losses = new Losses();
            byte[] body = Kit.done(Kit.tryWrite(request, Kit.ALL, losses));
            String told = "seed " + seed + ": " + new String(body, UTF_8);
            assertEquals(Pathless.of(request), Pathless.of(Kit.read(body)), told);
            assertEquals(List.of(), losses.list(), told);
        }
    }

    @Test
    void answersComeBackAsTheyWere() {
        for (long seed = start; seed < start + ROUNDS; seed++) {
            Answer answer = new GeneratedAnswer(new Random(seed)).answer();
            Exchange exchange = Kit.exchange();
            byte[] body = Kit.CODEC.wholeWriter().write(answer, exchange);
            String told = "seed " + seed + ": " + new String(body, UTF_8);
            assertEquals(Pathless.of(answer), Pathless.of(Kit.answer(body, exchange)), told);
            assertEquals(List.of(), exchange.losses().list(), told);
        }
    }

    @Test
    void streamsComeBackEventByEvent() {
        for (long seed = start; seed < start + ROUNDS; seed++) {
            List<Event> events = new GeneratedAnswer(new Random(seed)).events();
            Exchange exchange = Kit.exchange();
            String stream = Kit.stream(events, exchange);
            String told = "seed " + seed + ": " + stream;
            byte[] bytes = stream.getBytes(UTF_8);
            List<Event> whole = Kit.events(bytes, bytes.length, exchange);
            assertEquals(Pathless.of(events), whole, told);
            assertEquals(whole, Kit.events(bytes, 1, exchange), told);
            assertEquals(List.of(), exchange.losses().list(), told);
        }
    }

    /** A client that reads only the last event has the same answer. */
    @Test
    void theLastEventRepeatsTheAnswer() {
        for (long seed = start; seed < start + ROUNDS; seed++) {
            List<Event> events = new GeneratedAnswer(new Random(seed)).events();
            String stream = Kit.stream(events, Kit.exchange());
            String last = stream.substring(stream.lastIndexOf("data: {"));
            byte[] only = last.getBytes(UTF_8);
            List<Event> told = Kit.events(only, only.length, Kit.exchange());
            assertEquals(joined(events), joined(told), "seed " + seed + ": " + stream);
        }
    }

    /** Without deltas' borders, pings and the events' order within a part. */
    private static List<String> joined(List<Event> events) {
        StringBuilder text = new StringBuilder();
        List<String> told = new ArrayList<>();
        for (Event event : events) {
            switch (event) {
                case Event.TextDelta of -> text.append(of.text().string());
                case Event.RefusalDelta of -> text.append(of.text().string());
                case Event.InputDelta of -> text.append(of.fragment().string());
                case Event.ReasoningDelta of -> text.append(of.text().string());
                case Event.PartStarted of -> text.append(of.opening().getClass().getSimpleName());
                case Event.PartEnded _ -> {
                    told.add(text.toString());
                    text.setLength(0);
                }
                case Event.ChoiceEnded of -> told.add(of.stop().reason().name());
                case Event.UsageReported of -> told.add(of.usage().toString());
                case Event.Started _,
                        Event.SignatureDelta _,
                        Event.CitationAdded _,
                        Event.Ping _,
                        Event.Failed _,
                        Event.Ended _ -> {}
            }
        }
        return told;
    }
}
