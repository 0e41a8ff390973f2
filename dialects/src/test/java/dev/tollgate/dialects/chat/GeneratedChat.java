package dev.tollgate.dialects.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
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
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Conversations that Chat Completions can say without loss; every path is the root. */
final class GeneratedChat {
    private static final Path AT = Path.ROOT;
    private static final String[] WORDS = {
        "a", " b", "Köln", "👋", "\"", "\\", "\n", "\t", "\u0001", "\u2028", "{\"x\":1}", "data: [DONE]", "\ud83d"
    };
    private static final Tool SEARCH = new Tool.BuiltIn(
            AT,
            Protocol.CHAT_COMPLETIONS,
            "web_search_options",
            Tool.BuiltIn.Ability.WEB_SEARCH,
            ChatKit.object("{\"search_context_size\":\"low\"}"));

    private final RandomGenerator random;
    private int calls;

    GeneratedChat(RandomGenerator random) {
        this.random = random;
    }

    private boolean maybe() {
        return random.nextInt(3) == 0;
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return maybe() ? value.get() : null;
    }

    private <T> @Nullable Said<T> said(Supplier<T> value) {
        return maybe() ? new Said<>(AT, value.get()) : null;
    }

    @SafeVarargs
    private <T> T one(T... of) {
        return of[random.nextInt(of.length)];
    }

    private <T> List<T> some(int least, int most, Supplier<T> value) {
        List<T> list = new ArrayList<>();
        int count = random.nextInt(least, most + 1);
        for (int i = 0; i < count; i++) {
            list.add(value.get());
        }
        return list;
    }

    private String string() {
        return String.join("", some(1, 5, () -> one(WORDS)));
    }

    private Json.Text text() {
        return Json.Text.of(string());
    }

    private Json.Text pdf() {
        return Json.Text.of(string() + ".pdf");
    }

    private String name() {
        return one("f", "g", "h") + random.nextInt(1000);
    }

    private Json.Num number() {
        return ChatKit.number(one("0", "1", "0.70", "-1.5", "1e-3", "2.0E+1"));
    }

    private Json.Obj object() {
        return ChatKit.object(one("{}", "{\"a\": [1, {\"b\":null}]}", "{\"type\":\"object\",\"x\":\"\\u00e9\\/\"}"));
    }

    /** One that may be strict. */
    private Json.Obj schema() {
        return ChatKit.object("{\"type\":\"object\",\"properties\":{\"\\u00e9\":{\"type\":\"string\"}},"
                + "\"required\":[\"\\u00e9\"],\"additionalProperties\":false}");
    }

    private Tool function() {
        boolean strict = random.nextBoolean();
        Json.Obj parameters = strict ? schema() : maybe(this::object);
        return new Tool.Function(AT, null, name(), maybe(this::text), parameters, false, said(() -> strict), null);
    }

    private @Nullable CacheHint cache() {
        return maybe(() -> new CacheHint(AT, CacheHint.Ttl.UNSAID));
    }

    Request request() {
        List<Tool> functions = functions();
        List<Tool> tools = new ArrayList<>(functions);
        if (maybe()) {
            tools.add(SEARCH);
        }
        return new Request(
                ChatKit.MODEL,
                some(0, 3, this::inputText),
                turns(),
                new Request.Tools(
                        tools,
                        functions.isEmpty() ? null : said(() -> choice(functions)),
                        functions.isEmpty() ? null : said(random::nextBoolean)),
                new Request.Sampling(
                        said(this::number),
                        said(this::number),
                        null,
                        said(this::number),
                        said(this::number),
                        said(this::number)),
                output(),
                thinking(),
                context(),
                null,
                random.nextBoolean(),
                true,
                List.of());
    }

    private List<Tool> functions() {
        return some(
                0,
                3,
                () -> random.nextBoolean()
                        ? function()
                        : new Tool.Custom(
                                AT,
                                null,
                                name(),
                                maybe(this::text),
                                said(
                                        () -> ChatKit.json(
                                                "{\"type\":\"grammar\",\"grammar\":{\"syntax\":\"regex\",\"definition\":\"a\"}}"))));
    }

    private ToolChoice choice(List<Tool> functions) {
        Tool any = functions.get(random.nextInt(functions.size()));
        String name = any instanceof Tool.Function function ? function.name() : ((Tool.Custom) any).name();
        return one(
                new ToolChoice.Auto(),
                new ToolChoice.None(),
                new ToolChoice.Required(),
                new ToolChoice.Named(name),
                new ToolChoice.Allowed(List.of(name), random.nextBoolean()));
    }

