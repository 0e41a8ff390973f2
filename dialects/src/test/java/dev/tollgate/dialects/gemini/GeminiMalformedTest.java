package dev.tollgate.dialects.gemini;

import static dev.tollgate.dialects.gemini.GeminiSupport.exchange;
import static dev.tollgate.dialects.gemini.GeminiSupport.golden;
import static dev.tollgate.dialects.gemini.GeminiSupport.malformed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.Fixtures;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Request;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class GeminiMalformedTest {
    private static final String[] FEATURES = {
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
        "logprobs"
    };
    private static final String[] PIECES = {
        "null", "1", "-1", "\"x\"", "{}", "[]", "true", "[{}]", "1e999", "\"\\ud800\"", ","
    };

    @Test
    void whatIsWrongIsNamedByItsPlace() {
        assertEquals("body: an object is expected.", malformed("[]"));
        assertEquals("contents: required, at least one.", malformed("{}"));
        assertEquals("contents[0]: an object is expected.", malformed("{'contents':[1]}"));
        assertEquals("contents[0].role: user or model is expected.", malformed("{'contents':[{'role':'system'}]}"));
        assertEquals(
                "contents[0].parts[1]: a part without content.",
                malformed("{'contents':[{'parts':[{'text':'x'},{}]}]}"));
        assertEquals(
                "contents[0].parts[0].inline_data.data: required, a string of base64.",
                malformed("{'contents':[{'parts':[{'inline_data':{'mime_type':'image/png'}}]}]}"));
        assertEquals(
                "contents[0].parts[0].functionResponse: no functionCall of that name waits for a result.",
                malformed("{'contents':[{'parts':[{'functionResponse':{'name':'a','response':{}}}]}]}"));
        assertEquals(
                "contents[0].parts[0]: a functionCall is the model's: role model is expected.",
                malformed("{'contents':[{'parts':[{'functionCall':{'name':'a'}}]}]}"));
        assertEquals(
                "tools[0].functionDeclarations[0].name: required, a string.",
                malformed("{'contents':[{'parts':[{'text':'x'}]}],'tools':[{'functionDeclarations':[{}]}]}"));
        assertEquals(
                "toolConfig.functionCallingConfig.mode: AUTO, ANY, NONE or VALIDATED is expected.",
                malformed(
                        "{'contents':[{'parts':[{'text':'x'}]}],'toolConfig':{'functionCallingConfig':{'mode':'SOME'}}}"));
        assertEquals(
                "generationConfig.thinkingConfig.thinkingBudget: a whole number of at least -1 is expected.",
                malformed(
                        "{'contents':[{'parts':[{'text':'x'}]}],'generationConfig':{'thinkingConfig':{'thinkingBudget':-2}}}"));
    }

    @Test
    void noMutationOfARequestThrows() {
        RandomGenerator random = Fixtures.random("mutated requests");
        for (String feature : FEATURES) {
            byte[] valid = golden(feature + "/gemini.request.json");
            for (int i = 0; i < 400; i++) {
                switch (GeminiSupport.reading(mutated(valid, random))) {
                    case Outcome.Done<Request>(Request request) ->
                        GeminiSupport.writing(request, new Losses(), GeminiSupport.ALL);
                    case Outcome.Malformed<Request>(String message) ->
                        assertEquals(true, message.matches("(?s)[^ ]+: .+"), message);
                    case Outcome.NotExpressible<Request> _ -> {}
                }
            }
        }
    }

    @Test
    void noMutationOfAnAnswerOrAStreamThrowsOrBreaksTheRules() {
        RandomGenerator random = Fixtures.random("mutated answers");
        for (String feature : new String[] {"plain", "thinking", "tools", "citations", "logprobs"}) {
            byte[] valid = golden(feature + "/gemini.answer.json");
            for (int i = 0; i < 400; i++) {
                if (GeminiSupport.answering(mutated(valid, random), exchange())
                        instanceof Outcome.Done<Answer>(Answer answer)) {
                    GeminiSupport.CODEC.wholeWriter().write(answer, exchange());
                }
            }
        }
        for (String feature : new String[] {"plain", "thinking", "tools", "citations", "n"}) {
            byte[] valid = golden(feature + "/gemini.events.sse");
            for (int i = 0; i < 400; i++) {
                byte[] stream = mutated(valid, random);
                GeminiSupport.stream(GeminiSupport.events(stream, 1 + random.nextInt(200), exchange()), exchange());
            }
        }
    }

    /** One to three bytes changed, or a value put in another's place. */
    private static byte[] mutated(byte[] valid, RandomGenerator random) {
        byte[] bytes = valid.clone();
        if (random.nextBoolean()) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte)
                        (random.nextInt(8) == 0 ? random.nextInt(256) : "{}[]\",:0-\\a".charAt(random.nextInt(11)));
            }
            return bytes;
        }
        int colon = random.nextInt(bytes.length);
        while (bytes[colon] != ':' && colon + 1 < bytes.length) {
            colon++;
        }
        int end = colon + 1;
        int depth = 0;
        for (; end < bytes.length && (depth > 0 || ",}]".indexOf(bytes[end]) < 0); end++) {
            depth += "{[".indexOf(bytes[end]) >= 0 ? 1 : "}]".indexOf(bytes[end]) >= 0 ? -1 : 0;
        }
        byte[] piece = PIECES[random.nextInt(PIECES.length)].getBytes(UTF_8);
        int from = Math.min(colon + 1, bytes.length);
        byte[] changed = new byte[from + piece.length + bytes.length - end];
        System.arraycopy(bytes, 0, changed, 0, from);
        System.arraycopy(piece, 0, changed, from, piece.length);
        System.arraycopy(bytes, end, changed, from + piece.length, bytes.length - end);
        return changed;
    }
}
