package dev.tollgate.dialects;

import static dev.tollgate.dialects.Inspections.malformed;
import static dev.tollgate.dialects.Inspections.readable;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.json.Utf8;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** What {@link RequestInspector} refuses, and what it lets pass. */
class RequestRefusalTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "[]",
                "\"x\"",
                "null",
                "{",
                "{\"model\":\"m\"",
                "{\"model\":\"m\"} x",
                "{\"model\":\"m\"}{}",
                "{\"model\":\"m\",}",
                "{'model':'m'}",
                "{model:\"m\"}",
                "{\"model\":\"m\"/*c*/}",
                "{\"model\":\"m\",\"a\":NaN}",
                "{\"model\":\"m\",\"a\":01}",
                "{\"model\":\"m\",\"a\":+1}",
                "{\"model\":\"m\",\"a\":.5}",
                "{\"model\":\"m\",\"a\":[1,]}",
                "{\"model\":\"m\",\"a\":\"\n\"}",
                "{\"model\":\"m\",\"a\":\"\\x\"}",
                "{\"model\":\"m\",\"a\":tru}",
                "\uFEFF{\"model\":\"m\"}",
            })
    void whatIsNotStrictJsonIsRefused(String body) {
        malformed(Operation.CHAT_COMPLETIONS, body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\",\"model\":\"n\"}",
                "{\"model\":\"m\",\"mod\\u0065l\":\"n\"}",
                "{\"model\":\"m\",\"stream_options\":{\"include_usage\":true,\"include_usage\":false}}",
                "{\"model\":\"m\",\"messages\":[{\"content\":[{\"a\":{\"x\":1,\"y\":2,\"x\":3}}]}]}",
            })
    void aNameTwiceInOneObjectIsRefused(String body) {
        assertTrue(malformed(Operation.CHAT_COMPLETIONS, body).contains("twice"));
    }

    @Test
    void aNameTwiceInALargeObjectIsRefused() {
        StringBuilder large = new StringBuilder("{\"model\":\"m\",\"a\":{");
        for (int i = 0; i < 1000; i++) {
            large.append("\"k").append(i).append("\":").append(i).append(',');
        }
        readable(Operation.RESPONSES, large + "\"last\":{\"k1\":1}}}");
        for (String repeated : List.of("k0", "k15", "k16", "k17", "k999")) {
            assertTrue(malformed(Operation.RESPONSES, large + "\"" + repeated + "\":1}}")
                    .contains("twice"));
        }
    }

    @Test
    void theSameNameInDifferentObjectsIsFine() {
        readable(
                Operation.RESPONSES,
                "{\"model\":\"m\",\"a\":{\"x\":1,\"a\":{\"x\":2}},\"b\":[{\"x\":1},{\"x\":2}],\"x\":3}");
    }

    @Test
    void anInspectedNameInAnotherCaseIsRefused() {
        assertTrue(malformed(Operation.CHAT_COMPLETIONS, "{\"model\":\"m\",\"Model\":\"n\"}")
                .contains("model"));
        malformed(Operation.CHAT_COMPLETIONS, "{\"model\":\"m\",\"\u017Ftream\":true}"); // folds to "stream"
        malformed(Operation.CHAT_COMPLETIONS, "{\"model\":\"m\",\"stream_options\":{\"Include_Usage\":true}}");
        readable(Operation.CHAT_COMPLETIONS, "{\"model\":\"m\",\"metadata\":{\"Model\":\"n\"},\"Temperature\":1}");
    }

    @Test
    void geminiFieldsInBothSpellingsAreRefused() {
        malformed(Operation.GENERATE_CONTENT, "{\"generationConfig\":{},\"generation_config\":{\"candidateCount\":8}}");
        malformed(Operation.GENERATE_CONTENT, "{\"generationConfig\":{\"candidateCount\":1,\"candidate_count\":8}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"messages":[]}                              | model
            {"model":null}                               | model
            {"model":""}                                 | model
            {"model":7}                                  | model
            {"model":["m"]}                              | model
            {"model":{"id":"m"}}                         | model
            {"model":"a\\u0000b"}                        | model
            {"model":"m","stream":"true"}                | stream
            {"model":"m","stream":1}                     | stream
            {"model":"m","stream":{}}                    | stream
            {"model":"m","max_tokens":-1}                | max_tokens
            {"model":"m","max_tokens":1.5}               | max_tokens
            {"model":"m","max_tokens":1e3}               | max_tokens
            {"model":"m","max_tokens":2147483648}        | max_tokens
            {"model":"m","max_tokens":99999999999999999999} | max_tokens
            {"model":"m","max_tokens":"100"}             | max_tokens
            {"model":"m","max_completion_tokens":[1]}    | max_completion_tokens
            {"model":"m","n":0}                          | n
            {"model":"m","n":129}                        | n
            {"model":"m","stream_options":[]}            | stream_options
            {"model":"m","stream_options":true}          | stream_options
            {"model":"m","stream_options":{"include_usage":"yes"}} | include_usage
            {"model":"m","metadata":{"tollgate_feature":7}}        | tollgate_feature
            {"model":"m","metadata":{"tollgate_feature":true}}     | tollgate_feature
            {"model":"m","metadata":{"tollgate_feature":["x"]}}    | tollgate_feature
            {"model":"m","metadata":{"tollgate_feature":{"x":1}}}  | tollgate_feature
            {"model":"m","metadata":{"Tollgate_Feature":"x"}}      | tollgate_feature
            {"model":"m","Metadata":{"tollgate_feature":"x"}}      | metadata
            """)
    void wrongTypesOfInspectedFieldsAreRefusedByName(String body, String field) {
        assertTrue(malformed(Operation.CHAT_COMPLETIONS, body).startsWith(field + ":"), body);
    }

    @Test
    void wrongTypesInGeminiBodiesAreRefused() {
        malformed(Operation.GENERATE_CONTENT, "{\"generationConfig\":[]}");
        malformed(Operation.GENERATE_CONTENT, "{\"generationConfig\":{\"maxOutputTokens\":\"5\"}}");
        malformed(Operation.BATCH_EMBED_CONTENTS, "{\"requests\":{}}");
        malformed(Operation.BATCH_EMBED_CONTENTS, "{\"requests\":[{\"model\":5}]}");
        String tooMany = "{\"requests\":[" + "{\"model\":\"models/a\"},".repeat(2049) + "{}]}";
        malformed(Operation.BATCH_EMBED_CONTENTS, tooMany);
    }

    @Test
    void nestingEndsAtAHundredLevels() {
        String deepest = "{\"model\":\"m\",\"a\":" + "[".repeat(99) + "]".repeat(99) + "}";
        readable(Operation.RESPONSES, deepest);
        String tooDeep = "{\"model\":\"m\",\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
        assertTrue(malformed(Operation.RESPONSES, tooDeep).contains("100"));
        malformed(Operation.RESPONSES, "{\"a\":".repeat(2_000_000));
    }

    @Test
    void endlessNamesAndNumbersAreRefused() {
        malformed(Operation.RESPONSES, "{\"model\":\"m\",\"" + "a".repeat(60_000) + "\":1}");
        malformed(Operation.RESPONSES, "{\"model\":\"m\",\"max_output_tokens\":" + "9".repeat(2_000) + "}");
    }

    @Test
    void longStringsAreFine() {
        readable(Operation.RESPONSES, "{\"model\":\"m\",\"input\":\"" + "混".repeat(3_000_000) + "\"}");
    }

    @Test
    void invalidUtf8IsRefusedWithItsPlace() {
        byte[] body = "{\"model\":\"m\",\"a\":\"?\"}".getBytes(UTF_8);
        int at = new String(body, UTF_8).indexOf('?');
        body[at] = (byte) 0xC0;
        assertTrue(malformed(RequestInspector.inspect(Operation.RESPONSES, body, 0, body.length))
                .contains("byte " + at));
    }

    @Test
    void otherEncodingsAreRefused() {
        byte[] body = "{\"model\":\"m\"}".getBytes(UTF_16LE);
        malformed(RequestInspector.inspect(Operation.RESPONSES, body, 0, body.length));
    }

    @Test
    void noMessageRepeatsWhatTheBodySays() {
        for (String body : List.of(
                "{\"model\":\"m\",\"a\":hunter2}",
                "{\"model\":\"m\",\"hunter2\":1,\"hunter2\":2}",
                "{\"model\":\"m\",\"a\":\"hunter2\n\"}",
                "{\"model\":\"m\"}hunter2",
                "hunter2")) {
            assertFalse(malformed(Operation.RESPONSES, body).contains("hunter2"));
        }
    }

    @Test
    void damagedBodiesAreJudgedAsJacksonJudgesThem() {
        RandomGenerator random = Fixtures.random("RequestInspectorTest");
        byte[] whole = """
                {"model":"m","messages":[{"role":"user","content":"h\\u00e9 \\n 混"},{"a":[1,-2.5e3,true,null,{}]}],"max_tokens":12}
                """.getBytes(UTF_8);
        String alphabet = "{}[]\",:\\ut0123456789.eE+-ntrf \n\u0001";
        for (int round = 0; round < 8_000; round++) {
            byte[] body = whole.clone();
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                body[random.nextInt(body.length)] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            Inspection inspection = RequestInspector.inspect(Operation.EMBEDDINGS, body, 0, body.length);
            if (inspection instanceof Inspection.Readable) {
                MAPPER.readTree(body); // throws where it is not JSON
            } else if (acceptedByJackson(body)) {
                String message = malformed(inspection);
                assertTrue(message.startsWith("model:") || message.contains("twice"), message);
            }
        }
    }

    @Test
    void anyBytesAtAllGetAnAnswer() {
        RandomGenerator random = Fixtures.random("RequestInspectorTest.anyBytes");
        for (int round = 0; round < 5_000; round++) {
            byte[] body = new byte[random.nextInt(60)];
            random.nextBytes(body);
            if (body.length > 0) {
                body[0] = '{';
            }
            for (Operation operation : Operation.values()) {
                Inspection inspection = RequestInspector.inspect(operation, body, 0, body.length);
                assertTrue(inspection instanceof Inspection.Malformed || acceptedByJackson(body));
            }
        }
    }

    private static boolean acceptedByJackson(byte[] body) {
        try {
            return Utf8.firstInvalid(body, 0, body.length) < 0
                    && MAPPER.readerFor(JsonNode.class)
                                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                                    .readValue(body)
                            instanceof ObjectNode;
        } catch (JacksonException broken) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\",\"tools\":{\"model\":\"x\"}}",
                "{\"model\":\"m\",\"Tools\":[]}",
                "{\"model\":\"m\",\"tools\":[{\"Model\":\"x\"}]}",
                "{\"model\":\"m\",\"tools\":[{\"model\":{}}]}",
                "{\"model\":\"m\",\"tools\":[{\"model\":\"\"}]}",
                "{\"model\":\"m\",\"tools\":[{\"model\":\"x\",\"model\":\"y\"}]}"
            })
    void aToolsModelThatCouldMeanTwoThingsIsRefused(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        assertInstanceOf(
                Inspection.Malformed.class, RequestInspector.inspect(Operation.MESSAGES, bytes, 0, bytes.length));
    }
}
