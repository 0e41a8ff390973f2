package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One candidate of a streamed answer: pieces of text become deltas of one part, until a piece of another kind or a signature. */
final class StreamedCandidate {
    private static final int MOST_CITED = 8 << 20;

    private final int index;
    private final Losses losses;
    /** The open text, where citations may follow; else null. */
    private final @Nullable StringBuilder text;

    private int part;
    private Event.@Nullable Opening open;
    private boolean signed;
    private boolean called;
    private @Nullable Stop stop;

    StreamedCandidate(int index, boolean mayCite, Losses losses) {
        this.index = index;
        this.losses = losses;
        this.text = mayCite ? new StringBuilder() : null;
    }

    static StreamedCandidate blocked(Stop stop, Losses losses) {
        StreamedCandidate blocked = new StreamedCandidate(0, false, losses);
        blocked.stop = kept(stop);
        return blocked;
    }

    boolean finished() {
        return stop != null;
    }

    void read(CandidateReader.Candidate candidate, EventSink sink) {
        List<Answer.TokenLogprob> logprobs = candidate.logprobs();
        for (Part piece : candidate.parts()) {
            boolean takes = piece instanceof Part.Text of && !of.text().isEmpty();
            read(piece, takes ? logprobs : List.of(), sink);
            logprobs = takes ? List.of() : logprobs;
        }
        if (!logprobs.isEmpty()) {
            losses.answer(Path.ROOT.member("candidates").element(index).member("logprobsResult"), "of no text");
        }
        for (CitationReader.Found found : candidate.grounding().found()) {
            if (!(open instanceof Event.Opening.Text)) {
                open(new Event.Opening.Text(), sink);
            }
            boolean known = text != null && text.length() < MOST_CITED && found.part() <= 0;
            Citation citation = known ? new CitedText(String.valueOf(text)).placed(found) : found.citation();
            sink.accept(new Event.CitationAdded(index, part, citation));
        }
        if (candidate.finish() != null) {
            stop = kept(Stops.read(candidate.finish(), candidate.message(), called));
        }
    }

    /** To be called when it is {@link #close}d. */
    void end(EventSink sink) {
        if (stop != null) {
            sink.accept(new Event.ChoiceEnded(index, stop));
        }
    }

    private void read(Part piece, List<Answer.TokenLogprob> logprobs, EventSink sink) {
        switch (piece) {
            case Part.Text of -> {
                boolean fits = open instanceof Event.Opening.Text && !signed;
                if (of.text().isEmpty() && of.signature() == null) {
                    return;
                }
                if (!fits) {
                    open(new Event.Opening.Text(), sink);
                }
                if (!of.text().isEmpty()) {
                    keep(of.text());
                    sink.accept(new Event.TextDelta(index, part, of.text(), logprobs));
                }
                sign(of.signature(), sink);
            }
            case Part.Reasoning thought -> {
                boolean fits =
                        open instanceof Event.Opening.Reasoning of && !signed && of.redacted() == thought.redacted();
                if (!fits) {
                    open(new Event.Opening.Reasoning(true, thought.redacted()), sink);
                }
                for (Json.Text paragraph : thought.paragraphs()) {
                    sink.accept(new Event.ReasoningDelta(index, part, 0, paragraph));
                }
                sign(thought.signature(), sink);
            }
            case Part.ToolCall call -> call(call, sink);
            default -> {
                open(new Event.Opening.Whole(piece), sink);
                close(sink);
            }
        }
    }

    private void call(Part.ToolCall call, EventSink sink) {
        called = true;
        boolean free = call.input() instanceof ToolInput.Free;
        open(new Event.Opening.ToolCall(call.id(), call.namespace(), call.name(), free), sink);
        boolean empty = call.input() instanceof ToolInput.Plain(Json.Obj args)
                && args.members().isEmpty();
        if (!empty) {
            sink.accept(new Event.InputDelta(index, part, call.input().asText()));
        }
        sign(call.signature(), sink);
        close(sink);
    }

    private void keep(Json.Text piece) {
        if (text != null && text.length() < MOST_CITED) {
            text.append(piece.string());
        }
    }

    private void open(Event.Opening opening, EventSink sink) {
        close(sink);
        open = opening;
        signed = false;
        if (text != null) {
            text.setLength(0);
        }
        sink.accept(new Event.PartStarted(index, part, opening));
    }

    void close(EventSink sink) {
        if (open != null) {
            open = null;
            sink.accept(new Event.PartEnded(index, part++));
        }
    }

    private void sign(@Nullable Signature signature, EventSink sink) {
        if (signature != null) {
            signed = true;
            sink.accept(new Event.SignatureDelta(index, part, signature));
        }
    }

    /** Beyond its chunk. */
    static Stop kept(Stop stop) {
        Json.Text explanation = stop.explanation();
        return new Stop(
                stop.reason(),
                stop.raw(),
                stop.sequence(),
                explanation == null ? null : (Json.Text) explanation.detached());
    }
}
