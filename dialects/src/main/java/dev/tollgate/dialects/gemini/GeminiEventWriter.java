package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.EventWriter;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chunks of a streamed answer as server-sent events. A {@code functionCall} is written whole when its part ends; {@code
 * finishReason}, which is what makes an answer look finished, and the usage stand in the last chunk.
 */
final class GeminiEventWriter implements EventWriter {
    private static final class Choice {
        final Grounding grounding;
        final WrittenPart part = new WrittenPart();

        @Nullable
        Stop stop;

        Choice(Losses losses) {
            grounding = new Grounding(losses);
        }
    }

    private final Exchange exchange;
    private final Losses losses;
    private final TreeMap<Integer, Choice> choices = new TreeMap<>();
    private String id = "";
    private @Nullable Usage usage;
    private boolean over;

    GeminiEventWriter(Exchange exchange) {
        this.exchange = exchange;
        this.losses = exchange.losses();
    }

    @Override
    public void write(Event event, JsonBytes out) {
        if (over) {
            return;
        }
        switch (event) {
            case Event.Started of -> {
                id = of.id();
                usage = of.usage();
            }
            case Event.PartStarted(int index, int _, Event.Opening opening) -> {
                choice(index).part.begin(opening);
                if (opening instanceof Event.Opening.Whole(Part whole)) {
                    whole(index, whole, out);
                }
            }
            case Event.TextDelta(int index, int _, Json.Text text, var logprobs) -> {
                choice(index).part.count(text);
                text(index, text, false, null, logprobs, out);
            }
            case Event.RefusalDelta(int index, int _, Json.Text text) -> text(index, text, false, null, List.of(), out);
            case Event.ReasoningDelta(int index, int _, int paragraph, Json.Text text) -> {
                boolean next = choice(index).part.entersParagraph(paragraph);
                text(
                        index,
                        next ? Texts.joined(List.of(Json.Text.EMPTY, text), "\n\n") : text,
                        true,
                        null,
                        List.of(),
                        out);
            }
            case Event.InputDelta(int index, int _, Json.Text fragment) -> {
                if (!choice(index).part.input(fragment)) {
                    over = true;
                    error(ErrorKind.BAD_GATEWAY, "The provider's arguments of a tool's call are too long.", out);
                }
            }
            case Event.SignatureDelta(int index, int _, Signature signature) -> signature(index, signature, out);
            case Event.CitationAdded(int index, int _, var citation) -> {
                Choice choice = choice(index);
                boolean placed = choice.part.countsBytes(citation.start()) && choice.part.countsBytes(citation.end());
                choice.grounding.keep(citation, placed ? citation.start() : -1, placed ? citation.end() : -1);
            }
            case Event.PartEnded(int index, int _) -> ended(index, out);
            case Event.ChoiceEnded(int index, Stop stop) -> choice(index).stop = StreamedCandidate.kept(stop);
            case Event.UsageReported(Usage figures) -> usage = figures;
            case Event.Ping _ -> ping(out);
            case Event.Failed(ErrorKind kind, String message) -> {
                over = true;
                error(kind, message, out);
            }
            case Event.Ended _ -> {
                over = true;
                last(out);
            }
        }
    }

    private Choice choice(int index) {
        return choices.computeIfAbsent(index, _ -> new Choice(losses));
    }

    private void error(ErrorKind kind, String message, JsonBytes out) {
        out.outside(ErrorBodies.event(Operation.STREAM_GENERATE_CONTENT, kind, message, exchange.requestId()));
    }

    private void begin(JsonBytes out) {
        out.beginEvent().beginObject().name("candidates").beginArray();
        out.beginObject().name("content").beginObject().name("parts").beginArray();
    }

    private void end(int index, List<Answer.TokenLogprob> logprobs, JsonBytes out) {
        out.endArray().field("role", "model").endObject().field("index", index);
        Logprobs.write(logprobs, out, losses);
        out.endObject().endArray();
        of(out);
    }

    private void of(JsonBytes out) {
        out.field("modelVersion", exchange.model()).field("responseId", id);
        out.endObject().endEvent();
    }

    private void text(
            int index,
            Json.Text text,
            boolean thought,
            @Nullable String signature,
            List<Answer.TokenLogprob> logprobs,
            JsonBytes out) {
        begin(out);
        PartForms.text(out, text, thought, signature);
        end(index, logprobs, out);
    }

    private void whole(int index, Part part, JsonBytes out) {
        begin(out);
        AnswerParts.write(part, out, losses);
        end(index, List.of(), out);
    }

    private void signature(int index, Signature signature, JsonBytes out) {
        WrittenPart part = choice(index).part;
        String slot = Objects.requireNonNull(Signatures.slot(signature));
        switch (part.opening()) {
            case Event.Opening.Reasoning thought ->
                text(index, Json.Text.EMPTY, !thought.redacted(), slot, List.of(), out);
            case Event.Opening.ToolCall _ -> part.sign(slot);
            case Event.Opening.Text _, Event.Opening.Refusal _, Event.Opening.Whole _ ->
                text(index, Json.Text.EMPTY, false, slot, List.of(), out);
            case null -> {}
        }
    }

    private void ended(int index, JsonBytes out) {
        WrittenPart part = choice(index).part;
        if (part.opening() instanceof Event.Opening.ToolCall call) {
            begin(out);
            PartForms.call(out, call.id(), call.name(), part.args(losses), part.signature());
            end(index, List.of(), out);
        }
    }

    /** A chunk that says nothing: Google's client for Go gives up at a comment line. */
    private void ping(JsonBytes out) {
        out.beginEvent().beginObject();
        of(out);
    }

    private void last(JsonBytes out) {
        out.beginEvent().beginObject().name("candidates").beginArray();
        choices.forEach((index, choice) -> {
            out.beginObject().name("content").beginObject().name("parts").beginArray();
            PartForms.text(out, Json.Text.EMPTY, false, null);
            out.endArray().field("role", "model").endObject();
            Stop stop = choice.stop == null ? Stop.of(Stop.Reason.END, "") : choice.stop;
            out.field("finishReason", Stops.write(stop, losses));
            if (stop.explanation() != null) {
                out.field("finishMessage", stop.explanation());
            }
            out.field("index", index);
            choice.grounding.write(out);
            out.endObject();
        });
        out.endArray();
        if (usage != null) {
            UsageFields.write(usage, out, losses);
        }
        of(out);
    }
}
