package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.conversation.Answer;
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
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Requests, answers and event sequences that Gemini's protocol can say, made at random. All places are the document. */
@SuppressWarnings("NullAway") // compiled compact constructors of records have lost the annotations of nested types
final class GeminiGenerated {
    private static final Path AT = Path.ROOT;
    private static final String[] WORDS = {
        "plain",
        "two words",
        "line\nbreak",
        "quote \" and \\",
        "tab\t",
        "ünïcødé",
        "日本語",
        "😀 smile",
        "{\"json\":1}",
        "\u0001"
    };

    private final RandomGenerator random;
    private int ids;

    GeminiGenerated(RandomGenerator random) {
        this.random = random;
    }

    Request request() {
        boolean functions = random.nextBoolean();
        List<Tool> tools = new ArrayList<>();
        ToolChoice choice = functions ? choice() : null;
        boolean strict = (choice instanceof ToolChoice.Auto && random.nextBoolean())
                || (choice instanceof ToolChoice.Allowed(var _, boolean required) && !required);
        if (functions) {
            tools.add(function("first", strict));
            tools.add(function("second", strict));
        }
        if (random.nextInt(4) == 0) {
            tools.add(new Tool.BuiltIn(
                    AT, Protocol.GENERATE_CONTENT, "googleSearch", Tool.BuiltIn.Ability.WEB_SEARCH, Json.Obj.EMPTY));
        }
        return new Request(
                GeminiSupport.MODEL,
                random.nextBoolean() ? List.of() : List.of(text(null), text(null)),
                turns(),
                new Request.Tools(tools, said(choice), null),
                new Request.Sampling(number(), number(), number(), number(), number(), number()),
                output(),
                thinking(),
                new Request.Context(
                        null,
                        null,
                        maybe(() -> "flex"),
                        null,
                        null,
                        null,
                        maybe(() -> "cachedContents/1"),
                        maybe(() -> GeminiSupport.json("[{'category':'HARM_CATEGORY_HARASSMENT','threshold':'OFF'}]"))),
                null,
                false,
                true,
                List.of());
    }

    private ToolChoice choice() {
        return switch (random.nextInt(6)) {
            case 0 -> new ToolChoice.Auto();
            case 1 -> new ToolChoice.None();
            case 2 -> new ToolChoice.Required();
            case 3 -> new ToolChoice.Named("first");
            case 4 -> new ToolChoice.Allowed(List.of("first", "second"), true);
            default -> new ToolChoice.Allowed(List.of("first", "second"), false);
        };
    }

    private Tool function(String name, boolean strict) {
        Json.Obj schema = random.nextInt(3) == 0
                ? null
                : (Json.Obj) GeminiSupport.json("{'type':'object','properties':{'a':{'type':'string'}}}");
        boolean subset = schema != null && random.nextBoolean();
        return new Tool.Function(AT, null, name, word(), schema, subset, strict ? new Said<>(AT, true) : null, null);
    }

    private Request.Output output() {
        Json.Obj schema = (Json.Obj) GeminiSupport.json("{'type':'object'}");
        boolean subset = random.nextBoolean();
        return new Request.Output(
                maybe(() -> (long) random.nextInt(100_000)),
                maybe(() -> List.of(string(), string())),
                maybe(() -> 1 + random.nextInt(8)),
                maybe(() -> random.nextBoolean()
                        ? new OutputFormat.JsonObject()
                        : new OutputFormat.JsonSchema(null, null, schema, subset, new Said<>(AT, true))),
                null,
                maybe(() -> random.nextInt(6)),
                maybe(() -> GeminiSupport.json("['TEXT','IMAGE']")));
    }

    private Thinking thinking() {
        Said<Thinking.Display> display =
                maybe(() -> random.nextBoolean() ? Thinking.Display.AUTO : Thinking.Display.OMITTED);
        if (random.nextBoolean()) {
            Thinking.Effort[] known = {
                Thinking.Effort.MINIMAL, Thinking.Effort.LOW, Thinking.Effort.MEDIUM, Thinking.Effort.HIGH
            };
            return new Thinking(null, maybe(() -> known[random.nextInt(known.length)]), display, true);
        }
        Said<Thinking.Mode> mode = maybe(() -> switch (random.nextInt(3)) {
            case 0 -> new Thinking.Mode.Off();
            case 1 -> new Thinking.Mode.Adaptive();
            default -> new Thinking.Mode.Budget(1 + random.nextInt(30_000));
        });
        return new Thinking(mode, null, display, true);
    }

