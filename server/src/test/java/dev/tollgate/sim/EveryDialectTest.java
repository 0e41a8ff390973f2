package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.sim.Dialects.Spoken;
import dev.tollgate.sim.Sim.Answered;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What holds for every model in every dialect, whole and streamed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryDialectTest {

    private static final String TEXT = "Grüße aus \uD83D\uDE80 Łódź, 3 < 4 & \\\\ done";

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

    @ParameterizedTest
    @EnumSource
    void echoSaysTheUsersTextWholeAndStreamed(Dialects dialect) throws Exception {
        String said = TEXT.replace("\\\\", "\\");
        Spoken whole = dialect.speak(sim, "echo", TEXT, false, "");
        Spoken streamed = dialect.speak(sim, "echo", TEXT, true, "");
        assertEquals(said, whole.text());
        assertEquals(whole, streamed);
        assertTrue(whole.input() > 0 && whole.output() > 0, whole.toString());
    }

    @ParameterizedTest
    @EnumSource
    void aModelOfAnyOtherNameEchoes(Dialects dialect) throws Exception {
        assertEquals(
                "hello",
                dialect.speak(sim, "some-real-model-4", "hello", false, "").text());
    }

    @ParameterizedTest
    @EnumSource
    void storyIsStreamedInAsManyEventsAsAsked(Dialects dialect) throws Exception {
        String[] controls = {"x-sim-events", "7", "x-sim-duration-ms", "0"};
        Spoken whole = dialect.speak(sim, "story:10s", "tell", false, "", controls);
        Answered stream = dialect.ask(sim, "story:10s", "tell", true, "", controls);
        assertEquals(whole.text(), dialect.streamed(stream).text());
        assertTrue(whole.text().length() > 30, whole.text());
        long deltas = stream.events().stream()
                .filter(event -> !event.data().equals("[DONE]") && textOf(dialect, event.json()))
                .count();
        assertEquals(7, deltas);
    }

    private static boolean textOf(Dialects dialect, JsonNode event) {
        return switch (dialect) {
            case ANTHROPIC -> !event.path("delta").path("text").stringValue("").isEmpty();
            case CHAT ->
                !event.path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .stringValue("")
                        .isEmpty();
            case RESPONSES -> event.path("type").stringValue("").equals("response.output_text.delta");
            case GEMINI -> !dialect.whole(event).text().isEmpty();
        };
    }

    @ParameterizedTest
    @EnumSource
    void toolsCallsTheOfferedToolWithArgumentsOfItsSchema(Dialects dialect) throws Exception {
        Spoken whole = dialect.speak(sim, "tools", "weather?", false, dialect.tools());
        Spoken streamed = dialect.speak(sim, "tools", "weather?", true, dialect.tools());
        assertEquals("weather", whole.tool());
        assertEquals("weather", streamed.tool());
        JsonNode arguments = Sim.json(whole.arguments());
        assertEquals(arguments, Sim.json(streamed.arguments()));
        String city = arguments.path("city").stringValue("");
        assertTrue(city.equals("Paris") || city.equals("Rome"), city);
        long days = arguments.path("days").longValue(0);
        assertTrue(days >= 2 && days <= 5, "days " + days);
        assertEquals(whole.output(), streamed.output());
    }

    @ParameterizedTest
    @EnumSource
    void toolsWithoutToolsSaysSo(Dialects dialect) throws Exception {
        assertTrue(dialect.speak(sim, "tools", "weather?", false, "").text().startsWith("No tool"));
    }

    @ParameterizedTest
    @EnumSource
    void equalRequestsGetEqualBytesAndOthersDoNot(Dialects dialect) throws Exception {
        for (boolean stream : new boolean[] {false, true}) {
            String[] quick = {"x-sim-duration-ms", "0"};
            String first = dialect.ask(sim, "story", "a", stream, "", quick).body();
            assertEquals(
                    first, dialect.ask(sim, "story", "a", stream, "", quick).body());
            assertNotEquals(
                    first, dialect.ask(sim, "story", "b", stream, "", quick).body());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSeedByHeaderReplacesTheOneFromTheContent(Dialects dialect) throws Exception {
        String[] seeded = {"x-sim-duration-ms", "0", "x-sim-seed", "s1"};
        String[] other = {"x-sim-duration-ms", "0", "x-sim-seed", "s2"};
        String first = dialect.speak(sim, "story", "a", false, "", seeded).text();
        assertEquals(
                first,
                dialect.speak(sim, "story", "quite another", false, "", seeded).text());
        assertNotEquals(
                first, dialect.speak(sim, "story", "a", false, "", other).text());
    }

    @ParameterizedTest
    @EnumSource
    void usageCanBeForced(Dialects dialect) throws Exception {
        for (boolean stream : new boolean[] {false, true}) {
            Spoken spoken = dialect.speak(
                    sim, "echo", "hi", stream, "", "x-sim-input-tokens", "1234567", "x-sim-output-tokens", "0");
            assertEquals(1_234_567, spoken.input());
            assertEquals(0, spoken.output());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWrongControlIsRefusedAndNotIgnored(Dialects dialect) throws Exception {
        Answered number = dialect.ask(sim, "echo", "hi", false, "", "x-sim-events", "many");
        assertEquals(400, number.status());
        assertTrue(number.body().contains("x-sim-events"), number.body());
        assertEquals(
                400,
                dialect.ask(sim, "echo", "hi", false, "", "x-sim-fault", "explode")
                        .status());
        assertEquals(404, dialect.ask(sim, "story:soon", "hi", false, "").status());
        assertEquals(404, dialect.ask(sim, "flaky:explode", "hi", false, "").status());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoJsonObjectIsRefused(Dialects dialect) throws Exception {
        for (String body : new String[] {"", "{", "[]", "{} {}", "{\"contents\":1}"}) {
            assertEquals(400, sim.post(dialect.path("echo", false), body).status(), body);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOutputLimitIsKept(Dialects dialect) throws Exception {
        String limit = switch (dialect) {
            case ANTHROPIC -> ""; // the body below has it
            case CHAT -> ",'max_completion_tokens':5";
            case RESPONSES -> ",'max_output_tokens':5";
            case GEMINI -> ",'generationConfig':{'maxOutputTokens':5}";
        };
        String text = "a text that is longer than five tokens";
        for (boolean stream : new boolean[] {false, true}) {
            String body = dialect.body("echo", text, stream, limit).replace("4096", "5");
            Answered answer = sim.post(dialect.path("echo", stream), body);
            Spoken spoken = stream ? dialect.streamed(answer) : dialect.whole(answer.json());
            assertEquals(5, spoken.output());
            assertEquals("a text that is longe", spoken.text());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamEndsAsItsDialectEnds(Dialects dialect) throws Exception {
        assertTrue(dialect.complete(dialect.ask(sim, "echo", "hi", true, "")));
        assertFalse(dialect.complete(dialect.ask(sim, "flaky:cut", "one two three", true, "")));
    }
}
