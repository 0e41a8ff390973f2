package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reasoning item: paragraphs of a summary, or of the thoughts themselves. */
final class OpenReasoning implements OpenPart {
    private final EventOut events;
    private final int outputIndex;
    private final String itemId;
    private final Opening.Reasoning opening;
    private final List<Json.Text> paragraphs = new ArrayList<>();
    private @Nullable Collected paragraph;
    private int number = -1;
    private int size;
    private @Nullable Signature signature;

    OpenReasoning(EventOut events, Exchange exchange, int outputIndex, Opening.Reasoning opening) {
        this.events = events;
        this.outputIndex = outputIndex;
        this.opening = opening;
        this.itemId = exchange.mint().id("rs_");
    }

    @Override
    public int size() {
        return size + (paragraph == null ? 0 : paragraph.size());
    }

    void start(JsonBytes out) {
        byte[] item = ItemWriter.reasoning(itemId, "in_progress", true, List.of(), null);
        events.item(out, "response.output_item.added", outputIndex, item);
    }

    void delta(JsonBytes out, int paragraphNumber, Json.Text text) {
        Collected current = paragraph;
        if (current == null || paragraphNumber != number) {
            endParagraph(out);
            number = paragraphNumber;
            current = new Collected();
            paragraph = current;
            begin(out, opening.summary() ? "response.reasoning_summary_part.added" : "response.content_part.added");
            events.end(out, "part", part(Json.Text.EMPTY));
        }
        current.append(text);
        begin(out, opening.summary() ? "response.reasoning_summary_text.delta" : "response.reasoning_text.delta")
                .field("delta", text);
        events.end(out);
    }

    void sign(Signature with) {
        signature = with;
    }

    /** Ends the item, which is returned whole. */
    byte[] end(JsonBytes out) {
        endParagraph(out);
        byte[] item = ItemWriter.reasoning(
                itemId,
                ItemWriter.COMPLETED,
                opening.summary(),
                paragraphs,
                signature == null ? null : ItemWriter.encrypted(signature, opening.redacted()));
        events.item(out, "response.output_item.done", outputIndex, item);
        return item;
    }

    private void endParagraph(JsonBytes out) {
        if (paragraph == null) {
            return;
        }
        size += paragraph.size();
        Json.Text whole = paragraph.text();
        paragraph = null;
        begin(out, opening.summary() ? "response.reasoning_summary_text.done" : "response.reasoning_text.done")
                .field("text", whole);
        events.end(out);
        begin(out, opening.summary() ? "response.reasoning_summary_part.done" : "response.content_part.done");
        events.end(out, "part", part(whole));
        paragraphs.add(whole);
    }

    private JsonBytes begin(JsonBytes out, String type) {
        return events.begin(out, type, outputIndex, itemId)
                .field(opening.summary() ? "summary_index" : "content_index", paragraphs.size());
    }

    private byte[] part(Json.Text text) {
        return new JsonBytes(text.size() + 64)
                .beginObject()
                .field("type", opening.summary() ? "summary_text" : "reasoning_text")
                .field("text", text)
                .endObject()
                .toBytes();
    }
}
