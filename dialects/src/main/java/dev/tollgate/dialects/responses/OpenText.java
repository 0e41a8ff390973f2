package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A content part of a message: text, or the words of a refusal. Annotations follow when the text is whole, as they point into it. */
final class OpenText implements OpenPart {
    private final EventOut events;
    private final Exchange exchange;
    private final int outputIndex;
    private final String itemId;
    private final int contentIndex;
    private final boolean refusal;
    private final Collected text = new Collected();
    private final JsonBytes logprobs = new JsonBytes(16).beginArray();
    private final List<Citation> citations = new ArrayList<>();

    OpenText(EventOut events, Exchange exchange, int outputIndex, String itemId, int contentIndex, boolean refusal) {
        this.events = events;
        this.exchange = exchange;
        this.outputIndex = outputIndex;
        this.itemId = itemId;
        this.contentIndex = contentIndex;
        this.refusal = refusal;
    }

    @Override
    public int size() {
        return text.size()
                + logprobs.length()
                + citations.stream().mapToInt(one -> one.raw().size()).sum();
    }

    void start(JsonBytes out) {
        begin(out, "response.content_part.added");
        events.end(out, "part", content(Json.Text.EMPTY, List.of(), ItemWriter.logprobs(List.of())));
    }

    void delta(JsonBytes out, Json.Text delta, List<Answer.TokenLogprob> tokens) {
        text.append(delta);
        begin(out, refusal ? "response.refusal.delta" : "response.output_text.delta")
                .field("delta", delta);
        if (!refusal) {
            ItemWriter.logprobs(tokens, logprobs);
            out.name("logprobs").beginArray();
            ItemWriter.logprobs(tokens, out);
            out.endArray();
        }
        events.end(out);
    }

    void cite(Citation of) {
        citations.add(new Citation(
                of.at(),
                detached(of.url()),
                detached(of.title()),
                null,
                of.start(),
                of.end(),
                of.home(),
                of.raw().detached()));
    }

    private static Json.@Nullable Text detached(Json.@Nullable Text text) {
        return text == null ? null : (Json.Text) text.detached();
    }

    /** Ends the part, which is returned whole. */
    byte[] end(JsonBytes out) {
        Json.Text whole = text.text();
        byte[] tokens = logprobs.endArray().toBytes();
        byte[] content = content(whole, citations, tokens);
        annotations(out, whole);
        begin(out, refusal ? "response.refusal.done" : "response.output_text.done");
        if (refusal) {
            out.field("refusal", whole);
            events.end(out);
        } else {
            out.field("text", whole);
            events.end(out, "logprobs", tokens);
        }
        begin(out, "response.content_part.done");
        events.end(out, "part", content);
        return content;
    }

    private void annotations(JsonBytes out, Json.Text whole) {
        int index = 0;
        for (Citation citation : citations) {
            JsonBytes annotation = new JsonBytes();
            if (Citations.write(citation, whole, annotation)) {
                begin(out, "response.output_text.annotation.added").field("annotation_index", index++);
                events.end(out, "annotation", annotation.toBytes());
            }
        }
    }

    private JsonBytes begin(JsonBytes out, String type) {
        return events.begin(out, type, outputIndex, itemId).field("content_index", contentIndex);
    }

    private byte[] content(Json.Text whole, List<Citation> cited, byte[] tokens) {
        return refusal ? ItemWriter.refusal(whole) : ItemWriter.text(whole, cited, tokens, exchange.losses());
    }
}