    private Part inputText() {
        return new Part.Text(AT, text(), List.of(), cache(), null);
    }

    private List<Turn> turns() {
        List<Turn> turns = new ArrayList<>();
        int count = random.nextInt(1, 6);
        for (int i = 0; i < count; i++) {
            turns.add(new Turn(AT, Turn.Role.USER, user()));
            if (maybe()) {
                turns.add(new Turn(AT, Turn.Role.SYSTEM, some(1, 2, this::inputText)));
            }
            turns.add(new Turn(AT, Turn.Role.ASSISTANT, assistant()));
        }
        return turns;
    }

    private List<Part> user() {
        List<Part> parts = new ArrayList<>();
        parts.addAll(some(0, 2, () -> ChatKit.toolResult("call_" + calls++, null, some(1, 2, this::inputText))));
        parts.addAll(some(parts.isEmpty() ? 1 : 0, 3, () -> maybe() ? media() : inputText()));
        return parts;
    }

    private Part media() {
        Part.Source bytes = new Part.Source.Base64(Json.Text.of("QUJD"));
        Part.Source url = new Part.Source.Url(Json.Text.of("https://example.com/a.png"));
        Part.Source file = new Part.Source.FileId(Protocol.CHAT_COMPLETIONS, "file-1");
        return switch (random.nextInt(5)) {
            case 0 -> media(Part.Media.Kind.IMAGE, "image/png", bytes, null, said(() -> one("auto", "low", "high")));
            case 1 -> media(Part.Media.Kind.IMAGE, null, url, null, said(() -> one("auto", "low", "high")));
            case 2 -> media(Part.Media.Kind.DOCUMENT, "application/pdf", bytes, new Said<>(AT, pdf()), null);
            case 3 -> media(Part.Media.Kind.DOCUMENT, null, file, said(this::text), null);
            default -> media(Part.Media.Kind.AUDIO, one("audio/wav", "audio/mpeg"), bytes, null, null);
        };
    }

    private Part media(
            Part.Media.Kind kind,
            @Nullable String type,
            Part.Source source,
            @Nullable Said<Json.Text> name,
            @Nullable Said<String> detail) {
        return new Part.Media(AT, kind, type, source, name, detail, null, null, cache(), null);
    }

    private List<Part> assistant() {
        List<Part> parts = new ArrayList<>(some(0, 2, this::inputText));
        if (maybe()) {
            parts.add(new Part.Refusal(AT, text()));
        }
        parts.addAll(some(parts.isEmpty() ? 1 : 0, 3, this::call));
        return parts;
    }

    private Part.ToolCall call() {
        ToolInput input = random.nextBoolean() ? new ToolInput.Encoded(text()) : new ToolInput.Free(text());
        return new Part.ToolCall(AT, "call_" + calls++, null, name(), input, null, signature());
    }

    private @Nullable Signature signature() {
        return maybe(() -> new Signature(Protocol.CHAT_COMPLETIONS, null, "QUJD"));
    }

    private Request.Output output() {
        return new Request.Output(
                said(() -> random.nextLong(1, 100_000)),
                said(() -> some(1, 4, this::string)),
                said(() -> random.nextInt(1, 5)),
                said(() -> one(
                        new OutputFormat.Text(),
                        new OutputFormat.JsonObject(),
                        new OutputFormat.JsonSchema(
                                name(), maybe(this::text), schema(), false, said(random::nextBoolean)))),
                said(() -> one("low", "medium", "high")),
                said(() -> random.nextInt(0, 21)),
                null);
    }

    private Thinking thinking() {
        return switch (random.nextInt(3)) {
            case 0 -> Thinking.UNSAID;
            case 1 -> new Thinking(new Said<>(AT, new Thinking.Mode.Off()), null, null, true);
            default -> {
                Thinking.Effort[] all = Thinking.Effort.values();
                yield new Thinking(null, new Said<>(AT, all[random.nextInt(1, all.length)]), null, true);
            }
        };
    }

    private Request.Context context() {
        Said<Boolean> store = said(random::nextBoolean);
        return new Request.Context(
                said(this::string),
                store != null && store.value() ? said(() -> ChatKit.object("{\"team\":\"é\"}")) : null,
                said(() -> one("auto", "default", "flex", "priority")),
                store,
                null,
                said(this::string),
                null,
                null);
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
