package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Requests, answers and event sequences made of all that Responses can say, in the form in which it is read back. */
@NullUnmarked // the compiler does not see that nested types may be null in class files
final class ResponsesGenerated {
    private static final List<String> TEXTS = List.of(
            "Hi",
            "two\nlines",
            "\"quoted\" \\ back",
            "Zürich 🌤 — ok",
            "\u0001\t",
            "{\"a\":[1,2]}",
            "data: x\n\n",
            "Error: no");

    private final Random random;
    private int ids;

    ResponsesGenerated(Random random) {
        this.random = random;
    }

    private <T> @Nullable T maybe(Supplier<T> some) {
        return random.nextBoolean() ? some.get() : null;
    }

    private <T> @Nullable Said<T> said(Supplier<T> some) {
        return random.nextBoolean() ? new Said<>(Path.ROOT, some.get()) : null;
    }

    @SafeVarargs
    private <T> T one(T... of) {
        return of[random.nextInt(of.length)];
    }

    private <T> List<T> some(int least, int most, Supplier<T> of) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(least, most + 1); i > 0; i--) {
            list.add(of.get());
        }
        return list;
    }

    private String id(String prefix) {
        return prefix + ids++;
    }

    private Json.Text text() {
        return Json.Text.of(TEXTS.get(random.nextInt(TEXTS.size())) + random.nextInt(100));
    }

    private Json.Obj object() {
        String name = "'p" + random.nextInt(9) + "'";
        return (Json.Obj) Kit.json("{'type':'object','properties':{" + name + ":{'type':'string'}},'required':[" + name
                + "],'additionalProperties':false}");
    }

    Request request() {
        List<Tool> tools = some(0, 4, this::tool);
        List<Part> instructions = random.nextBoolean() ? List.of(Part.Text.of(Path.ROOT, text())) : List.of();
        boolean off = random.nextInt(4) == 0;
        Thinking thinking = new Thinking(
                off ? new Said<>(Path.ROOT, new Thinking.Mode.Off()) : null,
                off ? null : said(() -> one(Thinking.Effort.MINIMAL, Thinking.Effort.LOW, Thinking.Effort.MAX)),
                said(() -> one(Thinking.Display.AUTO, Thinking.Display.CONCISE, Thinking.Display.DETAILED)),
                random.nextBoolean());
        Request.Sampling sampling = new Request.Sampling(
                said(() -> Json.Num.of(random.nextInt(3))),
                said(() -> (Json.Num) Kit.json("0.50")),
                null,
                null,
                null,
                null);
        Request.Output output = new Request.Output(
                said(() -> 16L + random.nextInt(5000)),
                null,
                null,
                said(this::format),
                said(() -> one("low", "medium", "high")),
                said(() -> random.nextInt(5)),
                null);
        Request.Context context = new Request.Context(
                said(() -> id("user-")),
                said(() -> (Json.Obj) Kit.json("{'team':'blue'}")),
                said(() -> one("auto", "default", "flex", "priority")),
                new Said<>(Path.ROOT, random.nextBoolean()),
                said(() -> id("resp_")),
                said(() -> id("key-")),
                null,
                null);
        return new Request(
                Kit.MODEL,
                instructions,
                turns(),
                new Request.Tools(tools, choice(tools), said(random::nextBoolean)),
                sampling,
                output,
                thinking,
                context,
                null,
                random.nextBoolean(),
                true,
                List.of());
    }

    private OutputFormat format() {
        return switch (random.nextInt(3)) {
            case 0 -> new OutputFormat.Text();
            case 1 -> new OutputFormat.JsonObject();
            default ->
                new OutputFormat.JsonSchema(
                        id("schema"), maybe(this::text), object(), false, said(random::nextBoolean));
        };
    }

    private Tool tool() {
        return switch (random.nextInt(4)) {
            case 0 -> new Tool.Custom(Path.ROOT, null, id("custom"), maybe(this::text), said(this::object));
            case 1 ->
                new Tool.BuiltIn(
                        Path.ROOT,
                        Protocol.RESPONSES,
                        "web_search",
                        Tool.BuiltIn.Ability.WEB_SEARCH,
                        Kit.json("{'type':'web_search','search_context_size':'low'}"));
            default ->
                new Tool.Function(
                        Path.ROOT,
                        null,
                        id("function"),
                        maybe(this::text),
                        object(),
                        false,
                        new Said<>(Path.ROOT, random.nextBoolean()),
                        null);
        };
    }

    private @Nullable Said<ToolChoice> choice(List<Tool> tools) {
        List<String> names = new ArrayList<>();
        for (Tool tool : tools) {
            switch (tool) {
                case Tool.Function of -> names.add(of.name());
                case Tool.Custom of -> names.add(of.name());
                case Tool.BuiltIn _ -> {}
            }
        }
        if (names.isEmpty()) {
            return null;
        }
        return said(() -> one(
                new ToolChoice.Auto(),
                new ToolChoice.None(),
                new ToolChoice.Required(),
                new ToolChoice.Named(names.getFirst()),
                new ToolChoice.Allowed(names, random.nextBoolean())));
    }

    private List<Turn> turns() {
        List<Turn> turns = new ArrayList<>();
        List<Part.ToolCall> open = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            List<Part> user = new ArrayList<>();
            for (Part.ToolCall call : open) {
                user.add(new Part.ToolResult(Path.ROOT, call.id(), null, resultContent(), null, null, null));
            }
            user.addAll(some(1, 3, this::input));
            turns.add(new Turn(Path.ROOT, Turn.Role.USER, user));
            if (random.nextInt(3) == 0) {
                turns.add(new Turn(Path.ROOT, Turn.Role.SYSTEM, some(1, 2, this::input)));
            }
            List<Part> assistant = some(1, 4, () -> output(false));
            turns.add(new Turn(Path.ROOT, Turn.Role.ASSISTANT, assistant));
            open.clear();
            assistant.forEach(part -> {
                if (part instanceof Part.ToolCall call) {
                    open.add(call);
                }
            });
        }
        return turns;
    }

    private List<Part> resultContent() {
        return random.nextBoolean()
                ? List.of(Part.Text.of(Path.ROOT, text()))
                : List.of(Part.Text.of(Path.ROOT, text()), image());
    }

    private Part input() {
        return switch (random.nextInt(4)) {
            case 0 -> image();
            case 1 -> document();
            default -> new Part.Text(Path.ROOT, text(), List.of(), maybe(ResponsesGenerated::cache), null);
        };
    }

    private static CacheHint cache() {
        return new CacheHint(Path.ROOT, CacheHint.Ttl.UNSAID);
    }

    private Part image() {
        boolean base64 = random.nextBoolean();
        Part.Source source = base64
                ? new Part.Source.Base64(Json.Text.of("iVBORw0KGgo="))
                : one(
                        new Part.Source.Url(Json.Text.of("https://example.org/a.png")),
                        new Part.Source.FileId(Protocol.RESPONSES, id("file-")));
        return new Part.Media(
                Path.ROOT,
                Part.Media.Kind.IMAGE,
                base64 ? one("image/png", "image/jpeg") : null,
                source,
                null,
                said(() -> one("low", "high", "auto")),
                null,
                null,
                maybe(ResponsesGenerated::cache),
                null);
    }

    private Part document() {
        boolean base64 = random.nextBoolean();
        return new Part.Media(
                Path.ROOT,
                Part.Media.Kind.DOCUMENT,
                base64 ? "application/pdf" : null,
                base64
                        ? new Part.Source.Base64(Json.Text.of("JVBERi0="))
                        : new Part.Source.Url(Json.Text.of("https://example.org/a.pdf")),
                base64 ? new Said<>(Path.ROOT, Json.Text.of(text().string() + ".pdf")) : null,
                null,
                null,
                null,
                maybe(ResponsesGenerated::cache),
                null);
    }

    /** What the assistant says; of an answer also what a client gets from other providers. */
    private Part output(boolean answer) {
        return switch (random.nextInt(6)) {
            case 0 -> new Part.Refusal(Path.ROOT, text());
            case 1 -> reasoning(answer);
            case 2 -> call(answer);
            case 3 ->
                answer
                        ? reasoning(true)
                        : new Part.Opaque(
                                Path.ROOT,
                                Protocol.RESPONSES,
                                "web_search_call",
                                Kit.json("{'type':'web_search_call','id':'ws_1'}"),
                                Extra.Weight.HINT);
            default -> new Part.Text(Path.ROOT, text(), some(0, 2, this::citation), null, null);
        };
    }

    private Citation citation() {
        int start = random.nextInt(5);
        Json.Obj raw = (Json.Obj) Kit.json("{'type':'url_citation','start_index':" + start
                + ",'end_index':7,'url':'https://example.org','title':'T'}");
        return new Citation(
                Path.ROOT,
                Json.Text.of("https://example.org"),
                Json.Text.of("T"),
                null,
                start,
                7,
                Protocol.RESPONSES,
                raw);
    }

    private Part call(boolean answer) {
        Signature signature = answer ? maybe(() -> new Signature(Protocol.GENERATE_CONTENT, null, "CpcD")) : null;
        ToolInput input = random.nextBoolean() ? new ToolInput.Free(text()) : new ToolInput.Encoded(text());
        String namespace = answer ? maybe(() -> "mcp__files") : null;
        return new Part.ToolCall(Path.ROOT, id("call_"), namespace, id("tool"), input, null, signature);
    }

    private Part reasoning(boolean answer) {
        boolean foreign = answer && random.nextBoolean();
        Signature signature = new Signature(
                foreign ? Protocol.MESSAGES : Protocol.RESPONSES, foreign ? null : id("rs_"), "gAAA" + id("x") + "==");
        return switch (random.nextInt(3)) {
            case 0 -> new Part.Reasoning(Path.ROOT, true, List.of(), signature, true);
            case 1 -> new Part.Reasoning(Path.ROOT, true, List.of(), signature, !foreign);
            default -> new Part.Reasoning(Path.ROOT, random.nextBoolean(), some(1, 3, this::text), signature, false);
        };
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
