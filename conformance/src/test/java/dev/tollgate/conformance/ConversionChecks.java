package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.conformance.SdkClient.Ending;
import dev.tollgate.conformance.SdkClient.Setup;
import dev.tollgate.conformance.SdkClient.Talk;
import dev.tollgate.conformance.SdkClient.Told;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What each feature must look like to a client, whoever answers. */
final class ConversionChecks {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TEXT = "Grüezi from a client that speaks its own dialect";
    /** The simulated provider counts an image as so many tokens, so that one that got lost is missed. */
    private static final long IMAGE_TOKENS = 1_600;

    private static final byte[] PNG = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    enum Verdict {
        PASS("pass"),
        REPORTED("not expressible: reported");

        final String words;

        Verdict(String words) {
            this.words = words;
        }
    }

    /** A feature, and what holds of it for a client on a provider. */
    enum Feature {
        PLAIN("Plain", "The text comes back whole, with an end and with usage."),
        STREAM("Stream", "The same in pieces, put together by the SDK's own accumulator where it has one."),
        TOOLS("Tools", "A tool of two typed arguments is called, and its result answered."),
        STREAM_TOOLS("Stream and tools", "The same, streamed: the arguments come in pieces."),
        VISION("Vision", "A base64 PNG beside the text reaches the provider, which bills it."),
        THINKING(
                "Thinking", "The provider thinks more than unasked, and the client sees thoughts, whole and streamed."),
        STRUCTURED("Structured output", "A JSON Schema for the answer is kept to, whole and streamed."),
        ERROR("Error", "The provider's 400, 429 and 500 are the SDK's own exceptions for them."),
        CUT("Cut stream", "A stream that breaks off, by a reset or a clean end, never looks finished.");

        final String title;
        final String meaning;

        Feature(String title, String meaning) {
            this.title = title;
            this.meaning = meaning;
        }
    }

    private final GateProcess gate;

    ConversionChecks(GateProcess gate) {
        this.gate = gate;
    }

    Verdict check(Feature feature, SdkClient sdk, String provider) throws Exception {
        switch (feature) {
            case PLAIN -> plain(sdk, provider, false);
            case STREAM -> plain(sdk, provider, true);
            case TOOLS -> tools(sdk.talk(Setup.of(provider + "/tools").withTool()));
            case STREAM_TOOLS ->
                tools(sdk.talk(Setup.of(provider + "/tools").withTool().streamed(true)));
            case VISION -> vision(sdk, provider);
            case THINKING -> {
                return thinking(sdk, provider);
            }
            case STRUCTURED -> structured(sdk, provider);
            case ERROR -> error(sdk, provider);
            case CUT -> cut(sdk, provider);
        }
        return Verdict.PASS;
    }

    private static void plain(SdkClient sdk, String provider, boolean stream) {
        Told told = sdk.talk(Setup.of(provider + "/echo").streamed(stream)).ask(TEXT);
        said(told);
        assertEquals("", told.dropped(), "nothing is lost");
    }

    private static void said(Told told) {
        assertTrue(told.text().contains(TEXT), told.text());
        assertEquals(Ending.FINISHED, told.ending());
        metered(told);
    }

    private static void metered(Told told) {
        assertTrue(told.inputTokens() > 0, "input tokens: " + told.inputTokens());
        assertTrue(told.outputTokens() > 0, "output tokens: " + told.outputTokens());
    }

    static void tools(Talk talk) {
        Told call = talk.ask("How is the weather in Bern?");
        assertEquals(SdkClient.TOOL, call.tool());
        assertEquals(Ending.TOOL_CALL, call.ending());
        stay(call.arguments());
        metered(call);
        Told told = talk.answer("Föhn, 24 degrees");
        assertEquals(Ending.FINISHED, told.ending());
        assertTrue(!told.text().isBlank() && told.tool() == null, "words, not a further call");
        metered(told);
    }

    /** The schema's own shape. */
    private static void stay(String json) {
        JsonNode value = JSON.readTree(json);
        assertTrue(value.path("city").isString() && value.path("days").isNumber(), json);
    }

