package dev.tollgate.dialects.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Fixtures;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesMalformedTest {
    private static final List<String> REQUESTS = List.of(
            "documents", "tool-results", "signatures-home", "tool-choice", "citations", "structured", "system-blocks");
    private static final List<String> ANSWERS = List.of("tools", "thinking", "citations", "usage", "refusal");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "1e999",
            "\"\"",
            "\"x\"",
            "[]",
            "[1]",
            "{}",
            "{\"type\":\"x\"}",
            "[{\"type\":\"text\"}]");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                                                        | body:
            {"model":                                                                 | body:
            {"messages":[{"role":"user","content":"x"}]}                              | model: required
            {"model":1,"messages":[{"role":"user","content":"x"}]}                    | model: a string
            {"model":"m"}                                                             | messages: required
            {"model":"m","messages":[]}                                               | messages: required
            {"model":"m","messages":[1]}                                              | messages[0]: a message
            {"model":"m","messages":[{"role":"tool","content":"x"}]}                  | messages[0].role:
            {"model":"m","messages":[{"role":"user"}]}                                | messages[0].content: required
            {"model":"m","messages":[{"role":"user","content":[1]}]}                  | messages[0].content[0]:
            {"model":"m","messages":[{"role":"user","content":[{"text":"x"}]}]}       | messages[0].content[0].type: required
            {"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}    | messages[0].content[0].text: required
            {"model":"m","messages":[{"role":"user","content":[{"type":"image"}]}]}   | messages[0].content[0].source: required
            {"model":"m","messages":[{"role":"user","content":[{"type":"tool_use"}]}]}| messages[0].content[0].type: a block
            """)
    void aRequestsFirstFaultIsNamed(String body, String message) {
        named(message, Sample.reading(body.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'max_tokens':-1                                              | max_tokens: a whole number
            'max_tokens':1.5                                             | max_tokens: a whole number
            'stream':1                                                   | stream: true or false
            'system':5                                                   | system: required
            'system':[{'type':'image'}]                                  | system[0].type: a block
            'tools':{}                                                   | tools: an array
            'tools':[5]                                                  | tools[0]: a tool
            'tools':[{'name':'x'}]                                       | tools[0].input_schema: required
            'tools':[{'input_schema':{}}]                                | tools[0].name: required
            'tool_choice':{'type':'x'}                                   | tool_choice.type:
            'tool_choice':{'type':'tool'}                                | tool_choice.name: required
            'thinking':{'type':'on'}                                     | thinking.type:
            'thinking':{'type':'enabled'}                                | thinking.budget_tokens: required
            'thinking':{'type':'adaptive','display':'loud'}              | thinking.display:
            'output_config':{'effort':'huge'}                            | output_config.effort:
            'output_config':{'format':{'type':'xml'}}                    | output_config.format.type:
            'output_config':{'format':{'type':'json_schema'}}            | output_config.format.schema: required
            'stop_sequences':['a',1]                                     | stop_sequences[1]: a string
            'cache_control':{'type':'forever'}                           | cache_control.type:
            'cache_control':{'type':'ephemeral','ttl':'2h'}              | cache_control.ttl:
            'temperature':'hot'                                          | temperature: a number
            'metadata':[]                                                | metadata: an object
            """)
    void aSettingsFaultIsNamed(String setting, String message) {
        named(
                message,
                Sample.reading("{'model':'m','messages':[{'role':'user','content':'Hi'}]," + setting.strip() + "}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'type':'error'}                                                                     | type:
            {'type':'message','id':'i','content':'x','stop_reason':'end_turn'}                   | content: an array
            {'type':'message','id':'i','content':[]}                                             | stop_reason: required
            {'type':'message','content':[],'stop_reason':'end_turn'}                             | id: required
            {'type':'message','id':'i','content':[{'type':'tool_use','id':'t','name':'n'}],'stop_reason':'x'} | content[0].input:
            {'type':'message','id':'i','content':[],'stop_reason':'x','usage':{'input_tokens':-5}}            | usage.input_tokens:
            {'type':'message','id':'i','content':[],'stop_reason':'x','usage':{'output_tokens':2000000000}}   | usage.output_tokens:
            """)
    void anAnswersFaultIsNamed(String body, String message) {
        named(message, Sample.answer(body.replace('\'', '"').getBytes(UTF_8), Sample.exchange()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"type\":\"message_start\"}\n\n",
                "data: nonsense\n\n",
                "data: 5\n\n",
                "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
                "data: {\"type\":\"message_stop\"}\n\n",
                "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n"
            })
    void aStreamThatBeginsWronglyFails(String stream) {
        List<Event> events = Sample.events(stream.getBytes(UTF_8), Sample.exchange());
        assertEquals(1, events.size());
        assertEquals(
                ErrorKind.BAD_GATEWAY,
                assertInstanceOf(Event.Failed.class, events.getFirst()).kind());
    }

    @Test
    void noRequestMakesItThrow() {
        RandomGenerator random = Fixtures.random("malformed requests");
        for (int i = 0; i < 3000; i++) {
            byte[] mutant =
                    mutant(Sample.golden(REQUESTS.get(random.nextInt(REQUESTS.size())), "request.json"), random);
            Outcome<Request> outcome = Sample.reading(mutant);
            if (outcome instanceof Outcome.Done<Request>(Request request)) {
                if (Sample.writing(request, Sample.ALL, new Losses()) instanceof Outcome.Done<byte[]>(byte[] body)) {
                    Sample.parse(body);
                }
            } else {
                told(outcome);
            }
        }
    }

    @Test
    void noAnswerMakesItThrow() {
        RandomGenerator random = Fixtures.random("malformed answers");
        for (int i = 0; i < 3000; i++) {
            byte[] mutant = mutant(Sample.golden(ANSWERS.get(random.nextInt(ANSWERS.size())), "answer.json"), random);
            var exchange = Sample.exchange();
            Outcome<Answer> outcome = Sample.answer(mutant, exchange);
            if (outcome instanceof Outcome.Done<Answer>(Answer answer)) {
                Sample.parse(MessagesCodec.codec().wholeWriter().write(answer, exchange));
            } else {
                told(outcome);
            }
        }
    }

    @Test
    void noStreamBreaksTheRules() {
        RandomGenerator random = Fixtures.random("malformed streams");
        for (int i = 0; i < 3000; i++) {
            byte[] stream = Sample.golden(ANSWERS.get(random.nextInt(ANSWERS.size())), "events.sse");
            byte[] mutant = chance(random) ? bytes(stream, random) : lines(stream, random);
            var exchange = Sample.exchange();
            Sample.stream(Sample.events(mutant, 1 + random.nextInt(mutant.length + 1), exchange), exchange);
        }
    }

    private static void named(String message, Outcome<?> outcome) {
        String said = assertInstanceOf(Outcome.Malformed.class, outcome).message();
        assertEquals(true, said.startsWith(message.strip()), said);
    }

    private static void told(Outcome<?> outcome) {
        String message = switch (outcome) {
            case Outcome.Malformed<?> malformed -> malformed.message();
            case Outcome.NotExpressible<?> not -> not.message();
            case Outcome.Done<?> _ -> "";
        };
        assertEquals(true, message.matches("(?s)\\S+: .+"), message);
    }

    private static byte[] mutant(byte[] document, RandomGenerator random) {
        if (chance(random)) {
            return bytes(document, random);
        }
        int[] countdown = {random.nextInt(60)};
        JsonBytes out = new JsonBytes();
        replaced(Sample.parse(document), countdown, Sample.json(VALUES.get(random.nextInt(VALUES.size()))), out);
        return out.toBytes();
    }

    /** Writes the value, the n-th value in it replaced. */
    private static void replaced(Json value, int[] countdown, Json by, JsonBytes out) {
        if (countdown[0]-- == 0) {
            out.value(by);
            return;
        }
        switch (value) {
            case Json.Obj object -> {
                out.beginObject();
                object.forEach(member -> replaced(member.value(), countdown, by, out.name(member.name())));
                out.endObject();
            }
            case Json.Arr array -> {
                out.beginArray();
                array.forEach(item -> replaced(item, countdown, by, out));
                out.endArray();
            }
            default -> out.value(value);
        }
    }

    private static byte[] bytes(byte[] document, RandomGenerator random) {
        byte[] mutant = document.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutant[random.nextInt(mutant.length)] = (byte) "{}[]\",:0\\n\nx".charAt(random.nextInt(12));
        }
        return chance(random) ? mutant : Arrays.copyOf(mutant, random.nextInt(mutant.length));
    }

    /** Leaves an event out, doubles it, or puts it elsewhere. */
    private static byte[] lines(byte[] stream, RandomGenerator random) {
        List<String> events = new ArrayList<>(List.of(new String(stream, UTF_8).split("(?<=\n\n)")));
        String moved = events.remove(random.nextInt(events.size()));
        for (int i = random.nextInt(3); i > 0; i--) {
            events.add(random.nextInt(events.size() + 1), moved);
        }
        return String.join("", events).getBytes(UTF_8);
    }

    private static boolean chance(RandomGenerator random) {
        return random.nextInt(2) == 0;
    }

    @Test
    void whatFollowsTheEndInTheSamePieceIsNotRead() {
        String stream = """
                data: {"type":"message_start","message":{"id":"msg_1"}}

                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}

                data: {"type":"message_stop"}

                data:\s""" + "x".repeat(MessagesEventReader.LONGEST + 1) + "\n\n";
        assertInstanceOf(
                Event.Ended.class,
                Sample.events(stream.getBytes(UTF_8), Sample.exchange()).getLast());
    }
}
