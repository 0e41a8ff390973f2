package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.sim.Sim.Answered;
import dev.tollgate.sim.Sim.Received;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsTest {

    private static final String WORDS = "one two three four five six";

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

    private static String errorOf(Dialects dialect, Answered answer) {
        JsonNode error = answer.json().path("error");
        return switch (dialect) {
            case ANTHROPIC, CHAT, RESPONSES -> error.path("type").stringValue("");
            case GEMINI -> error.path("status").stringValue("");
        };
    }

    @ParameterizedTest
    @EnumSource
    void aStatusIsAnsweredInTheVendorsShape(Dialects dialect) throws Exception {
        List<String> expected = switch (dialect) {
            case ANTHROPIC -> List.of("authentication_error", "rate_limit_error", "api_error", "overloaded_error");
            case CHAT, RESPONSES -> List.of("invalid_request_error", "requests", "server_error", "server_error");
            case GEMINI -> List.of("UNAUTHENTICATED", "RESOURCE_EXHAUSTED", "INTERNAL", "UNAVAILABLE");
        };
        List<Integer> statuses = List.of(401, 429, 500, 529);
        for (int i = 0; i < statuses.size(); i++) {
            for (boolean stream : new boolean[] {false, true}) {
                int status = statuses.get(i);
                Answered byModel = dialect.ask(sim, "flaky:" + status, WORDS, stream, "");
                assertEquals(status, byModel.status());
                String body = byModel.body();
                assertEquals(expected.get(i), errorOf(dialect, byModel), body);
                Answered byHeader = dialect.ask(sim, "echo", WORDS, stream, "", "x-sim-fault", "" + status);
                assertEquals(status, byHeader.status());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyA429SaysWhenToComeBack(Dialects dialect) throws Exception {
        assertEquals("1", dialect.ask(sim, "flaky:429", WORDS, false, "").header("retry-after"));
        Answered later = dialect.ask(sim, "flaky:429", WORDS, false, "", "x-sim-retry-after", "17");
        assertEquals("17", later.header("retry-after"));
        Answered never = dialect.ask(sim, "flaky:429", WORDS, false, "", "x-sim-retry-after", "none");
        assertEquals("", never.header("retry-after"));
        assertEquals("", dialect.ask(sim, "flaky:500", WORDS, false, "").header("retry-after"));
        switch (dialect) {
            case ANTHROPIC -> assertEquals("0", later.header("anthropic-ratelimit-requests-remaining"));
            case CHAT, RESPONSES -> assertEquals("0", later.header("x-ratelimit-remaining-requests"));
            case GEMINI -> {
                assertTrue(later.body().contains("\"retryDelay\":\"17s\""), later.body());
                assertFalse(never.body().contains("retryDelay"), never.body());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFirstCallsOfASeedAndCallerFailAndThenTheySucceed(Dialects dialect) throws Exception {
        String[] one = {"authorization", "Bearer sk-caller-one", "x-sim-seed", "times-" + dialect};
        String[] two = {"authorization", "Bearer sk-caller-two", "x-sim-seed", "times-" + dialect};
        int[] expected = {429, 429, 200, 200};
        for (int status : expected) {
            assertEquals(
                    status,
                    dialect.ask(sim, "flaky:429x2", WORDS, false, "", one).status());
        }
        for (int status : expected) {
            assertEquals(
                    status,
                    dialect.ask(sim, "flaky:429x2", WORDS, true, "", two).status());
        }
        assertEquals(
                429, dialect.ask(sim, "flaky:429x2", "other words", false, "").status());
    }

    @ParameterizedTest
    @EnumSource
    void aRevokedKeyIsRefusedEverywhere(Dialects dialect) throws Exception {
        for (String header : List.of("authorization", "x-api-key", "x-goog-api-key")) {
            String value = header.equals("authorization") ? "Bearer sk-revoked-1" : "sk-revoked-1";
            Answered refused = dialect.ask(sim, "echo", WORDS, false, "", header, value);
            assertEquals(401, refused.status());
            assertFalse(refused.body().contains("sk-revoked"), refused.body());
        }
    }

    @Test
    void aRevokedKeyInTheQueryIsRefused() throws Exception {
        String body = Dialects.GEMINI.body("echo", "hi", false, "");
        assertEquals(
                401,
                sim.post("/v1beta/models/echo:generateContent?key=AIza-revoked", body)
                        .status());
        assertEquals(401, sim.get("/v1beta/models?key=AIza-revoked").status());
    }

    @Test
    void anUnknownKeyIsA400AtGeminiAlone() throws Exception {
        Answered gemini = Dialects.GEMINI.ask(sim, "flaky:invalid-key", "hi", false, "");
        assertEquals(400, gemini.status());
        assertTrue(gemini.body().contains("API_KEY_INVALID"), gemini.body());
        assertEquals(
                401,
                Dialects.ANTHROPIC
                        .ask(sim, "flaky:invalid-key", "hi", false, "")
                        .status());
    }

    @ParameterizedTest
    @EnumSource
    void aResetInTheMiddleBreaksTheAnswer(Dialects dialect) {
        assertThrows(IOException.class, () -> dialect.ask(sim, "flaky:reset", WORDS, true, ""));
        assertThrows(IOException.class, () -> dialect.ask(sim, "flaky:reset", WORDS, false, ""));
    }

    @ParameterizedTest
    @EnumSource
    void aResetBeforeTheAnswerBreaksTheCall(Dialects dialect) {
        assertThrows(IOException.class, () -> dialect.ask(sim, "flaky:connect-reset", WORDS, true, ""));
        assertThrows(IOException.class, () -> dialect.ask(sim, "flaky:connect-reset", WORDS, false, ""));
    }

    @ParameterizedTest
    @EnumSource
    void aCutStreamEndsInOrderWithHalfOfItsText(Dialects dialect) throws Exception {
        Answered cut = dialect.ask(sim, "flaky:cut", WORDS, true, "");
        assertEquals(200, cut.status());
        assertEquals("one two three ", dialect.streamed(cut).text());
        assertFalse(dialect.complete(cut));
    }

    @ParameterizedTest
    @EnumSource
    void aFaultStrikesAfterAsManyEventsAsAsked(Dialects dialect) throws Exception {
        Answered early = dialect.ask(sim, "flaky:cut", WORDS, true, "", "x-sim-fault-after", "1");
        assertEquals("one ", dialect.streamed(early).text());
        Answered late = dialect.ask(sim, "flaky:cut", WORDS, true, "", "x-sim-fault-after", "1000");
        assertEquals(WORDS, dialect.streamed(late).text());
        assertFalse(dialect.complete(late));
    }

    @ParameterizedTest
    @EnumSource
    void aMalformedEventIsOneAndTheStreamGoesOn(Dialects dialect) throws Exception {
        Answered stream = dialect.ask(sim, "flaky:malformed", WORDS, true, "");
        int malformed = 0;
        for (Received event : stream.events()) {
            if (!event.data().equals("[DONE]")) {
                malformed += isJson(event.data()) ? 0 : 1;
            }
        }
        assertEquals(1, malformed);
        assertTrue(dialect.complete(stream));
        Answered whole = dialect.ask(sim, "flaky:malformed", WORDS, false, "");
        assertEquals(200, whole.status());
        assertFalse(isJson(whole.body()), whole.body());
    }

    private static boolean isJson(String text) {
        try {
            Sim.json(text);
            return true;
        } catch (JacksonException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anErrorEventComesInTheMiddleAndIsTheLast(Dialects dialect) throws Exception {
        Answered stream = dialect.ask(sim, "flaky:error-event", WORDS, true, "");
        assertEquals(200, stream.status());
        Received last = stream.events().getLast();
        switch (dialect) {
            case ANTHROPIC -> {
                assertEquals("error", last.name());
                assertEquals(
                        "overloaded_error",
                        last.json().path("error").path("type").stringValue(""));
            }
            case CHAT ->
                assertEquals(
                        "server_error", last.json().path("error").path("type").stringValue(""));
            case RESPONSES -> {
                assertEquals("response.failed", last.name());
                assertEquals(
                        "failed", last.json().path("response").path("status").stringValue(""));
            }
            case GEMINI ->
                assertEquals(503, last.json().path("error").path("code").asInt(0));
        }
        assertEquals(
                500, dialect.ask(sim, "flaky:error-event", WORDS, false, "").status());
    }

    @ParameterizedTest
    @EnumSource
    void negativeUsageIsReportedNegative(Dialects dialect) throws Exception {
        for (boolean stream : new boolean[] {false, true}) {
            var spoken = dialect.speak(sim, "flaky:negative-usage", WORDS, stream, "");
            assertTrue(spoken.input() < 0 && spoken.output() < 0, spoken.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void noUsageIsAbsentAndNotZero(Dialects dialect) throws Exception {
        for (boolean stream : new boolean[] {false, true}) {
            Answered answer = dialect.ask(sim, "flaky:no-usage", WORDS, stream, "");
            assertEquals(200, answer.status());
            for (String field : List.of("put_tokens\":", "prompt_tokens", "completion_tokens", "TokenCount")) {
                String body = answer.body().replace("max_output_tokens", "");
                assertFalse(body.contains(field), body);
            }
            assertEquals(WORDS, (stream ? dialect.streamed(answer) : dialect.whole(answer.json())).text());
        }
    }

    @Test
    void faultsStrikeTheEndpointsThatDoNotGenerateToo() throws Exception {
        String messages = Dialects.ANTHROPIC.body("flaky:529", "hi", false, "");
        assertEquals(529, sim.post("/v1/messages/count_tokens", messages).status());
        assertEquals(
                429,
                sim.post("/v1/embeddings", "{\"model\":\"flaky:429\",\"input\":\"a\"}")
                        .status());
        assertThrows(
                IOException.class,
                () -> sim.post("/v1/embeddings", "{\"model\":\"echo\",\"input\":\"a\"}", "x-sim-fault", "reset"));
    }
}