    private List<Turn> turns() {
        List<Turn> turns = new ArrayList<>();
        turns.add(new Turn(AT, Turn.Role.USER, userParts()));
        for (int i = random.nextInt(3); i > 0; i--) {
            List<Part> said = modelParts(true);
            List<Part> results = new ArrayList<>();
            for (Part part : said) {
                if (part instanceof Part.ToolCall call) {
                    results.add(result(call));
                }
            }
            results.addAll(userParts());
            turns.add(new Turn(AT, Turn.Role.ASSISTANT, said));
            turns.add(new Turn(AT, Turn.Role.USER, results));
        }
        return turns;
    }

    private List<Part> userParts() {
        List<Part> parts = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            parts.add(
                    switch (random.nextInt(5)) {
                        case 0 -> media(Part.Media.Kind.IMAGE, "image/png", base64(), said("MEDIA_RESOLUTION_HIGH"));
                        case 1 -> media(Part.Media.Kind.DOCUMENT, "text/plain", new Part.Source.Plain(word()), null);
                        case 2 -> media(Part.Media.Kind.DOCUMENT, "application/pdf", url(), null);
                        case 3 ->
                            media(
                                    Part.Media.Kind.VIDEO,
                                    "video/mp4",
                                    new Part.Source.FileId(
                                            Protocol.GENERATE_CONTENT,
                                            "https://generativelanguage.googleapis.com/v1beta/files/a"),
                                    null);
                        default -> text(null);
                    });
        }
        return parts;
    }

    /**
     * What a model says. No text follows a text, nor a thought a thought, since readers join those; a signed thought is followed by
     * what is signed itself.
     *
     * @param back whether it goes back in a request, where only signed thoughts go
     */
    private List<Part> modelParts(boolean back) {
        List<Part> parts = new ArrayList<>();
        boolean sign = back || random.nextBoolean();
        if (sign || random.nextBoolean()) {
            parts.add(new Part.Reasoning(AT, true, List.of(word()), sign ? signature() : null, false));
        }
        parts.add(text(signature()));
        boolean first = true;
        for (int i = random.nextInt(3); i > 0; i--) {
            parts.add(new Part.ToolCall(
                    AT,
                    "id" + ++ids,
                    null,
                    random.nextBoolean() ? "first" : "second",
                    new ToolInput.Plain(args()),
                    null,
                    first ? signature() : null));
            first = false;
        }
        if (random.nextInt(4) == 0) {
            Json raw = GeminiSupport.json("{'executableCode':{'language':'PYTHON','code':'1'}}");
            parts.add(new Part.Opaque(AT, Protocol.GENERATE_CONTENT, "executableCode", raw, Extra.Weight.HINT));
        }
        return parts;
    }

    private Part result(Part.ToolCall call) {
        boolean error = random.nextInt(4) == 0;
        boolean structured = !error && random.nextInt(3) == 0;
        List<Part> content = new ArrayList<>();
        Json.Obj object = (Json.Obj) GeminiSupport.json("{'rows':[1,2],'next':null}");
        if (structured) {
            content.add(Part.Text.of(AT, Json.Text.encoding(object)));
        } else if (error || random.nextInt(4) != 0) {
            content.add(text(null));
        }
        if (random.nextInt(3) == 0) {
            content.add(media(Part.Media.Kind.IMAGE, "image/png", base64(), null));
        }
        return new Part.ToolResult(
                AT,
                call.id(),
                call.name(),
                content,
                structured ? object : null,
                error ? new Said<>(AT, true) : null,
                null);
    }

    Answer answer() {
        List<Answer.Choice> choices = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            List<Part> parts = modelParts(false);
            boolean called = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
            if (random.nextBoolean()) {
                parts.replaceAll(part -> part instanceof Part.Text text ? cited(text) : part);
            }
            choices.add(new Answer.Choice(i, parts, stop(called), random.nextBoolean() ? List.of() : logprobs()));
        }
        return new Answer(
                "resp",
                GeminiSupport.MODEL,
                random.nextBoolean() ? -1 : 1_700_000_000,
                choices,
                usage(),
                null,
                List.of());
    }

    private Part.Text cited(Part.Text text) {
        int length = text.text().string().codePointCount(0, text.text().string().length());
        int start = random.nextInt(length + 1);
        int end = start + random.nextInt(length - start + 1);
        Citation placed =
                new Citation(AT, word(), word(), word(), start, end, Protocol.GENERATE_CONTENT, Json.Null.NULL);
        Citation open = new Citation(AT, word(), null, null, -1, -1, Protocol.GENERATE_CONTENT, Json.Null.NULL);
        return new Part.Text(AT, text.text(), List.of(placed, open), null, text.signature());
    }

    private Stop stop(boolean called) {
        Json.Text why = random.nextBoolean() ? null : word();
        return switch (random.nextInt(4)) {
            case 0 -> new Stop(Stop.Reason.MAX_TOKENS, "MAX_TOKENS", null, why);
            case 1 -> new Stop(Stop.Reason.REFUSED, "RECITATION", null, why);
            case 2 -> new Stop(Stop.Reason.BAD_CALL, "UNEXPECTED_TOOL_CALL", null, why);
            default -> new Stop(called ? Stop.Reason.TOOL_CALLS : Stop.Reason.END, "STOP", null, why);
        };
    }

    private List<Answer.TokenLogprob> logprobs() {
        Json.Num half = (Json.Num) GeminiSupport.json("-0.5");
        Answer.TokenLogprob other = new Answer.TokenLogprob(word(), half, null, List.of());
        return List.of(
                new Answer.TokenLogprob(word(), half, null, List.of(other, other)),
                new Answer.TokenLogprob(word(), half, null, List.of(other)));
    }

    Usage usage() {
        long reasoning = random.nextInt(100);
        return new Usage(
                random.nextInt(1000), random.nextInt(100), 0, 0, reasoning + random.nextInt(100), reasoning, 0);
    }

    /** Events of one answer; deltas of one part only where the wire has a piece for each. */
    List<Event> events() {
        List<Event> events = new ArrayList<>();
        Usage usage = usage();
        events.add(new Event.Started("resp", GeminiSupport.MODEL, -1, null));
        int part = 0;
        boolean called = false;
        for (Part said : modelParts(false)) {
            switch (said) {
                case Part.Text text -> {
                    events.add(new Event.PartStarted(0, part, new Event.Opening.Text()));
                    events.add(
                            new Event.TextDelta(0, part, text.text(), random.nextBoolean() ? List.of() : logprobs()));
                    events.add(new Event.TextDelta(0, part, word(), List.of()));
                    sign(text.signature(), part, events);
                }
                case Part.Reasoning thought -> {
                    events.add(new Event.PartStarted(0, part, new Event.Opening.Reasoning(true, false)));
                    events.add(new Event.ReasoningDelta(
                            0, part, 0, thought.paragraphs().getFirst()));
                    events.add(new Event.ReasoningDelta(0, part, 0, word()));
                    sign(thought.signature(), part, events);
                }
                case Part.ToolCall call -> {
                    called = true;
                    Event.Opening opening = new Event.Opening.ToolCall(call.id(), null, call.name(), false);
                    events.add(new Event.PartStarted(0, part, opening));
                    events.add(new Event.InputDelta(0, part, call.input().asText()));
                    sign(call.signature(), part, events);
                }
                default -> events.add(new Event.PartStarted(0, part, new Event.Opening.Whole(said)));
            }
            events.add(new Event.PartEnded(0, part++));
        }
        events.add(new Event.UsageReported(usage));
        events.add(new Event.ChoiceEnded(0, stop(called)));
        events.add(new Event.Ended());
        return events;
    }

    private static void sign(@Nullable Signature signature, int part, List<Event> events) {
        if (signature != null) {
            events.add(new Event.SignatureDelta(0, part, signature));
        }
    }

    private Part.Media media(Part.Media.Kind kind, String type, Part.Source source, @Nullable Said<String> detail) {
        return new Part.Media(AT, kind, type, source, null, detail, null, null, null, null);
    }

    private static Part.Source base64() {
        return new Part.Source.Base64(Json.Text.of("iVBORw0KGgo+/w=="));
    }

    private static Part.Source url() {
        return new Part.Source.Url(Json.Text.of("https://example.org/a.pdf"));
    }

    private Part.Text text(@Nullable Signature signature) {
        return new Part.Text(AT, word(), List.of(), null, signature);
    }

    private Signature signature() {
        return random.nextInt(4) == 0
                ? new Signature(Protocol.GENERATE_CONTENT, null, "CpEBAR")
                : new Signature(Protocol.GENERATE_CONTENT, null, "EjQKMgEM");
    }

    private static Json.Obj args() {
        return (Json.Obj) GeminiSupport.json("{'path':'/tmp','n':1.50}");
    }

    private @Nullable Said<Json.Num> number() {
        return maybe(() -> (Json.Num) GeminiSupport.json(random.nextInt(3) == 0 ? "1" : "2"));
    }

    private Json.Text word() {
        return Json.Text.of(string());
    }

    private String string() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private <T> @Nullable Said<T> maybe(Supplier<T> value) {
        return random.nextBoolean() ? null : new Said<>(AT, value.get());
    }

    private static <T> @Nullable Said<T> said(@Nullable T value) {
        return value == null ? null : new Said<>(AT, value);
    }
}
