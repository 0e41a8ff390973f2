package dev.tollgate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import dev.tollgate.upstream.Frames;
import dev.tollgate.upstream.SigV4;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Models on Amazon Bedrock in Converse, behind the gate: a cloud that checks every signature. */
class BedrockConverseTest {
    private static final String ID = "AKIAIOSFODNN7EXAMPLE";
    private static final String SECRET = "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";
    private static final String REGION = "eu-west-1";
    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";
    private static final String USAGE = "{\"inputTokens\":7,\"outputTokens\":3,\"totalTokens\":10}";
    private static final String COST = "0.000066";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static String key = "";
    private static int next;

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        key = gate.createKey("converse");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static String provider(CloudStub cloud, String auth, String secret) throws Exception {
        String name = "converse" + next++;
        gate.manage(
                "POST",
                "/providers",
                "{\"name\":\"" + name + "\",\"platform\":\"bedrock\",\"dialect\":\"converse\",\"region\":\"" + REGION
                        + "\",\"auth\":\"" + auth + "\",\"base_url\":\"" + cloud.url() + "\"}");
        String credential = Json.MAPPER
                .createObjectNode()
                .put("name", name)
                .put("provider", name)
                .put("secret", secret)
                .toString();
        gate.manage("POST", "/credentials", credential);
        for (String model : new String[] {"anthropic.claude-x-v1:0", "meta.llama-y"}) {
            gate.manage(
                    "PUT",
                    "/prices/" + name + "/" + model,
                    "{\"input_usd_per_mtok\":\"3.00\",\"output_usd_per_mtok\":\"15.00\"}");
        }
        return name;
    }

    private static String provider(CloudStub cloud) throws Exception {
        return provider(cloud, "aws-sigv4", ID + ":" + SECRET);
    }

    private static HttpResponse<String> messages(String model, String members) throws Exception {
        return gate.post(
                "/v1/messages",
                key,
                "{\"model\":\"" + model + "\",\"max_tokens\":4000," + members.replace('\'', '"') + "}");
    }

    private static HttpResponse<String> chat(String model, String members) throws Exception {
        return gate.post(
                "/v1/chat/completions", key, "{\"model\":\"" + model + "\"," + members.replace('\'', '"') + "}");
    }

    private static String answer(String content, String stop) {
        return "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[" + content.replace('\'', '"')
                + "]}},\"stopReason\":\"" + stop + "\",\"usage\":" + USAGE + ",\"metrics\":{\"latencyMs\":5}}";
    }

    private static byte[] event(String type, String payload) {
        return Frames.event(type, payload.replace('\'', '"'));
    }

