package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
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
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Requests made of all that Responses can say. */
@NullUnmarked // the compiler does not see that nested types may be null in class files
final class GeneratedRequest extends GeneratedParts {
    GeneratedRequest(RandomGenerator random) {
        super(random);
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
            default -> new Part.Text(Path.ROOT, text(), List.of(), maybe(GeneratedRequest::cache), null);
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
                maybe(GeneratedRequest::cache),
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
                maybe(GeneratedRequest::cache),
                null);
    }
}
