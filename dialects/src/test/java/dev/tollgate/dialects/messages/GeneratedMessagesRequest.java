package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.conversation.Extra;
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
import org.jspecify.annotations.Nullable;

/** A request that Anthropic's Messages can say without loss, made up; use one per request. */
final class GeneratedMessagesRequest extends GeneratedMessages {
    private static final List<Extra> NO_EXTRAS = List.of();

    GeneratedMessagesRequest(RandomGenerator random) {
        super(random);
    }

    Request request() {
        List<Part> instructions = new ArrayList<>();
        for (int i = below(3); i > 0; i--) {
            instructions.add(text(Path.ROOT.member("system").element(instructions.size()), false, true));
        }
        List<Turn> turns = turns();
        Request.Tools tools = tools();
        long maxTokens = 2048L + below(9000);
        boolean demands = tools.demandsCall();
        boolean looped = turns.getLast().parts().stream().anyMatch(Part.ToolResult.class::isInstance);
        Thinking thinking = thinking(demands, looped, maxTokens);
        boolean thinks = thinking.mode() != null && !(thinking.mode().value() instanceof Thinking.Mode.Off);
        return new Request(
                Sample.MODEL,
                instructions,
                turns,
                tools,
                sampling(thinks),
                output(maxTokens),
                thinking,
                context(),
                cache(Path.ROOT),
                chance(50),
                true,
                NO_EXTRAS);
    }

    private List<Turn> turns() {
        List<Turn> turns = new ArrayList<>();
        int rounds = 1 + below(3);
        for (int i = 0; i < rounds; i++) {
            turns.add(user(Path.ROOT.member("messages").element(turns.size())));
            if (chance(15)) {
                Path at = Path.ROOT.member("messages").element(turns.size());
                Part text = text(at.member("content").element(0), false, true);
                turns.add(new Turn(at, Turn.Role.SYSTEM, List.of(text)));
            }
            if (i + 1 < rounds || chance(20)) {
                turns.add(assistant(Path.ROOT.member("messages").element(turns.size())));
            }
        }
        return turns;
    }

    private Turn user(Path at) {
        Path content = at.member("content");
        List<Part> parts = new ArrayList<>();
        while (chance(25)) {
            parts.add(result(content.element(parts.size())));
        }
        for (int i = 1 + below(3); i > 0; i--) {
            Path place = content.element(parts.size());
            parts.add(
                    switch (below(6)) {
                        case 0 -> media(place, false);
                        case 1 -> media(place, true);
                        case 2 -> searchResult(place);
                        default -> text(place, false, true);
                    });
        }
        return new Turn(at, Turn.Role.USER, parts);
    }

    private Part.ToolResult result(Path at) {
        Path content = at.member("content");
        List<Part> parts = new ArrayList<>();
        for (int i = below(3); i > 0; i--) {
            Path place = content.element(parts.size());
            parts.add(chance(70) ? text(place, false, true) : media(place, chance(30)));
        }
        return Sample.result(
                at, id("toolu_"), parts, chance(30) ? new Said<>(at.member("is_error"), chance(50)) : null, cache(at));
    }

    private Turn assistant(Path at) {
        Path content = at.member("content");
        List<Part> parts = new ArrayList<>();
        for (int i = 1 + below(4); i > 0; i--) {
            Path place = content.element(parts.size());
            parts.add(
                    switch (below(5)) {
                        case 0 -> reasoning(place);
                        case 1 -> call(place, true);
                        case 2 -> opaque(place);
                        default -> text(place, true, true);
                    });
        }
        return new Turn(at, Turn.Role.ASSISTANT, parts);
    }

