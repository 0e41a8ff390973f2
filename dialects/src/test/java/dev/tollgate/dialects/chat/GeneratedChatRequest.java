package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Conversations that Chat Completions can say without loss. */
final class GeneratedChatRequest extends GeneratedChatParts {
    GeneratedChatRequest(RandomGenerator random) {
        super(random);
    }

    private Json.Text pdf() {
        return Json.Text.of(string() + ".pdf");
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
}
