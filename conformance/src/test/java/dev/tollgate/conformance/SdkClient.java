package dev.tollgate.conformance;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A vendor's own SDK, unmodified. What its parser made of an answer is told in words common to all of them. */
interface SdkClient {
    /** The tool that is offered, and the answer's schema where one is asked for. */
    String TOOL = "get_weather";

    Map<String, Object> SCHEMA = Map.of(
            "type",
            "object",
            "properties",
            Map.of("city", Map.of("type", "string"), "days", Map.of("type", "integer")),
            "required",
            new String[] {"city", "days"},
            "additionalProperties",
            false);

    /** How the answer says that it ended. */
    enum Ending {
        FINISHED,
        TOOL_CALL,
        OTHER,
        /** The answer itself says that it failed. */
        FAILED,
        /** Not at all: the answer is not whole. */
        NONE
    }

    /** What is the same in all requests of a conversation. */
    record Setup(String model, boolean stream, boolean tool, boolean thinking, boolean structured) {
        static Setup of(String model) {
            return new Setup(model, false, false, false, false);
        }

        Setup streamed(boolean on) {
            return new Setup(model, on, tool, thinking, structured);
        }

        Setup withTool() {
            return new Setup(model, stream, true, thinking, structured);
        }

        Setup withThinking() {
            return new Setup(model, stream, tool, true, structured);
        }

        Setup withSchema() {
            return new Setup(model, stream, tool, thinking, true);
        }
    }

    /**
     * What an SDK made of an answer.
     *
     * @param arguments of the call, as JSON
     * @param outputTokens with those of thinking
     * @param requestId of the gate, to ask it for the call's story
     */
    record Told(
            String text,
            @Nullable String tool,
            String arguments,
            Ending ending,
            long inputTokens,
            long outputTokens,
            String thoughts,
            String requestId,
            String dropped) {}

    /** A conversation that remembers what was said, as an agent does. Refusals are the SDK's own exceptions. */
    interface Talk {
        Told ask(String text);

        Told show(String text, byte[] png);

        /** Answers the last tool call. */
        Told answer(String result);
    }

    Talk talk(Setup setup);

    /** The exception by which this SDK's users know an answer of that status. */
    Class<? extends RuntimeException> refusal(int status);
}