    private static void vision(SdkClient sdk, String provider) {
        for (boolean stream : List.of(false, true)) {
            Told told = sdk.talk(Setup.of(provider + "/echo").streamed(stream)).show(TEXT, PNG);
            said(told);
            assertTrue(told.inputTokens() >= IMAGE_TOKENS, "the image arrived: " + told.inputTokens());
            assertEquals("", told.dropped(), "nothing is lost");
        }
    }

    private Verdict thinking(SdkClient sdk, String provider) throws Exception {
        // OpenAI's models are told by their names to reason; the simulated provider echoes under every name.
        String thinker = provider + (provider.equals("openai") ? "/gpt-5" : "/echo");
        long unasked = sdk.talk(Setup.of(thinker)).ask(TEXT).outputTokens();
        Verdict verdict = Verdict.PASS;
        for (boolean stream : List.of(false, true)) {
            Talk talk = sdk.talk(Setup.of(thinker).withThinking().streamed(stream));
            Told told = talk.ask(TEXT);
            said(told);
            boolean thought = told.outputTokens() > unasked;
            // Of Chat Completions' own, thoughts are counted and never shown.
            if (!thought || (told.thoughts().isEmpty() && !(sdk instanceof ChatSdk))) {
                reported(told);
                verdict = Verdict.REPORTED;
            }
            said(talk.ask(TEXT)); // with the thoughts in its history
        }
        return verdict;
    }

    /** That the answer's header and the call's story name a field of thinking as lost. */
    private void reported(Told told) throws Exception {
        if (!told.requestId().isEmpty()) { // Google's SDK shows no headers of streams
            String changes = gate.manage("GET", "/calls/" + told.requestId(), "")
                    .get("changes")
                    .toString();
            for (String field : told.dropped().split(", ", -1)) {
                assertTrue(
                        changes.contains("\"field\":\"" + field + "\",\"change\":\"dropped: "),
                        field + " in " + changes);
            }
            assertTrue(told.dropped().matches("(?s).*([Tt]hinking|reasoning|[Tt]houghts).*"), told.dropped() + changes);
        }
    }

    private static void structured(SdkClient sdk, String provider) {
        for (boolean stream : List.of(false, true)) {
            Told told = sdk.talk(Setup.of(provider + "/echo").withSchema().streamed(stream))
                    .ask("Where to, and for how long?");
            stay(told.text());
            assertEquals(Ending.FINISHED, told.ending());
            metered(told);
        }
    }

    private static void error(SdkClient sdk, String provider) {
        for (int status : List.of(400, 500)) {
            for (boolean stream : List.of(false, true)) {
                refused(sdk, Setup.of(provider + "/flaky:" + status).streamed(stream), status);
            }
        }
        refused(sdk, Setup.of(provider + "/flaky:429"), 429);
        rested(sdk, provider);
    }

    private static void refused(SdkClient sdk, Setup setup, int status) {
        Talk talk = sdk.talk(setup);
        RuntimeException refusal = assertThrows(sdk.refusal(status), () -> talk.ask(TEXT));
        assertTrue(!Objects.requireNonNullElse(refusal.getMessage(), "").isBlank(), "it says why");
    }

    /** After a 429 the gate leaves a credential alone for as long as the provider said. */
    private static void rested(SdkClient sdk, String provider) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            try {
                said(sdk.talk(Setup.of(provider + "/echo")).ask(TEXT));
                return;
            } catch (RuntimeException resting) {
                if (!sdk.refusal(429).isInstance(resting) || System.nanoTime() > deadline) {
                    throw resting;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    private static void cut(SdkClient sdk, String provider) {
        for (String fault : List.of("cut", "reset", "error-event")) {
            try {
                Told told = sdk.talk(Setup.of(provider + "/flaky:" + fault).streamed(true))
                        .ask(TEXT);
                assertTrue(
                        told.ending() == Ending.NONE || told.ending() == Ending.FAILED, fault + ": " + told.ending());
                assertNotEquals(TEXT, told.text(), "it was cut");
            } catch (RuntimeException expected) {
                assertTrue(
                        expected.getClass()
                                .getPackageName()
                                .matches("(com\\.(anthropic|openai|google\\.genai)\\.errors|java\\.lang)"),
                        expected.toString());
            }
        }
    }
}
