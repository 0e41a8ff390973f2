package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import org.jspecify.annotations.Nullable;

/** Events that outlive the piece of the stream that they were read from. */
final class Kept {
    private Kept() {}

    static Event of(Event event) {
        return switch (event) {
            case Event.TextDelta(int choice, int part, Json.Text text, var logprobs) ->
                new Event.TextDelta(choice, part, text(text), logprobs);
            case Event.ReasoningDelta(int choice, int part, int paragraph, Json.Text text) ->
                new Event.ReasoningDelta(choice, part, paragraph, text(text));
            case Event.InputDelta(int choice, int part, Json.Text text) ->
                new Event.InputDelta(choice, part, text(text));
            case Event.CitationAdded(int choice, int part, Citation of) ->
                new Event.CitationAdded(
                        choice,
                        part,
                        new Citation(
                                of.at(),
                                orNull(of.url()),
                                orNull(of.title()),
                                orNull(of.citedText()),
                                of.start(),
                                of.end(),
                                of.home(),
                                of.raw().detached()));
            case Event.PartStarted(int choice, int part, Event.Opening.Whole(Part.Opaque of)) ->
                new Event.PartStarted(
                        choice,
                        part,
                        new Event.Opening.Whole(new Part.Opaque(
                                of.at(), of.home(), of.type(), of.raw().detached(), of.weight())));
            case Event.ChoiceEnded(int choice, var stop) ->
                new Event.ChoiceEnded(
                        choice, new Stop(stop.reason(), stop.raw(), stop.sequence(), orNull(stop.explanation())));
            default -> event;
        };
    }

    private static Json.Text text(Json.Text text) {
        return (Json.Text) text.detached();
    }

    private static Json.@Nullable Text orNull(Json.@Nullable Text text) {
        return text == null ? null : text(text);
    }
}
