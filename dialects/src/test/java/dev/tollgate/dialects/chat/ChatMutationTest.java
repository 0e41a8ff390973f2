package dev.tollgate.dialects.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.Fixtures;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Valid documents with faults put in: a fault is told, never thrown. */
class ChatMutationTest {
    private static final int TIMES = 1_000;
    private static final Pattern VALUE =
            Pattern.compile("(?<=[:\\[,] {0,1})(\"(?:[^\"\\\\]|\\\\.)*\"(?!\\s*:)|-?\\d[\\d.eE+-]*|true|false|null)");
    private static final String[] OTHERS = {
        "null",
        "5",
        "-1",
        "1e999",
        "0.5",
        "\"\"",
        "\"x\"",
        "[]",
        "{}",
        "[1]",
        "{\"a\":1}",
        "true",
        "99999999999999999999"
    };
    private static final List<String> REQUESTS = List.of(
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
            "n",
            "logprobs",
            "citations");
    private static final List<String> ANSWERS = List.of(
            "plain",
            "tools",
            "parallel-tools",
            "thinking",
            "signatures-home",
            "structured",
            "stops",
            "n",
            "logprobs",
            "citations",
            "refusal",
            "usage");

    private static byte[] mutated(byte[] document, RandomGenerator random) {
        if (random.nextBoolean()) {
            return otherValue(document, random);
        }
        byte[] copy = document.clone();
        int at = random.nextInt(copy.length);
        switch (random.nextInt(3)) {
            case 0 -> copy[at] = (byte) random.nextInt(256);
            case 1 -> copy = Arrays.copyOf(copy, at);
            default -> {
                int length = Math.min(random.nextInt(1, 30), copy.length - at);
                System.arraycopy(copy, at + length, copy, at, copy.length - at - length);
            }
        }
        return copy;
    }

    private static byte[] otherValue(byte[] document, RandomGenerator random) {
        String text = new String(document, UTF_8);
        List<MatchResult> values = VALUE.matcher(text).results().toList();
        MatchResult value = values.get(random.nextInt(values.size()));
        String other = OTHERS[random.nextInt(OTHERS.length)];
        return (text.substring(0, value.start()) + other + text.substring(value.end())).getBytes(UTF_8);
    }

    private static void told(Outcome<?> outcome) {
        if (outcome instanceof Outcome.Malformed<?>(String message)) {
            assertFalse(message.isBlank());
            assertTrue(message.matches("(?s)[a-z_]+[^ ]*: .+"), message);
        }
    }

    @Test
    void aFaultyRequestIsToldAndNeverThrown() {
        RandomGenerator random = Fixtures.random("ChatMutationTest.request");
        for (int i = 0; i < TIMES; i++) {
            byte[] body = mutated(
                    ChatKit.golden(REQUESTS.get(random.nextInt(REQUESTS.size())) + "/chat.request.json"), random);
            Outcome<Request> outcome = ChatKit.tryRead(body);
            told(outcome);
            if (outcome instanceof Outcome.Done<Request>(Request request)) {
                told(ChatKit.tryWrite(request, ChatKit.OPENAI, new Losses()));
                told(ChatKit.tryWrite(request, ChatKit.PLAIN, new Losses()));
            }
        }
    }

    @Test
    void aFaultyAnswerIsToldAndNeverThrown() {
        RandomGenerator random = Fixtures.random("ChatMutationTest.answer");
        for (int i = 0; i < TIMES; i++) {
            byte[] body =
                    mutated(ChatKit.golden(ANSWERS.get(random.nextInt(ANSWERS.size())) + "/chat.answer.json"), random);
            Exchange exchange = ChatKit.exchange();
            Outcome<Answer> outcome = ChatKit.CODEC.wholeReader().read(body, 0, body.length, exchange);
            told(outcome);
            if (outcome instanceof Outcome.Done<Answer>(Answer answer)) {
                ChatKit.CODEC.wholeWriter().write(answer, exchange);
            }
        }
    }

    @Test
    void aFaultyStreamKeepsTheRulesAndHasAnEnd() {
        RandomGenerator random = Fixtures.random("ChatMutationTest.stream");
        List<String> features = List.of("plain", "tools", "parallel-tools", "thinking", "n", "logprobs", "citations");
        for (int i = 0; i < TIMES; i++) {
            byte[] stream =
                    mutated(ChatKit.golden(features.get(random.nextInt(features.size())) + "/chat.events.sse"), random);
            Exchange exchange = ChatKit.exchange();
            List<Event> events = new ArrayList<>(ChatKit.events(stream, random.nextInt(1, 300), exchange));
            String written = ChatKit.stream(events, exchange);
            assertTrue(written.endsWith("data: [DONE]\n\n") == events.getLast() instanceof Event.Ended, written);
        }
    }

    @Test
    void aFaultyErrorIsReadAllTheSame() {
        RandomGenerator random = Fixtures.random("ChatMutationTest.error");
        for (int i = 0; i < TIMES; i++) {
            byte[] body = mutated(ChatKit.golden("error/chat.error.json"), random);
            assertFalse(ChatKit.CODEC
                    .errorReader()
                    .read(400, body, 0, body.length)
                    .message()
                    .isBlank());
        }
    }
}
