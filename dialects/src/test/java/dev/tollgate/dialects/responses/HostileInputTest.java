package dev.tollgate.dialects.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a body holds, it is read, or refused with a message; nothing is thrown and no stream breaks the rules. */
class HostileInputTest {
    private static final int ROUNDS = 4000;
    private static final Pattern VALUE =
            Pattern.compile("(?<=:)\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9.]+|true|false|null)");
    private static final List<String> REQUESTS = List.of(
            "plain",
            "system-blocks",
            "images",
            "documents",
            "tools",
            "tool-choice",
            "tool-results",
            "thinking",
            "signatures-home",
            "structured",
            "sampling",
            "logprobs");
    private static final List<String> ANSWERS =
            List.of("plain", "tools", "thinking", "logprobs", "citations", "refusal");
    private static final List<String> WRONG =
            List.of("7", "-1", "null", "[]", "{}", "\"x\"", "true", "[[]]", "[null]", "{\"type\":7}", "1e999", "\"\"");

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    /** Also for what is thrown, which no assertion's message tells. */
    @BeforeEach
    void tellTheSeed() {
        System.out.println("HostileInputTest: seed " + seed);
    }

    @Test
    void mutatedRequestsAreReadOrNamed() {
        int malformed = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] body = mutated(golden(REQUESTS, "request.json"));
            String told = "seed " + seed + ": " + new String(body, UTF_8);
            switch (Kit.tryRead(body)) {
                case Outcome.Malformed<Request>(String message) -> {
                    assertTrue(message.matches("(?s)[\\w.\\[\\]]+: .+"), message + "\n" + told);
                    malformed++;
                }
                case Outcome.NotExpressible<Request> refused ->
                    assertTrue(!refused.why().isEmpty(), told);
                case Outcome.Done<Request>(Request request) -> Kit.tryWrite(request, Kit.ALL, new Losses());
            }
        }
        assertTrue(malformed > ROUNDS / 10, "seed " + seed);
    }

    @Test
    void mutatedAnswersAreReadOrNamed() {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] body = mutated(golden(ANSWERS, "answer.json"));
            Exchange exchange = Kit.exchange();
            switch (Kit.CODEC.wholeReader().read(body, 0, body.length, exchange)) {
                case Outcome.Malformed<Answer>(String message) ->
                    assertTrue(message.matches("(?s)[\\w.\\[\\]]+: .+"), message + ", seed " + seed);
                case Outcome.NotExpressible<Answer> refused ->
                    assertTrue(!refused.why().isEmpty());
                case Outcome.Done<Answer>(Answer answer) ->
                    Kit.CODEC.wholeWriter().write(answer, exchange);
            }
        }
    }

    @Test
    void mutatedStreamsKeepTheRules() {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] stream = mutated(shuffled(golden(ANSWERS, "events.sse")));
            String told = "seed " + seed + ": " + new String(stream, UTF_8);
            List<Event> events;
            try {
                events = Kit.events(stream, 1 + random.nextInt(200), Kit.exchange());
            } catch (RuntimeException broken) {
                throw new AssertionError(told, broken);
            }
            List<String> types = Kit.types(Kit.stream(events, Kit.exchange()));
            boolean ended = events.getLast() instanceof Event.Ended;
            String last = types.getLast();
            assertEquals(ended, last.equals("response.completed") || last.equals("response.incomplete"), told);
        }
    }

    private String golden(List<String> features, String kind) {
        String feature = features.get(random.nextInt(features.size()));
        return new String(Kit.golden(feature + "/responses." + kind), UTF_8);
    }

    /** Some events of a stream left out, doubled or out of order. */
    private String shuffled(String stream) {
        List<String> events = new ArrayList<>(List.of(stream.split("(?<=\n\n)")));
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(events.size());
            switch (random.nextInt(3)) {
                case 0 -> events.remove(at);
                case 1 -> events.add(at, events.get(random.nextInt(events.size())));
                default -> events.add(random.nextInt(events.size()), events.remove(at));
            }
            if (events.isEmpty()) {
                return "";
            }
        }
        return String.join("", events);
    }

    private byte[] mutated(String document) {
        String changed = document;
        for (int i = random.nextInt(3); i > 0; i--) {
            List<int[]> values = new ArrayList<>();
            Matcher matcher = VALUE.matcher(changed);
            while (matcher.find()) {
                values.add(new int[] {matcher.start(), matcher.end()});
            }
            if (!values.isEmpty()) {
                int[] value = values.get(random.nextInt(values.size()));
                changed = changed.substring(0, value[0])
                        + WRONG.get(random.nextInt(WRONG.size()))
                        + changed.substring(value[1]);
            }
        }
        byte[] bytes = changed.getBytes(UTF_8);
        if (bytes.length > 0 && random.nextInt(4) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }
}
