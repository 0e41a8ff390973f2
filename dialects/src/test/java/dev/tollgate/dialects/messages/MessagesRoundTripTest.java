package dev.tollgate.dialects.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.Fixtures;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Request;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class MessagesRoundTripTest {
    private static final int ROUNDS = 400;

    @Test
    void aRequestThatAnthropicCanSayComesBackAsItWent() {
        RandomGenerator random = Fixtures.random("requests");
        for (int i = 0; i < ROUNDS; i++) {
            Request request = new GeneratedMessagesRequest(random).request();
            Losses losses = new Losses();
            byte[] body = Sample.done(Sample.writing(request, Sample.ALL, losses));
            assertEquals(List.of(), losses.list(), () -> new String(body, UTF_8));
            assertEquals(new Outcome.Done<>(request), Sample.reading(body), () -> new String(body, UTF_8));
        }
    }

    @Test
    void anAnswerComesBackAsItWent() {
        RandomGenerator random = Fixtures.random("answers");
        for (int i = 0; i < ROUNDS; i++) {
            Answer answer = new GeneratedMessages(random).answer();
            Exchange exchange = Sample.exchange();
            byte[] body = MessagesCodec.codec().wholeWriter().write(answer, exchange);
            assertEquals(List.of(), exchange.losses().list());
            assertEquals(new Outcome.Done<>(answer), Sample.answer(body, exchange), () -> new String(body, UTF_8));
        }
    }

    @Test
    void aStreamComesBackAsItWent() {
        RandomGenerator random = Fixtures.random("streams");
        for (int i = 0; i < ROUNDS; i++) {
            List<Event> events = new GeneratedMessages(random).events();
            Exchange exchange = Sample.exchange();
            String stream = Sample.stream(events, exchange);
            assertEquals(List.of(), exchange.losses().list());
            assertEquals(events, Sample.events(stream.getBytes(UTF_8), 1 + random.nextInt(200), exchange), stream);
        }
    }
}
