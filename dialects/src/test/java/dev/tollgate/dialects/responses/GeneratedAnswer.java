package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullUnmarked;

/** Answers and sequences of events made of all that Responses can say. */
@NullUnmarked // the compiler does not see that nested types may be null in class files
final class GeneratedAnswer extends GeneratedParts {
    GeneratedAnswer(RandomGenerator random) {
        super(random);
    }

    Answer answer() {
        List<Part> parts = some(0, 5, () -> output(true));
        boolean text = parts.stream().anyMatch(Part.Text.class::isInstance);
        Answer.Choice choice =
                new Answer.Choice(0, parts, stop(parts), text ? some(0, 2, () -> token(true)) : List.of());
        return new Answer(
                id("resp_"),
                Kit.MODEL,
                1_700_000_000L + random.nextInt(1000),
                List.of(choice),
                maybe(this::usage),
                maybe(() -> one("default", "flex")),
                List.of());
    }

    private Usage usage() {
        int output = random.nextInt(500);
        return new Usage(
                random.nextInt(500),
                random.nextInt(3) * 128L,
                random.nextInt(3) * 64L,
                0,
                output,
                random.nextInt(output + 1),
                0);
    }

    private Stop stop(List<Part> parts) {
        boolean called = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
        boolean refused = parts.stream().anyMatch(Part.Refusal.class::isInstance);
        return switch (random.nextInt(4)) {
            case 0 -> Stop.of(Stop.Reason.MAX_TOKENS, "max_output_tokens");
            case 1 -> refused ? Words.stop(null, called, true) : Stop.of(Stop.Reason.REFUSED, "content_filter");
            default -> Words.stop(null, called, refused);
        };
    }

    private Answer.TokenLogprob token(boolean withTop) {
        return new Answer.TokenLogprob(
                text(),
                (Json.Num) Kit.json("-0." + random.nextInt(1, 99)),
                maybe(() -> (Json.Arr) Kit.json("[72,105]")),
                withTop ? some(0, 2, () -> token(false)) : List.of());
    }

    /** A stream of one choice, from start to end. */
    List<Event> events() {
        List<Event> events = new ArrayList<>();
        events.add(new Event.Started(id("resp_"), Kit.MODEL, 1_700_000_000, null));
        List<Part> kinds = new ArrayList<>();
        for (int part = 0, count = random.nextInt(5); part < count; part++) {
            part(part, events, kinds);
            if (random.nextInt(4) == 0) {
                events.add(new Event.Ping());
            }
        }
        if (random.nextBoolean()) {
            events.add(new Event.UsageReported(usage()));
        }
        events.add(new Event.ChoiceEnded(0, stop(kinds)));
        events.add(new Event.Ended());
        return events;
    }

    private void part(int part, List<Event> events, List<Part> kinds) {
        int deltas = random.nextInt(1, 4);
        switch (random.nextInt(5)) {
            case 0 -> {
                events.add(new Event.PartStarted(0, part, new Event.Opening.Refusal()));
                repeat(deltas, () -> events.add(new Event.RefusalDelta(0, part, text())));
                kinds.add(new Part.Refusal(Path.ROOT, Json.Text.EMPTY));
            }
            case 1 -> {
                boolean free = random.nextBoolean();
                String namespace = maybe(() -> "mcp__files");
                String id = id("call_");
                events.add(new Event.PartStarted(0, part, new Event.Opening.ToolCall(id, namespace, id("tool"), free)));
                repeat(deltas, () -> events.add(new Event.InputDelta(0, part, text())));
                kinds.add(new Part.ToolCall(Path.ROOT, id, null, "t", new ToolInput.Free(Json.Text.EMPTY), null, null));
            }
            case 2 -> {
                boolean redacted = random.nextBoolean();
                boolean summary = redacted || random.nextBoolean();
                events.add(new Event.PartStarted(0, part, new Event.Opening.Reasoning(summary, redacted)));
                for (int i = 0; !redacted && i < deltas; i++) {
                    int paragraph = i;
                    repeat(
                            random.nextInt(1, 3),
                            () -> events.add(new Event.ReasoningDelta(0, part, paragraph, text())));
                }
                if (redacted || random.nextBoolean()) {
                    events.add(
                            new Event.SignatureDelta(0, part, new Signature(Protocol.MESSAGES, null, "Eq" + id("s"))));
                }
            }
            default -> {
                events.add(new Event.PartStarted(0, part, new Event.Opening.Text()));
                repeat(
                        deltas - 1,
                        () -> events.add(new Event.TextDelta(0, part, text(), some(0, 2, () -> token(true)))));
                repeat(random.nextInt(2), () -> events.add(new Event.CitationAdded(0, part, citation())));
            }
        }
        events.add(new Event.PartEnded(0, part));
    }

    private static void repeat(int times, Runnable what) {
        for (int i = 0; i < times; i++) {
            what.run();
        }
    }
}