    private static byte[] text() {
        return Frames.joined(
                event("messageStart", "{'role':'assistant','p':'abcd'}"),
                event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'Grüß '},'p':'abc'}"),
                event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'dich'}}"),
                event("contentBlockStop", "{'contentBlockIndex':0}"));
    }

    private static byte[] end(String stop) {
        return Frames.joined(
                event("messageStop", "{'stopReason':'" + stop + "'}"),
                event("metadata", "{'usage':" + USAGE + ",'metrics':{'latencyMs':5},'p':'ab'}"));
    }

    private static CloudStub streaming(byte[] stream, int pieces) throws IOException {
        return new CloudStub((request, exchange) -> CloudStub.streamed(exchange, EVENT_STREAM, stream, pieces));
    }

    private static CloudStub answering(String answer) throws IOException {
        return new CloudStub((request, exchange) -> CloudStub.whole(exchange, 200, answer));
    }

    private static JsonNode sent(CloudStub cloud, String path) {
        SigV4.Request request = cloud.last();
        assertEquals("", SigV4.fault(request, ID, SECRET, REGION, "bedrock"));
        assertEquals(path, request.path());
        assertFalse(request.headers().toString().contains(SECRET));
        return Json.MAPPER.readTree(request.body());
    }

    private static final String HELLO = "'messages':[{'role':'user','content':'Hello'}]";

    @Test
    void aCallIsSignedOverWhatIsSentAndItsAnswerIsBilled() throws Exception {
        try (CloudStub cloud = answering(answer("{'text':'Hi'}", "end_turn"))) {
            String name = provider(cloud);
            HttpResponse<String> answer = messages(name + "/anthropic.claude-x-v1:0", HELLO);
            assertEquals(200, answer.statusCode(), answer.body());
            JsonNode message = Json.MAPPER.readTree(answer.body());
            assertEquals("Hi", message.at("/content/0/text").stringValue());
            assertEquals("end_turn", message.get("stop_reason").stringValue());
            assertEquals(7, message.at("/usage/input_tokens").intValue());
            assertEquals(
                    COST, answer.headers().firstValue("x-tollgate-cost-usd").orElseThrow());
            JsonNode said = sent(cloud, "/model/anthropic.claude-x-v1%3A0/converse");
            assertEquals(
                    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hello\"}]}],"
                            + "\"inferenceConfig\":{\"maxTokens\":4000}}",
                    said.toString());
            assertEquals("application/json", cloud.last().headers().get("accept"));
        }
    }

    @Test
    void aModelThatIsNoClaudeAnswersAClientOfOpenAi() throws Exception {
        try (CloudStub cloud = answering(answer("{'text':'Hi'}", "max_tokens"))) {
            HttpResponse<String> answer = chat(provider(cloud) + "/meta.llama-y", HELLO + ",'seed':7");
            assertEquals(200, answer.statusCode(), answer.body());
            JsonNode choice = Json.MAPPER.readTree(answer.body()).at("/choices/0");
            assertEquals("Hi", choice.at("/message/content").stringValue());
            assertEquals("length", choice.get("finish_reason").stringValue());
            assertEquals(
                    "seed", answer.headers().firstValue("x-tollgate-dropped").orElseThrow());
            sent(cloud, "/model/meta.llama-y/converse");
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "7", "64", "100000"})
    void aStreamBecomesTheClientsEventsHoweverItIsCut(int pieces) throws Exception {
        try (CloudStub cloud = streaming(Frames.joined(text(), end("end_turn")), pieces)) {
            String name = provider(cloud);
            HttpResponse<String> answer = messages(name + "/anthropic.claude-x-v1:0", HELLO + ",'stream':true");
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(
                    "text/event-stream",
                    answer.headers().firstValue("content-type").orElseThrow());
            assertTrue(answer.body().contains("\"text\":\"Grüß \""), answer.body());
            assertTrue(answer.body().contains("\"output_tokens\":3"), answer.body());
            assertTrue(
                    answer.body().endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"),
                    answer.body());
            sent(cloud, "/model/anthropic.claude-x-v1%3A0/converse-stream");
            assertEquals(EVENT_STREAM, cloud.last().headers().get("accept"));
            JsonNode story = gate.explain(answer);
            assertTrue(story.toString().contains("\"cost_usd\":\"" + COST + "\""), story.toString());
        }
    }

    @Test
    void toolsGoThereAndTheirCallsComeBackInAStream() throws Exception {
        byte[] call = Frames.joined(
                event("messageStart", "{'role':'assistant'}"),
                event(
                        "contentBlockStart",
                        "{'contentBlockIndex':0,'start':{'toolUse':{'toolUseId':'tooluse_1','name':'weather'}}}"),
                event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'toolUse':{'input':'{\\'city\\':'}}}"),
                event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'toolUse':{'input':'\\'Oslo\\'}'}}}"),
                event("contentBlockStop", "{'contentBlockIndex':0}"),
                end("tool_use"));
        try (CloudStub cloud = streaming(call, 50)) {
            HttpResponse<String> answer = chat(
                    provider(cloud) + "/meta.llama-y",
                    HELLO + ",'stream':true,'tool_choice':'required','tools':[{'type':'function','function':"
                            + "{'name':'weather','parameters':{'type':'object','properties':{'city':{'type':'string'}}}}}]");
            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("\"id\":\"tooluse_1\""), answer.body());
            assertTrue(answer.body().contains("\\\"Oslo\\\"}"), answer.body());
            assertTrue(answer.body().contains("\"finish_reason\":\"tool_calls\""), answer.body());
            assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer.body());
            JsonNode tools = sent(cloud, "/model/meta.llama-y/converse-stream").get("toolConfig");
            assertEquals("weather", tools.at("/tools/0/toolSpec/name").stringValue());
            assertEquals("{\"any\":{}}", tools.get("toolChoice").toString());
        }
    }

    @Test
    void thinkingComesBackAndGoesThereAgain() throws Exception {
        String thought = "{'reasoningContent':{'reasoningText':{'text':'Hm.','signature':'c2lnbmVk'}}},{'text':'42'}";
        try (CloudStub cloud = answering(answer(thought, "end_turn"))) {
            String model = provider(cloud) + "/anthropic.claude-x-v1:0";
            HttpResponse<String> first = messages(model, HELLO + ",'thinking':{'type':'adaptive'}");
            assertEquals(200, first.statusCode(), first.body());
            JsonNode content = Json.MAPPER.readTree(first.body()).get("content");
            assertEquals("Hm.", content.at("/0/thinking").stringValue());
            assertEquals(
                    "adaptive",
                    sent(cloud, "/model/anthropic.claude-x-v1%3A0/converse")
                            .at("/additionalModelRequestFields/thinking/type")
                            .stringValue());
            messages(
                    model,
                    "'messages':[{'role':'user','content':'Hello'},{'role':'assistant','content':" + content
                            + "},{'role':'user','content':'And?'}]");
            assertEquals(
                    "{\"reasoningText\":{\"text\":\"Hm.\",\"signature\":\"c2lnbmVk\"}}",
                    sent(cloud, "/model/anthropic.claude-x-v1%3A0/converse")
                            .at("/messages/1/content/0/reasoningContent")
                            .toString());
        }
    }

    @Test
    void anImageGoesThere() throws Exception {
        try (CloudStub cloud = answering(answer("{'text':'A dot.'}", "end_turn"))) {
            String image = "'messages':[{'role':'user','content':[{'type':'text','text':'What?'},"
                    + "{'type':'image_url','image_url':{'url':'data:image/png;base64,iVBORw0KGgo='}}]}]";
            assertEquals(200, chat(provider(cloud) + "/meta.llama-y", image).statusCode());
            assertEquals(
                    "{\"image\":{\"format\":\"png\",\"source\":{\"bytes\":\"iVBORw0KGgo=\"}}}",
                    sent(cloud, "/model/meta.llama-y/converse")
                            .at("/messages/0/content/1")
                            .toString());
        }
    }

    @Test
    void anExceptionWithinAStreamIsTheErrorOfTheClientsDialect() throws Exception {
        byte[] stream = Frames.joined(text(), Frames.exception("throttlingException", "{\"message\":\"Slow down.\"}"));
        try (CloudStub cloud = streaming(stream, 100)) {
            String name = provider(cloud);
            HttpResponse<String> answer = messages(name + "/anthropic.claude-x-v1:0", HELLO + ",'stream':true");
            assertTrue(
                    answer.body().contains("\"type\":\"rate_limit_error\",\"message\":\"Slow down.\""), answer.body());
            assertFalse(answer.body().contains("message_stop"), answer.body());
            assertEquals("failed", gate.explain(answer).get("outcome").stringValue());
            answer = chat(name + "/meta.llama-y", HELLO + ",'stream':true");
            assertTrue(answer.body().contains("\"message\":\"Slow down.\""), answer.body());
            assertFalse(answer.body().contains("[DONE]"), answer.body());
        }
    }

    @Test
    void aStreamThatEndsTooEarlyNeverLooksFinished() throws Exception {
        byte[] whole = Frames.joined(text(), end("end_turn"));
        for (byte[] cut : new byte[][] {
            Arrays.copyOf(whole, whole.length - 1), // within the metadata
            Frames.joined(text(), event("messageStop", "{'stopReason':'end_turn'}")),
            text()
        }) {
            try (CloudStub cloud = streaming(cut, 100)) {
                String name = provider(cloud);
                HttpResponse<String> answer = messages(name + "/anthropic.claude-x-v1:0", HELLO + ",'stream':true");
                assertFalse(answer.body().contains("message_stop"), answer.body());
                assertEquals("interrupted", gate.explain(answer).get("outcome").stringValue());
                answer = chat(name + "/meta.llama-y", HELLO + ",'stream':true");
                assertFalse(answer.body().contains("[DONE]"), answer.body());
            }
        }
    }

    @Test
    void aDamagedStreamBreaksTheClientsConnection() throws Exception {
        byte[] damaged = Frames.joined(text(), end("end_turn"));
        damaged[damaged.length - 30] ^= 1;
        try (CloudStub cloud = streaming(damaged, 100)) {
            String model = provider(cloud) + "/meta.llama-y";
            assertThrows(IOException.class, () -> chat(model, HELLO + ",'stream':true"));
        }
    }

    @Test
    void figuresThatCannotBeAreNeverBilledAsTheyStand() throws Exception {
        byte[] absurd = Frames.joined(
                text(),
                event("messageStop", "{'stopReason':'end_turn'}"),
                event("metadata", "{'usage':{'inputTokens':-7,'outputTokens':3}}"));
        try (CloudStub cloud = streaming(absurd, 100)) {
            HttpResponse<String> answer = chat(provider(cloud) + "/meta.llama-y", HELLO + ",'stream':true");
            assertFalse(answer.body().contains("[DONE]"), answer.body());
            String story = gate.explain(answer).toString();
            assertFalse(story.contains("\"cost_usd\":\"-"), story);
            assertTrue(story.contains("unreconciled"), story);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, ValidationException, 400, invalid_request_error",
        "403, AccessDeniedException, 403, permission_error",
        "404, ResourceNotFoundException, 404, not_found_error",
        "429, ThrottlingException:http://internal.amazon.com/coral/, 429, rate_limit_error",
        "403, ExpiredTokenException, 502, api_error",
    })
    void itsErrorsAreToldInTheClientsWords(int status, String type, int told, String kind) throws Exception {
        try (CloudStub cloud = new CloudStub((request, exchange) -> CloudStub.whole(
                exchange, status, "{\"message\":\"What AWS says.\"}", "x-amzn-errortype", type, "retry-after", "60"))) {
            HttpResponse<String> answer = messages(provider(cloud) + "/anthropic.claude-x-v1:0", HELLO);
            assertEquals(told, answer.statusCode(), answer.body());
            JsonNode error = Json.MAPPER.readTree(answer.body()).get("error");
            assertEquals(kind, error.get("type").stringValue());
            assertEquals(told != 502, error.get("message").stringValue().equals("What AWS says."), answer.body());
        }
    }

    @Test
    void anAnswerThatIsNoneIsABadGateway() throws Exception {
        try (CloudStub cloud = answering("{\"output\":{\"message\":{\"content\":7}},\"usage\":" + USAGE + "}")) {
            HttpResponse<String> answer = chat(provider(cloud) + "/meta.llama-y", HELLO);
            assertEquals(502, answer.statusCode(), answer.body());
        }
    }

    @Test
    void anApiKeyOfBedrockIsSentAsItIs() throws Exception {
        String apiKey = "ABSKQmVkcm9ja0FQSUtleS1CANARYbearer0123456789abcdef";
        try (CloudStub cloud = answering(answer("{'text':'Hi'}", "end_turn"))) {
            String name = provider(cloud, "bearer", apiKey);
            assertEquals(200, chat(name + "/meta.llama-y", HELLO).statusCode());
            assertEquals("Bearer " + apiKey, cloud.last().headers().get("authorization"));
            assertFalse(cloud.last().headers().containsKey("x-amz-date"));
        }
    }

    @Test
    void whatBedrockCannotBeToldIsRefusedByName() throws Exception {
        try (CloudStub cloud = answering(answer("{'text':'Hi'}", "end_turn"))) {
            String name = provider(cloud);
            HttpResponse<String> refused = chat(name + "/meta.llama-y", HELLO + ",'n':2");
            assertEquals(400, refused.statusCode(), refused.body());
            assertTrue(refused.body().contains("Bedrock gives one answer"), refused.body());
            assertTrue(refused.body().contains("converse dialect"), refused.body());
            assertEquals(0, cloud.requests().size());
        }
    }

    @Test
    void tokensAreCountedHere() throws Exception {
        try (CloudStub cloud = answering(answer("{'text':'Hi'}", "end_turn"))) {
            HttpResponse<String> counted = gate.post(
                    "/v1/messages/count_tokens",
                    key,
                    "{\"model\":\"" + provider(cloud) + "/meta.llama-y\"," + HELLO.replace('\'', '"') + "}");
            assertEquals(200, counted.statusCode(), counted.body());
            assertEquals(
                    "tokens",
                    counted.headers().firstValue("x-tollgate-estimate").orElseThrow());
            assertEquals(0, cloud.requests().size());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"x\",\"dialect\":\"converse\",\"base_url\":\"https://a.example\"} | on Amazon Bedrock only",
                "{\"name\":\"x\",\"platform\":\"vertex\",\"region\":\"global\",\"project\":\"p-1234567\",\"dialect\":\"converse\"}"
                        + " | On Vertex AI only",
                "{\"name\":\"x\",\"platform\":\"bedrock\",\"dialect\":\"converse\"} | needs its region",
            })
    void aProviderThatMakesNoSenseIsRefused(String body, String why) throws Exception {
        HttpResponse<String> answer = gate.admin("POST", "/providers", body);
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains(why), answer.body());
    }

    @Test
    void nothingOfTheClientsHeadersGoesThere() throws Exception {
        try (CloudStub cloud = answering(answer("{'text':'Hi'}", "end_turn"))) {
            gate.post(
                    "/v1/messages",
                    key,
                    "{\"model\":\"" + provider(cloud) + "/meta.llama-y\",\"max_tokens\":9," + HELLO.replace('\'', '"')
                            + "}",
                    "anthropic-beta",
                    "one-2025-01-01",
                    "x-amzn-bedrock-service-tier",
                    "priority");
            sent(cloud, "/model/meta.llama-y/converse");
            String headers = cloud.last().headers().toString();
            assertFalse(headers.contains("anthropic") || headers.contains("service-tier"), headers);
            assertTrue(new String(cloud.last().body(), UTF_8).startsWith("{\"messages\""));
        }
    }
}
