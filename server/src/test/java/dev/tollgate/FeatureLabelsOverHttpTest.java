package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The feature that a call's own body names, where its dialect has a place for it, through a whole gate. */
class FeatureLabelsOverHttpTest {
    private static final String HEADER = "x-tollgate-feature";
    private static final String HEAVY = "deep research/1";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static TalkingProvider provider;
    private static String key = "";

    /** Each place of a label. */
    enum Api {
        CHAT(
                "/v1/chat/completions",
                "{\"model\":\"p-oai/m\",%s\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                "metadata"),
        CONVERTED(
                "/v1/chat/completions",
                "{\"model\":\"p-anth/m\",%s\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
                "metadata"),
        RESPONSES("/v1/responses", "{\"model\":\"p-oai/m\",%s\"input\":\"Hi\"}", "metadata"),
        GEMINI(
                "/v1beta/models/p-gem%2Fm:generateContent",
                "{%s\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}", "labels"),
        GEMINI_STREAM(
                "/v1beta/models/p-gem%2Fm:streamGenerateContent?alt=sse",
                "{%s\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}", "labels");

        private final String path;
        private final String body;
        private final String field;

        Api(String path, String body, String field) {
            this.path = path;
            this.body = body;
            this.field = field;
        }

        /** @param label JSON */
        String labelled(String label) {
            return body.formatted("\"" + field + "\" : {\"team\":\"a\", \"tollgate_feature\":" + label + "},");
        }

        HttpResponse<String> call(String body, String... headers) throws Exception {
            return gate.post(path, key, body, headers);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        provider = new TalkingProvider();
        gate = new RunningGate(home);
        gate.provider("p-anth", "anthropic", provider.url());
        gate.provider("p-oai", "openai", provider.url());
        gate.provider("p-gem", "gemini", provider.url());
        key = gate.createKey("labels");
        gate.manage("PUT", "/features/deep%20research%2F1", "{\"heavy\":true}");
    }

    @AfterAll
    static void stop() {
        gate.close();
        provider.close();
    }

    @AfterEach
    void removeAll() throws Exception {
        for (String kind : List.of("budgets", "rates")) {
            for (JsonNode each : gate.manage("GET", "/" + kind, "").get("data")) {
                gate.manage("DELETE", "/" + kind + "/" + each.get("id").stringValue(), "");
            }
        }
    }

    private static HttpResponse<String> ok(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        return answer;
    }

    private static String feature(HttpResponse<String> answer) throws Exception {
        return gate.explain(ok(answer)).get("feature").asString("none");
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void theLabelIsTheFeatureAndTheHeaderGoesBeforeIt(Api api) throws Exception {
        assertEquals("search", feature(api.call(api.labelled("\"search\""))));
        assertEquals("chat", feature(api.call(api.labelled("\"search\""), HEADER, "chat")));
        assertEquals("none", feature(api.call(api.labelled("null"))));
        assertEquals("none", feature(api.call(api.body.formatted(""))));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CONVERTED")
    void theProviderGetsTheBodyAsItCame(Api api) throws Exception {
        String body = api.labelled("\"s\\u0065arch\"");
        ok(api.call(body));
        assertEquals(body.replace("\"p-oai/m\"", "\"m\""), provider.request);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aHeavyFeatureIsSwitchedOffByItsLabel(Api api) throws Exception {
        gate.manage(
                "POST",
                "/budgets",
                "{\"account\":\"default\",\"limit_usd\":\"0.02\",\"window\":\"day\",\"thresholds\":[1],"
                        + "\"actions\":{\"1\":\"no-heavy\"}}");
        String bounded = api.labelled("\"" + HEAVY + "\"").replaceFirst("\\{", "{" + bound(api));
        ok(api.call(bounded));
        HttpResponse<String> refused = api.call(bounded);
        assertEquals(429, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains(HEAVY), refused.body());
        assertEquals("chat", feature(api.call(bounded, HEADER, "chat")));
        assertEquals(
                429, api.call(bounded.replace(HEAVY, "chat"), HEADER, HEAVY).statusCode());
    }

    /** The longest answer, so that the call fits into a small budget. */
    private static String bound(Api api) {
        return switch (api) {
            case CHAT, CONVERTED -> "\"max_completion_tokens\":64,";
            case RESPONSES -> "\"max_output_tokens\":64,";
            case GEMINI, GEMINI_STREAM -> "\"generationConfig\":{\"maxOutputTokens\":64},";
        };
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aBudgetOnAFeatureCoversItsLabel(Api api) throws Exception {
        gate.manage("POST", "/budgets", "{\"feature\":\"capped\",\"limit_usd\":\"0.000000001\",\"window\":\"day\"}");
        HttpResponse<String> refused = api.call(api.labelled("\"capped\""));
        assertEquals(429, refused.statusCode(), refused.body());
        ok(api.call(api.labelled("\"other\"")));
        ok(api.call(api.labelled("\"capped\""), HEADER, "other"));
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aRateOnAFeatureCoversItsLabel(Api api) throws Exception {
        gate.manage("POST", "/rates", "{\"feature\":\"slow\",\"requests_per_minute\":1}");
        ok(api.call(api.labelled("\"slow\"")));
        assertEquals(429, api.call(api.labelled("\"slow\"")).statusCode());
        ok(api.call(api.labelled("\"fast\"")));
    }

    @Test
    void whatALabelMayNotHoldBecomesWhatItDoesInTheHeader() throws Exception {
        String tooLong = "y".repeat(80);
        assertEquals(tooLong.substring(0, 64), feature(Api.CHAT.call(Api.CHAT.labelled("\"" + tooLong + "\""))));
        assertEquals(tooLong.substring(0, 64), feature(Api.CHAT.call(Api.CHAT.labelled("null"), HEADER, tooLong)));
        assertEquals("a?b?", feature(Api.CHAT.call(Api.CHAT.labelled("\"a\\u0000b\\ud800\""))));
        assertEquals("", feature(Api.CHAT.call(Api.CHAT.labelled("\"\""))));
    }

    @ParameterizedTest
    @CsvSource({"CHAT, 7", "RESPONSES, true", "GEMINI, [\"x\"]", "GEMINI_STREAM, {}"})
    void aLabelThatIsNoTextIsRefusedByName(Api api, String label) throws Exception {
        int calls = provider.calls.get();
        HttpResponse<String> refused = api.call(api.labelled(label));
        assertEquals(400, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("tollgate_feature: must be a string"), refused.body());
        assertEquals(calls, provider.calls.get(), "nobody was asked");
    }

    /** Their API refuses whatever metadata has beside the user's id: such a label could never work there. */
    @Test
    void messagesAreLabelledByTheHeaderAlone() throws Exception {
        String body =
                "{\"model\":\"p-anth/m\",\"max_tokens\":9,\"metadata\":{\"user_id\":\"u\",\"tollgate_feature\":\"x\"},"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        assertEquals("none", feature(gate.post("/v1/messages", key, body)));
        assertEquals(body.replace("\"p-anth/m\"", "\"m\""), provider.request);
        assertEquals("x", feature(gate.post("/v1/messages", key, body, HEADER, "x")));
    }
}
