package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.sim.Sim.Answered;
import dev.tollgate.sim.Sim.Received;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeminiContentTest {

    private static final String THOUGHTS = ",'generationConfig':{'thinkingConfig':{'includeThoughts':true}}";
    private static final String HIDDEN = ",'generationConfig':{'thinkingConfig':{'thinkingBudget':512}}";

    @SuppressWarnings("NullAway.Init")
    private Sim sim;

    @BeforeAll
    void start() {
        sim = new Sim();
    }

    @AfterAll
    void stop() {
        sim.close();
    }

    private static JsonNode parts(JsonNode response) {
        return response.path("candidates").path(0).path("content").path("parts");
    }

    @Test
    void withoutAltSseAStreamIsOneJsonArrayOfTheSameResponses() throws Exception {
        String body = Dialects.GEMINI.body("echo", "one two three", true, "");
        Answered array = sim.post("/v1beta/models/echo:streamGenerateContent", body);
        Answered events = sim.post("/v1beta/models/echo:streamGenerateContent?alt=sse", body);
        assertTrue(array.header("content-type").startsWith("application/json"));
        List<JsonNode> responses = events.events().stream().map(Received::json).toList();
        assertEquals(responses, List.copyOf(array.json().values()));
        assertEquals(4, responses.size());
    }

    @Test
    void v1AnswersAsV1betaDoes() throws Exception {
        String body = Dialects.GEMINI.body("echo", "hi", false, "");
        assertEquals(
                sim.post("/v1beta/models/echo:generateContent", body).body(),
                sim.post("/v1/models/echo:generateContent", body).body());
    }

    @Test
    void aModelsOwnColonIsNotTheVerbs() throws Exception {
        String body = Dialects.GEMINI.body("echo", "hi", false, "");
        assertEquals(
                503, sim.post("/v1beta/models/flaky:503:generateContent", body).status());
        assertEquals(
                503,
                sim.post("/v1beta/models/flaky%3A503:generateContent", body).status());
    }

    @Test
    void thoughtsAreShownOnlyWhenIncludedButAlwaysCountedAndSigned() throws Exception {
        JsonNode shown = Dialects.GEMINI.ask(sim, "echo", "hi", false, THOUGHTS).json();
        JsonNode hidden = Dialects.GEMINI.ask(sim, "echo", "hi", false, HIDDEN).json();
        assertTrue(parts(shown).path(0).path("thought").booleanValue(false));
        assertEquals(1, parts(hidden).size());
        for (JsonNode response : List.of(shown, hidden)) {
            JsonNode text = parts(response).path(parts(response).size() - 1);
            assertFalse(text.path("thoughtSignature").stringValue("").isEmpty(), response.toString());
            JsonNode usage = response.path("usageMetadata");
            long thoughts = usage.path("thoughtsTokenCount").asLong(0);
            assertTrue(thoughts > 0);
            assertEquals(
                    usage.path("totalTokenCount").asLong(0),
                    usage.path("promptTokenCount").asLong(0)
                            + usage.path("candidatesTokenCount").asLong(0)
                            + thoughts);
        }
    }

    @Test
    void withoutThinkingNothingIsSigned() throws Exception {
        String off = ",'generationConfig':{'thinkingConfig':{'thinkingBudget':0}}";
        for (String extra : List.of("", off)) {
            String body = Dialects.GEMINI.ask(sim, "echo", "hi", false, extra).body();
            assertFalse(body.contains("thought"), body);
        }
    }

    @Test
    void aFunctionCallCarriesTheSignatureItself() throws Exception {
        String extra = THOUGHTS + Dialects.GEMINI.tools();
        JsonNode whole = Dialects.GEMINI.ask(sim, "tools", "w?", false, extra).json();
        JsonNode call = parts(whole).path(1);
        assertTrue(call.has("functionCall") && call.has("thoughtSignature"), whole.toString());
        List<Received> events =
                Dialects.GEMINI.ask(sim, "tools", "w?", true, extra).events();
        JsonNode streamed = parts(events.get(events.size() - 2).json()).path(0);
        assertEquals(call, streamed);
        assertFalse(parts(events.getLast().json()).path(0).has("thoughtSignature"));
    }

    @Test
    void onlyTheLastEventOfAStreamTellsTheReasonAndTheWholeUsage() throws Exception {
        List<Received> events =
                Dialects.GEMINI.ask(sim, "echo", "one two", true, "").events();
        for (Received event : events.subList(0, events.size() - 1)) {
            assertFalse(event.json().path("candidates").path(0).has("finishReason"));
            assertFalse(event.json().path("usageMetadata").has("candidatesTokenCount"));
        }
        JsonNode last = events.getLast().json();
        assertEquals(
                "STOP", last.path("candidates").path(0).path("finishReason").stringValue(""));
        assertTrue(last.path("usageMetadata").path("candidatesTokenCount").asLong(0) > 0);
    }

    @Test
    void aStreamsLineEndsAreGooglesAndItsEventsHaveNoName() throws Exception {
        String body = Dialects.GEMINI.ask(sim, "echo", "hi", true, "").body();
        assertTrue(body.endsWith("}\r\n\r\n"), body);
        assertFalse(body.contains("event:"));
    }

    @Test
    void severalCandidatesEndTogether() throws Exception {
        String two = ",'generationConfig':{'candidateCount':2}";
        assertEquals(
                2,
                Dialects.GEMINI
                        .ask(sim, "echo", "hi", false, two)
                        .json()
                        .path("candidates")
                        .size());
        JsonNode last = Dialects.GEMINI
                .ask(sim, "echo", "hi", true, two)
                .events()
                .getLast()
                .json();
        assertEquals(2, last.path("candidates").size());
    }

    @Test
    void aFunctionResponseIsAnsweredInText() throws Exception {
        String body = Sim.quotes("{'contents':[{'role':'user','parts':[{'text':'w?'}]},"
                + "{'role':'model','parts':[{'functionCall':{'name':'weather','args':{}}}]},"
                + "{'role':'user','parts':[{'functionResponse':{'name':'weather','response':{'output':'rain'}}}]}]"
                + Dialects.GEMINI.tools() + "}");
        JsonNode json = sim.post("/v1beta/models/tools:generateContent", body).json();
        assertEquals(
                "The tool answered: {\"output\":\"rain\"}",
                Dialects.GEMINI.whole(json).text());
    }

    @Test
    void countedTokensAreTheOnesThatAreReported() throws Exception {
        String contents = Dialects.GEMINI.body("echo", "How many are these?", false, "");
        long reported = sim.post("/v1beta/models/echo:generateContent", contents)
                .json()
                .path("usageMetadata")
                .path("promptTokenCount")
                .asLong(0);
        for (String body : List.of(contents, "{\"generateContentRequest\":" + contents + "}")) {
            assertEquals(
                    reported,
                    sim.post("/v1beta/models/echo:countTokens", body)
                            .json()
                            .path("totalTokens")
                            .asLong(-1));
        }
    }

    @Test
    void aCachedPromptIsPartOfThePrompt() throws Exception {
        String text = "words ".repeat(1_000);
        JsonNode first =
                Dialects.GEMINI.ask(sim, "echo", text, false, "").json().path("usageMetadata");
        JsonNode second =
                Dialects.GEMINI.ask(sim, "echo", text, false, "").json().path("usageMetadata");
        assertFalse(first.has("cachedContentTokenCount"), first.toString());
        assertEquals(first.path("promptTokenCount"), second.path("promptTokenCount"));
        assertEquals(
                second.path("promptTokenCount").asLong(0),
                second.path("cachedContentTokenCount").asLong(-1));
    }

    @Test
    void anErrorOfAnArrayStreamStandsInAnArray() throws Exception {
        String body = Dialects.GEMINI.body("echo", "hi", true, "");
        Answered refused = sim.post("/v1beta/models/flaky:429:streamGenerateContent", body);
        assertEquals(
                "RESOURCE_EXHAUSTED",
                refused.json().path(0).path("error").path("status").stringValue(""));
    }
}