    private Request.Tools tools() {
        List<Tool> tools = new ArrayList<>();
        for (int i = below(4); i > 0; i--) {
            Path at = Path.ROOT.member("tools").element(tools.size());
            tools.add(
                    chance(20)
                            ? new Tool.BuiltIn(
                                    at,
                                    Protocol.MESSAGES,
                                    "bash_20250124",
                                    Tool.BuiltIn.Ability.OTHER,
                                    Sample.object("{'type':'bash_20250124','name':'bash'}"))
                            : function(at, "tool_" + tools.size()));
        }
        if (tools.isEmpty() || chance(50)) {
            return new Request.Tools(tools, null, null);
        }
        Path at = Path.ROOT.member("tool_choice");
        ToolChoice choice = switch (below(4)) {
            case 0 -> new ToolChoice.Auto();
            case 1 -> new ToolChoice.None();
            case 2 -> new ToolChoice.Required();
            default ->
                new ToolChoice.Named(tools.getFirst() instanceof Tool.Function function ? function.name() : "bash");
        };
        boolean parallelSaid = !(choice instanceof ToolChoice.None) && chance(50);
        return new Request.Tools(
                tools,
                new Said<>(at, choice),
                parallelSaid ? new Said<>(at.member("disable_parallel_tool_use"), chance(50)) : null);
    }

    private Tool function(Path at, String name) {
        return new Tool.Function(
                at,
                null,
                name,
                chance(60) ? text() : null,
                Sample.object(
                        "{'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':false}"),
                false,
                chance(30) ? new Said<>(at.member("strict"), chance(50)) : null,
                cache(at));
    }

    private Thinking thinking(boolean demands, boolean looped, long maxTokens) {
        if (chance(50)) {
            return Thinking.UNSAID;
        }
        Thinking.Mode mode = switch (demands ? 0 : below(looped ? 3 : 4)) {
            case 0 -> new Thinking.Mode.Off();
            case 1 -> new Thinking.Mode.Adaptive();
            case 2 -> new Thinking.Mode.BetweenTools();
            default -> new Thinking.Mode.Budget(1024L + below((int) maxTokens - 1024));
        };
        Path at = Path.ROOT.member("thinking");
        boolean shows = mode instanceof Thinking.Mode.Adaptive || mode instanceof Thinking.Mode.Budget;
        Thinking.Effort[] efforts = {
            Thinking.Effort.LOW,
            Thinking.Effort.MEDIUM,
            Thinking.Effort.HIGH,
            Thinking.Effort.XHIGH,
            Thinking.Effort.MAX
        };
        return new Thinking(
                new Said<>(at, mode),
                chance(50)
                        ? new Said<>(Path.ROOT.member("output_config").member("effort"), efforts[below(efforts.length)])
                        : null,
                shows
                        ? new Said<>(
                                at.member("display"), chance(50) ? Thinking.Display.AUTO : Thinking.Display.OMITTED)
                        : null,
                true);
    }

    private Request.Sampling sampling(boolean thinks) {
        return switch (thinks ? 0 : below(3)) {
            case 0 -> Request.Sampling.UNSAID;
            case 1 ->
                new Request.Sampling(number("temperature", "0.70"), null, number("top_k", "40"), null, null, null);
            default -> new Request.Sampling(null, number("top_p", "9e-1"), null, null, null, null);
        };
    }

    private static Said<Json.Num> number(String name, String digits) {
        return new Said<>(Path.ROOT.member(name), (Json.Num) Sample.json(digits));
    }

    private Request.Output output(long maxTokens) {
        Path format = Path.ROOT.member("output_config").member("format");
        return new Request.Output(
                new Said<>(Path.ROOT.member("max_tokens"), maxTokens),
                chance(30) ? new Said<>(Path.ROOT.member("stop_sequences"), List.of(word(), word())) : null,
                null,
                chance(30)
                        ? new Said<OutputFormat>(
                                format,
                                new OutputFormat.JsonSchema(null, null, object(), false, new Said<>(format, true)))
                        : null,
                null,
                null,
                null);
    }

    private Request.Context context() {
        return new Request.Context(
                said(chance(40), Path.ROOT.member("metadata").member("user_id"), word()),
                null,
                said(chance(40), Path.ROOT.member("service_tier"), chance(50) ? "auto" : "standard_only"),
                null,
                null,
                null,
                null,
                null);
    }

    private static @Nullable Said<String> said(boolean it, Path at, String value) {
        return it ? new Said<>(at, value) : null;
    }
}
