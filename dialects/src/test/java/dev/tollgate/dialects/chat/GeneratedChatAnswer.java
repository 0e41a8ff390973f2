package dev.tollgate.dialects.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Answers, whole and as events, that Chat Completions can say without loss. */
final class GeneratedChatAnswer extends GeneratedChatParts {
    GeneratedChatAnswer(RandomGenerator random) {
        super(random);
    }

    private Usage usage() {
        long output = random.nextLong(0, 1000);
        return new Usage(
                random.nextLong(0, 1000),
                random.nextLong(0, 1000),
                random.nextLong(0, 1000),
                0,
                output,
                random.nextLong(0, output + 1),
                0);
    }

    private Answer.TokenLogprob logprob(int depth) {
        return ChatKit.tokenLogprob(
                text(),
                number(),
                maybe(() -> (Json.Arr) ChatKit.json("[1,2]")),
                depth == 0 ? List.of() : some(0, 2, () -> logprob(depth - 1)));
    }

    private Stop stop(boolean called, boolean refused) {
        if (called) {
            return Stop.of(Stop.Reason.TOOL_CALLS, "tool_calls");
        }
        if (refused) {
            return Stop.of(Stop.Reason.REFUSED, "stop");
        }
        return one(
                Stop.of(Stop.Reason.END, "stop"),
                Stop.of(Stop.Reason.MAX_TOKENS, "length"),
                Stop.of(Stop.Reason.REFUSED, "content_filter"));
    }

    Answer answer() {
        List<Answer.Choice> choices = new ArrayList<>();
        int count = random.nextInt(1, 4);
        for (int i = 0; i < count; i++) {
            choices.add(choice(i));
        }
        return new Answer(
                "chatcmpl-" + name(),
                ChatKit.MODEL,
                random.nextLong(0, 2_000_000_000),
                choices,
                maybe(this::usage),
                maybe(() -> one("default", "flex")),
                List.of());
    }

    private Answer.Choice choice(int index) {
        List<Part> parts = new ArrayList<>();
        if (maybe()) {
            parts.add(new Part.Reasoning(AT, false, List.of(text()), null, false));
        }
        if (random.nextBoolean()) {
            parts.add(new Part.Text(AT, text(), some(0, 2, this::citation), null, null));
        }
        boolean refused = maybe() && parts.add(new Part.Refusal(AT, text()));
        List<Part.ToolCall> called = some(0, 2, this::call);
        parts.addAll(called);
        return new Answer.Choice(index, parts, stop(!called.isEmpty(), refused), some(0, 2, () -> logprob(1)));
    }

    private Citation citation() {
        Json.Text url = Json.Text.of("https://example.com/" + name());
        Json.Text title = text();
        int start = random.nextInt(10);
        int end = start + random.nextInt(10);
        byte[] raw = new JsonBytes()
                .beginObject()
                .field("type", "url_citation")
                .name("url_citation")
                .beginObject()
                .field("start_index", start)
                .field("end_index", end)
                .field("title", title)
                .field("url", url)
                .endObject()
                .endObject()
                .toBytes();
        Json object = ChatKit.json(new String(raw, UTF_8));
        return new Citation(AT, url, title, null, start, end, Protocol.CHAT_COMPLETIONS, object);
    }

    /** For {@link #events}: its built-in tool lets citations come. */
    Request asking() {
        return ChatKit.request(List.of(), new Request.Tools(List.of(SEARCH), null, null));
    }

    /** Choices interleave; neighbours of one kind would be one part, so there are none. */
    List<Event> events() {
        List<Event> events = new ArrayList<>();
        events.add(new Event.Started("chatcmpl-" + name(), ChatKit.MODEL, random.nextLong(0, 2_000_000_000), null));
        List<List<Event>> choices = new ArrayList<>();
        int count = random.nextInt(1, 4);
        for (int i = 0; i < count; i++) {
            choices.add(choiceEvents(i));
        }
        while (!choices.isEmpty()) {
            List<Event> next = choices.get(random.nextInt(choices.size()));
            events.add(next.removeFirst());
            if (next.isEmpty()) {
                choices.remove(next);
            }
            if (random.nextInt(20) == 0) {
                events.add(new Event.Ping());
            }
        }
        if (random.nextBoolean()) {
            events.add(new Event.UsageReported(usage()));
        }
        events.add(new Event.Ended());
        return events;
    }

    private List<Event> choiceEvents(int choice) {
        List<Event> events = new ArrayList<>();
        int part = 0;
        boolean called = false;
        boolean refused = false;
        if (maybe()) {
            events.add(new Event.PartStarted(choice, part, new Event.Opening.Reasoning(false, false)));
            int reasoning = part++;
            events.addAll(some(1, 3, () -> new Event.ReasoningDelta(choice, reasoning, 0, text())));
            events.add(new Event.PartEnded(choice, reasoning));
        }
        if (random.nextBoolean()) {
            events.add(new Event.PartStarted(choice, part, new Event.Opening.Text()));
            int said = part++;
            events.addAll(some(1, 3, () -> new Event.TextDelta(choice, said, text(), some(0, 1, () -> logprob(1)))));
            events.addAll(some(0, 1, () -> new Event.CitationAdded(choice, said, citation())));
            events.add(new Event.PartEnded(choice, said));
        }
        if (maybe()) {
            refused = true;
            events.add(new Event.PartStarted(choice, part, new Event.Opening.Refusal()));
            int refusal = part++;
            events.addAll(some(1, 2, () -> new Event.RefusalDelta(choice, refusal, text())));
            events.add(new Event.PartEnded(choice, refusal));
        }
        int count = random.nextInt(3);
        for (int i = 0; i < count; i++) {
            called = true;
            int call = part++;
            events.add(new Event.PartStarted(
                    choice, call, new Event.Opening.ToolCall("call_" + calls++, null, name(), random.nextBoolean())));
            Signature signature = signature();
            if (signature != null) {
                events.add(new Event.SignatureDelta(choice, call, signature));
            }
            events.addAll(some(1, 3, () -> new Event.InputDelta(choice, call, text())));
            events.add(new Event.PartEnded(choice, call));
        }
        events.add(new Event.ChoiceEnded(choice, stop(called, refused)));
        return events;
    }
}
