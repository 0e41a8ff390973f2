package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.json.Utf8;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

class RequestInspectorTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void readsTheFieldsAndWhereTheModelStands() {
        byte[] body = """
                 {"messages":[{"role":"user","content":"\\"model\\": \\"no\\""}], "max_tokens":1024,
                  "model" : "claude-é-1" ,"stream":true}
                """.getBytes(UTF_8);
        RequestFields fields = readable(Operation.MESSAGES, body);
        assertEquals("claude-é-1", fields.model());
        assertEquals(
                "\"claude-é-1\"",
                new String(body, fields.modelStart(), fields.modelEnd() - fields.modelStart(), UTF_8));
        assertTrue(fields.stream());
        assertEquals(1024, fields.maxOutputTokens());
        assertEquals(1, fields.choices());
        assertEquals(IncludeUsage.NOT_NEEDED, fields.includeUsage());
        assertEquals('{', body[fields.bodyStart()]);
    }

    @Test
    void offsetsAreIndexesIntoTheGivenArray() {
        byte[] body = "xx{\"a\":1,\"model\":\"mod\\u0065l\"}yyy".getBytes(UTF_8);
        RequestFields fields = readable(RequestInspector.inspect(Operation.CHAT_COMPLETIONS, body, 2, body.length - 5));
        assertEquals(2, fields.bodyStart());
        assertEquals("model", fields.model());
        assertEquals(
                "\"mod\\u0065l\"",
                new String(body, fields.modelStart(), fields.modelEnd() - fields.modelStart(), UTF_8));
    }

    @Test
    void absentAndNullFieldsAreTheSame() {
        String given =
                "{\"model\":\"m\",\"stream\":null,\"max_tokens\":null,\"n\":null,\"max_completion_tokens\":null}";
        RequestFields nulls = readable(Operation.CHAT_COMPLETIONS, given);
        assertFalse(nulls.stream());
        assertEquals(-1, nulls.maxOutputTokens());
        assertEquals(1, nulls.choices());
    }

    @Test
    void theLargerOfTwoOutputLimitsCounts() {
        String body = "{\"model\":\"m\",\"max_completion_tokens\":900,\"max_tokens\":7,\"n\":3}";
        assertEquals(900, readable(Operation.CHAT_COMPLETIONS, body).maxOutputTokens());
        assertEquals(3, readable(Operation.CHAT_COMPLETIONS, body).choices());
    }

    @Test
    void onlyTheTopLevelNamesTheModelAndTheLimits() {
        String body = "{\"model\":\"m\",\"tools\":[{\"model\":\"x\",\"max_output_tokens\":1}],"
                + "\"metadata\":{\"stream\":true,\"model\":\"y\"}}";
        RequestFields fields = readable(Operation.RESPONSES, body);
        assertEquals("m", fields.model());
        assertEquals(-1, fields.maxOutputTokens());
        assertFalse(fields.stream());
    }

    @Test
    void geminiHasItsLimitsInGenerationConfigInEitherSpelling() {
        for (String body : List.of(
                "{\"generationConfig\":{\"maxOutputTokens\":5,\"candidateCount\":2}}",
                "{\"generation_config\":{\"max_output_tokens\":5,\"candidate_count\":2}}")) {
            RequestFields fields = readable(Operation.GENERATE_CONTENT, body);
            assertNull(fields.model());
            assertEquals(-1, fields.modelStart());
            assertEquals(5, fields.maxOutputTokens());
            assertEquals(2, fields.choices());
            assertFalse(fields.stream());
        }
        assertTrue(readable(Operation.STREAM_GENERATE_CONTENT, "{}").stream());
    }

    @Test
    void everyModelInsideAGeminiBodyIsFound() {
        String body = "{\"requests\":[{\"model\":\"models/a\",\"content\":{\"model\":\"no\"}},{\"model\":\"b\"}]}";
        byte[] bytes = body.getBytes(UTF_8);
        RequestFields fields = readable(Operation.BATCH_EMBED_CONTENTS, bytes);
        assertEquals(
                List.of("models/a", "b"),
                fields.innerModels().stream()
                        .map(RequestFields.InnerModel::value)
                        .toList());
        RequestFields.InnerModel second = fields.innerModels().get(1);
        assertEquals("\"b\"", new String(bytes, second.start(), second.end() - second.start(), UTF_8));
        String count = "{\"generateContentRequest\":{\"model\":\"models/c\",\"contents\":[]}}";
        assertEquals(
                "models/c",
                readable(Operation.GEMINI_COUNT_TOKENS, count)
                        .innerModels()
                        .getFirst()
                        .value());
        assertEquals(
                1,
                readable(Operation.EMBED_CONTENT, "{\"model\":\"models/d\"}")
                        .innerModels()
                        .size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model":"m","stream":true}                                              | NO_OPTIONS
            {"model":"m","stream":true,"stream_options":null}                        | NULL_OPTIONS
            {"model":"m","stream":true,"stream_options":{ }}                         | EMPTY_OPTIONS
            {"model":"m","stream":true,"stream_options":{"include_obfuscation":true}} | OTHER_OPTIONS
            {"model":"m","stream":true,"stream_options":{"a":{},"include_usage":null}} | DECLINED
            {"model":"m","stream":true,"stream_options":{"include_usage":false,"b":1}} | DECLINED
            {"stream_options":{"include_usage":true},"model":"m","stream":true}      | ASKED
            {"model":"m","stream":false,"stream_options":{"include_usage":false}}    | NOT_NEEDED
            {"model":"m"}                                                            | NOT_NEEDED
            """)
    void tellsWhetherAChatStreamAsksForUsage(String body, IncludeUsage expected) {
        assertEquals(expected, readable(Operation.CHAT_COMPLETIONS, body).includeUsage());
    }

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
            """)
    void wrongTypesOfInspectedFieldsAreRefusedByName(String body, String field) {
        assertTrue(malformed(Operation.CHAT_COMPLETIONS, body).startsWith(field + ":"), body);
    }

    @Test
    void zeroOutputTokensAreAllowed() {
        // Anthropic warms its prompt cache with max_tokens 0.
        assertEquals(
                0,
                readable(Operation.MESSAGES, "{\"model\":\"m\",\"max_tokens\":0}")
                        .maxOutputTokens());
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

    @ParameterizedTest
    @EnumSource(
            names = {"EMBED_CONTENT", "CONVERSE", "CONVERSE_STREAM"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyFieldThatTodaysClientsSendIsAccepted(Operation operation) {
        ObjectNode body = MAPPER.createObjectNode();
        for (JsonNode path :
                MAPPER.readTree(Fixtures.bytes("requests/client-fields.json")).get(operation.name())) {
            put(body, path.asString().substring(1).split("\\.", -1), 0);
        }
        RequestFields fields = readable(operation, MAPPER.writeValueAsBytes(body));
        assertEquals(operation.modelInPath() ? null : "value", fields.model());
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

    private static void put(ObjectNode object, String[] path, int step) {
        String name = path[step].replace("[]", "");
        boolean array = path[step].endsWith("[]");
        boolean leaf = step == path.length - 1;
        if (leaf) {
            if (!object.has(name)) {
                object.set(name, array ? MAPPER.createArrayNode().add("value") : leafValue(name));
            }
            return;
        }
        if (!object.has(name) || !object.get(name).isContainer()) {
            object.set(
                    name, array ? MAPPER.createArrayNode().add(MAPPER.createObjectNode()) : MAPPER.createObjectNode());
        }
        JsonNode member = object.get(name);
        put((ObjectNode) (member.isArray() ? member.get(0) : member), path, step + 1);
    }

    private static JsonNode leafValue(String name) {
        return switch (name) {
            case "stream", "include_usage" -> MAPPER.getNodeFactory().booleanNode(true);
            case "max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens" ->
                MAPPER.getNodeFactory().numberNode(100);
            default -> MAPPER.getNodeFactory().stringNode("value");
        };
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

    @Test
    void findsTheModelsThatToolsName() {
        String body = """
                {"model":"claude-sonnet-5","max_tokens":5,"tools":[
                  {"name":"ls","input_schema":{"type":"object","properties":{"model":{"type":"string"},"Model":{}}}},
                  {"type":"advisor_20260301","name":"advisor","model":"claude-opus-5-5"},
                  {"type":"advisor_20260301","name":"second","model":null},
                  {"type":"advisor_20260301","name":"third","model":"claude-opus-5"}]}""";
        RequestFields fields = readable(Operation.MESSAGES, body);
        assertEquals(List.of("claude-opus-5-5", "claude-opus-5"), fields.toolModels());
        assertEquals("claude-sonnet-5", fields.model());
        assertTrue(fields.innerModels().isEmpty(), "none of them is spliced");
        assertEquals(
                List.of(),
                readable(Operation.MESSAGES, "{\"model\":\"m\",\"tools\":null}").toolModels());
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

    private static RequestFields readable(Operation operation, String body) {
        return readable(operation, body.getBytes(UTF_8));
    }

    private static RequestFields readable(Operation operation, byte[] body) {
        return readable(RequestInspector.inspect(operation, body, 0, body.length));
    }

    private static RequestFields readable(Inspection inspection) {
        return assertInstanceOf(Inspection.Readable.class, inspection, inspection::toString)
                .fields();
    }

    private static String malformed(Operation operation, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return malformed(RequestInspector.inspect(operation, bytes, 0, bytes.length));
    }

    private static String malformed(Inspection inspection) {
        return assertInstanceOf(Inspection.Malformed.class, inspection).message();
    }
}
