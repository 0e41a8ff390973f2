package dev.tollgate.dialects.chat;

import static dev.tollgate.dialects.chat.ChatKit.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.Fixtures;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.kit.Pathless;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What Chat Completions can say comes back as it was, and nothing of it is called a loss. */
class ChatRoundTripTest {
    private static final int TIMES = 500;

    @Test
    void aRequestComesBackAsItWas() {
        GeneratedChatRequest generated = new GeneratedChatRequest(Fixtures.random("ChatRoundTripTest.request"));
        for (int i = 0; i < TIMES; i++) {
            Request request = generated.request();
            Losses losses = new Losses();
            String document = ChatKit.written(request, ChatKit.OPENAI, losses);
            assertEquals(Pathless.of(request), Pathless.of(ChatKit.read(document)), document);
            assertEquals(List.of(), losses.list(), document);
        }
    }

    @Test
    void anAnswerComesBackAsItWas() {
        GeneratedChatAnswer generated = new GeneratedChatAnswer(Fixtures.random("ChatRoundTripTest.answer"));
        for (int i = 0; i < TIMES; i++) {
            Answer answer = generated.answer();
            Exchange exchange = ChatKit.exchange();
            String document = new String(ChatKit.CODEC.wholeWriter().write(answer, exchange), UTF_8);
            assertEquals(Pathless.of(answer), Pathless.of(ChatKit.answer(document, exchange)), document);
            assertEquals(List.of(), exchange.losses().list(), document);
        }
    }

    @Test
    void theEventsOfAnAnswerComeBackAsTheyWereHoweverCut() {
        RandomGenerator random = Fixtures.random("ChatRoundTripTest.events");
        GeneratedChatAnswer generated = new GeneratedChatAnswer(random);
        for (int i = 0; i < TIMES; i++) {
            List<Event> events = generated.events();
            Exchange exchange = ChatKit.exchange(generated.asking());
            String stream = ChatKit.stream(events, exchange);
            int piece = random.nextInt(1, 200);
            assertEquals(byChoice(events), byChoice(ChatKit.events(bytes(stream), piece, exchange)), stream);
            assertEquals(List.of(), exchange.losses().list(), stream);
        }
    }

    /** Where a part begins and ends among the events of other choices, no chunk says. Key -1 has what is of no choice. */
    private static Map<Integer, List<Object>> byChoice(List<Event> events) {
        Map<Integer, List<Object>> byChoice = new TreeMap<>();
        for (Event event : events) {
            int choice = switch (event) {
                case Event.PartStarted of -> of.choice();
                case Event.TextDelta of -> of.choice();
                case Event.ReasoningDelta of -> of.choice();
                case Event.RefusalDelta of -> of.choice();
                case Event.InputDelta of -> of.choice();
                case Event.SignatureDelta of -> of.choice();
                case Event.CitationAdded of -> of.choice();
                case Event.PartEnded of -> of.choice();
                case Event.ChoiceEnded of -> of.choice();
                case Event.Started _, Event.UsageReported _, Event.Ping _, Event.Failed _, Event.Ended _ -> -1;
            };
            byChoice.computeIfAbsent(choice, _ -> new ArrayList<>()).add(Pathless.of(event));
        }
        return byChoice;
    }
}
