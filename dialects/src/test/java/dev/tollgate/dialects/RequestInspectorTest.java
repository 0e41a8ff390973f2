package dev.tollgate.dialects;

import static dev.tollgate.dialects.Inspections.malformed;
import static dev.tollgate.dialects.Inspections.readable;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** What {@link RequestInspector} reads; {@link RequestRefusalTest} has what it refuses. */
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

    @Test
    void zeroOutputTokensAreAllowed() {
        // Anthropic warms its prompt cache with max_tokens 0.
        assertEquals(
                0,
                readable(Operation.MESSAGES, "{\"model\":\"m\",\"max_tokens\":0}")
                        .maxOutputTokens());
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
            case "max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "budget_tokens" ->
                MAPPER.getNodeFactory().numberNode(100);
            default -> MAPPER.getNodeFactory().stringNode("value");
        };
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
    @CsvSource(delimiter = '|', textBlock = """
            CHAT_COMPLETIONS        | {"model":"m","metadata":{"a":"b","tollgate_feature":"search"}}              | search
            RESPONSES               | {"model":"m","metadata":{"tollgate_feature":"deep research/1","t":"x"}}     | deep research/1
            GENERATE_CONTENT        | {"labels":{"tollgate_feature":"search","team":"a"}}                         | search
            STREAM_GENERATE_CONTENT | {"labels":{"tollgate_feature":"search"}}                                    | search
            CHAT_COMPLETIONS        | {"model":"m","metadata":{"tollgate\\u005ffeature":"s\\u00e9arch"}}          | séarch
            CHAT_COMPLETIONS        | {"model":"m","metadata":{"tollgate_feature":""}}                            | ''
            """)
    void aRequestsOwnLabelNamesItsFeature(Operation operation, String body, String feature) {
        assertEquals(feature, readable(operation, body).feature());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CHAT_COMPLETIONS | {"model":"m"}
            CHAT_COMPLETIONS | {"model":"m","metadata":null}
            CHAT_COMPLETIONS | {"model":"m","metadata":{"tollgate_feature":null,"feature":"x"}}
            CHAT_COMPLETIONS | {"model":"m","tollgate_feature":"x","labels":{"tollgate_feature":"x"}}
            CHAT_COMPLETIONS | {"model":"m","metadata":{"a":{"tollgate_feature":"x"},"b":[{"tollgate_feature":"x"}]}}
            CHAT_COMPLETIONS | {"model":"m","messages":[{"metadata":{"tollgate_feature":"x"}}]}
            CHAT_COMPLETIONS | {"model":"m","metadata":["tollgate_feature",{"tollgate_feature":"x"}]}
            CHAT_COMPLETIONS | {"model":"m","metadata":"tollgate_feature"}
            RESPONSES        | {"model":"m","metadata":7}
            MESSAGES         | {"model":"m","metadata":{"user_id":"u","tollgate_feature":"x"}}
            GENERATE_CONTENT | {"metadata":{"tollgate_feature":"x"},"generationConfig":{"labels":{"tollgate_feature":"x"}}}
            EMBED_CONTENT    | {"labels":{"tollgate_feature":"x"}}
            """)
    void nothingElseNamesAFeature(Operation operation, String body) {
        assertNull(readable(operation, body).feature());
    }

    @Test
    void aThreadIsBegunOrNamesTheMessageThatItContinues() {
        String model = "{\"model\":\"m\",";
        String messages = "\"messages\":[{\"thread\":{\"previous_message_id\":\"msg_9\"}}]";
        assertNull(readable(Operation.MESSAGES, model + messages + "}").thread());
        assertNull(readable(Operation.MESSAGES, model + "\"thread\":null}").thread());
        assertEquals(
                new RequestFields.Continued(null),
                readable(Operation.MESSAGES, model + "\"thread\":{\"type\":\"create\"}," + messages + "}")
                        .thread());
        assertEquals(
                new RequestFields.Continued("msg_1"),
                readable(
                                Operation.MESSAGES,
                                model + "\"thread\":{\"type\":\"continue\",\"previous_message_id\":\"msg_1\"}}")
                        .thread());
        assertEquals(
                "previous_message_id: must be a string.",
                malformed(Operation.MESSAGES, model + "\"thread\":{\"previous_message_id\":7}}"));
    }

    @Test
    void aLabelWithoutEndIsNotKeptBesideItsBody() {
        String body = "{\"model\":\"m\",\"metadata\":{\"tollgate_feature\":\"" + "x".repeat(100_000) + "\"}}";
        assertEquals("x".repeat(512), readable(Operation.CHAT_COMPLETIONS, body).feature());
    }
}
