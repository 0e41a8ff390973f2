package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.List;

/** Tells a part that is whole already as the events of one that streams. */
final class PartEvents {
    private PartEvents() {}

    /**
     * As choice 0.
     *
     * @param logprobs of a text
     */
    static void emit(Part part, int number, List<Answer.TokenLogprob> logprobs, EventSink sink) {
        sink.accept(new Event.PartStarted(0, number, opening(part)));
        switch (part) {
            case Part.Text text -> {
                if (!text.text().isEmpty() || !logprobs.isEmpty()) {
                    sink.accept(new Event.TextDelta(0, number, text.text(), logprobs));
                }
                text.citations().forEach(one -> sink.accept(new Event.CitationAdded(0, number, one)));
            }
            case Part.Refusal refusal -> sink.accept(new Event.RefusalDelta(0, number, refusal.text()));
            case Part.ToolCall call -> {
                Json.Text input = call.input().asText();
                if (!input.isEmpty()) {
                    sink.accept(new Event.InputDelta(0, number, input));
                }
            }
            case Part.Reasoning reasoning -> {
                for (int i = 0; i < reasoning.paragraphs().size(); i++) {
                    sink.accept(new Event.ReasoningDelta(
                            0, number, i, reasoning.paragraphs().get(i)));
                }
                if (reasoning.signature() != null) {
                    sink.accept(new Event.SignatureDelta(0, number, reasoning.signature()));
                }
            }
            case Part.Media _, Part.SearchResult _, Part.ToolResult _, Part.Opaque _ -> {}
        }
        sink.accept(new Event.PartEnded(0, number));
    }

    private static Opening opening(Part part) {
        return switch (part) {
            case Part.Text _ -> new Opening.Text();
            case Part.Refusal _ -> new Opening.Refusal();
            case Part.Reasoning of -> new Opening.Reasoning(of.summary(), of.redacted());
            case Part.ToolCall of ->
                new Opening.ToolCall(of.id(), of.namespace(), of.name(), of.input() instanceof ToolInput.Free);
            case Part.Media _, Part.SearchResult _, Part.ToolResult _, Part.Opaque _ -> new Opening.Whole(part);
        };
    }
}
