package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of an answer that comes as a stream.
 *
 * <ol>
 *   <li>{@link Started} comes first, once; only {@link Failed} may come without it.
 *   <li>{@link Ended} or {@link Failed} comes last, once; nothing follows. A stream that was cut has no end: its reader says {@link
 *       Failed}.
 *   <li>Within a choice at most one part is open. Parts count 0, 1, 2 …; each ends before the next starts. Choices may interleave.
 *   <li>Deltas are of the open part and of its kind.
 *   <li>{@link ChoiceEnded} comes once per choice that has started, when its last part has ended; nothing of the choice follows.
 *   <li>{@link Ended} comes after every choice has ended, and after at least one has.
 *   <li>{@link UsageReported} figures are cumulative; the last counts. {@link Ping} may come anywhere after the start.
 *   <li>The tool-argument deltas of a part, joined, are the tool's input; none at all mean an empty object.
 * </ol>
 *
 * {@link EventRules} checks them. JSON in an event is a slice of the piece being read and is good until the sink returns.
 */
public sealed interface Event {
    /**
     * The answer begins.
     *
     * @param usage what is known at the start; Anthropic's clients expect the input's
     */
    record Started(
            String id,
            @Nullable String model,
            long createdEpochSecond,
            @Nullable Usage usage) implements Event {}

    record PartStarted(int choice, int part, Opening opening) implements Event {}

    record TextDelta(int choice, int part, Json.Text text, List<Answer.TokenLogprob> logprobs) implements Event {}

    /**
     * More of a reasoning part.
     *
     * @param paragraph counts 0, 1, 2 … within the part
     */
    record ReasoningDelta(int choice, int part, int paragraph, Json.Text text) implements Event {}

    record RefusalDelta(int choice, int part, Json.Text text) implements Event {}

    /**
     * More of a tool's input.
     *
     * @param fragment of the input's JSON, or of the free text: the content of a JSON text, as on each wire but Gemini's
     */
    record InputDelta(int choice, int part, Json.Text fragment) implements Event {}

    /** The whole signature of a reasoning, text or tool-call part; at most once per part. */
    record SignatureDelta(int choice, int part, Signature signature) implements Event {}

    /** To an open text part. */
    record CitationAdded(int choice, int part, Citation citation) implements Event {}

    record PartEnded(int choice, int part) implements Event {}

    record ChoiceEnded(int choice, Stop stop) implements Event {}

    record UsageReported(Usage usage) implements Event {}

    record Ping() implements Event {}

    /**
     * The answer has failed, or was cut.
     *
     * @param message for people, without secrets
     */
    record Failed(ErrorKind kind, String message) implements Event {}

    record Ended() implements Event {}

    /** What a part is, as far as its start tells. */
    sealed interface Opening {
        record Text() implements Opening {}

        record Reasoning(boolean summary, boolean redacted) implements Opening {}

        record Refusal() implements Opening {}

        /**
         * A tool's call; its input follows.
         *
         * @param free whether the input is free text: OpenAI's custom tools
         */
        record ToolCall(String id, @Nullable String namespace, String name, boolean free) implements Opening {}

        /** A part that comes whole: media, or a provider's own. It has no deltas. */
        record Whole(Part part) implements Opening {}
    }
}
