package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part whose deltas are coming in. */
final class StreamedPart {
    enum Kind {
        TEXT,
        REFUSAL,
        SUMMARY,
        THOUGHTS,
        CALL;

        /** Whether it is a content of a message, and no item. */
        boolean inMessage() {
            return this == TEXT || this == REFUSAL;
        }
    }

    final long output;
    final long content;
    final Kind kind;
    private final Told told;
    private boolean any;
    private int citations;
    private long paragraphIndex = -1;
    private int paragraph = -1;

    StreamedPart(long output, long content, Kind kind, Told told) {
        this.output = output;
        this.content = content;
        this.kind = kind;
        this.told = told;
    }

    boolean is(long inOutput, long inContent, Kind ofKind) {
        return output == inOutput && content == inContent && kind == ofKind;
    }

    void start(Opening opening, EventSink sink) {
        sink.accept(new Event.PartStarted(0, told.part(), opening));
    }

    void delta(Json.Obj event, Json.Text text, EventSink sink) {
        any = true;
        int part = told.part();
        switch (kind) {
            case TEXT -> sink.accept(new Event.TextDelta(0, part, text, logprobs(event)));
            case REFUSAL -> sink.accept(new Event.RefusalDelta(0, part, text));
            case CALL -> sink.accept(new Event.InputDelta(0, part, text));
            case SUMMARY, THOUGHTS -> {
                long index = OutputEvents.index(event, kind == Kind.SUMMARY ? "summary_index" : "content_index");
                if (index != paragraphIndex) {
                    paragraphIndex = index;
                    paragraph++;
                }
                sink.accept(new Event.ReasoningDelta(0, part, paragraph, text));
            }
        }
    }

    /** The whole text, which counts where no delta has come. */
    void whole(Json.Obj event, @Nullable Json value, EventSink sink) {
        if (!any && value instanceof Json.Text text && !text.isEmpty()) {
            delta(event, text, sink);
        }
    }

    void citation(@Nullable Json annotation, EventSink sink) {
        Reading reading = new Reading();
        var at = Told.OUTPUT.member("content").member("annotations").element(citations++);
        ContentReader.citation(at, annotation == null ? Json.Null.NULL : annotation, reading)
                .ifPresent(of -> sink.accept(new Event.CitationAdded(0, told.part(), of)));
        told.check(reading);
    }

    /** What the whole content of a message has and its events had not. */
    void finishContent(@Nullable Json value, EventSink sink) {
        if (!(value instanceof Json.Obj whole)) {
            return;
        }
        whole(whole, whole.get(kind == Kind.REFUSAL ? "refusal" : "text"), sink);
        if (kind == Kind.TEXT && whole.get("annotations") instanceof Json.Arr annotations) {
            while (citations < annotations.items().size()) {
                citation(annotations.items().get(citations), sink);
            }
        }
    }

    /** What the whole item has and its events had not. */
    void finish(Json.Obj item, EventSink sink) {
        switch (kind) {
            case TEXT, REFUSAL -> {
                if (item.get("content") instanceof Json.Arr contents
                        && content < contents.items().size()) {
                    finishContent(contents.items().get((int) content), sink);
                }
            }
            case CALL -> whole(item, item.get(item.get("input") == null ? "arguments" : "input"), sink);
            case SUMMARY, THOUGHTS -> {
                if (item.get("encrypted_content") instanceof Json.Text encrypted && !encrypted.isEmpty()) {
                    String id = item.get("id") instanceof Json.Text text ? text.string() : null;
                    sink.accept(new Event.SignatureDelta(0, told.part(), ItemReader.signature(id, encrypted.string())));
                }
            }
        }
    }

    private List<Answer.TokenLogprob> logprobs(Json.Obj event) {
        if (!(event.get("logprobs") instanceof Json.Arr array) || array.items().isEmpty()) {
            return List.of();
        }
        Reading reading = new Reading();
        List<Answer.TokenLogprob> tokens =
                ContentReader.logprobs(Told.OUTPUT.member("content").member("logprobs"), array, reading);
        told.check(reading);
        return tokens;
    }
}
