package dev.tollgate.sim;

import dev.tollgate.sim.Answer.Piece;
import dev.tollgate.sim.Answer.Stop;
import dev.tollgate.sim.Answer.Text;
import dev.tollgate.sim.Answer.Thinking;
import dev.tollgate.sim.Answer.ToolCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Decides what a model answers, and what that costs. Equal questions get equal answers. */
final class Author {

    private static final long EVENTS_PER_SECOND = 10;
    private static final long FEWEST_STORY_EVENTS = 30;
    private static final String THOUGHT = "The question is clear. I weigh what is asked, and answer it directly.";

    private final Prompt prompt;
    private final Behaviour.Known behaviour;
    private final Controls controls;
    private final long seed;

    private final List<Piece> pieces = new ArrayList<>();
    private Stop stop = Stop.END;
    private long reasoning;
    private long output;

    private Author(Prompt prompt, Behaviour.Known behaviour, Controls controls, long seed) {
        this.prompt = prompt;
        this.behaviour = behaviour;
        this.controls = controls;
        this.seed = seed;
    }

    static Answer write(Prompt prompt, Behaviour.Known behaviour, Controls controls, long seed, CacheUse cache) {
        Author author = new Author(prompt, behaviour, controls, seed);
        author.think();
        author.speak();
        return new Answer(prompt.model(), seed, author.pieces, author.stop, author.usage(cache), prompt.choices());
    }

    private void think() {
        if (prompt.thinking() == Prompt.Thinking.NONE) {
            return;
        }
        String thought = allow(THOUGHT);
        boolean shown = prompt.thinking() == Prompt.Thinking.SHOWN;
        pieces.add(new Thinking(Chunks.words(thought), shown, Signature.of(shown ? thought : "")));
        reasoning = Measure.tokens(thought);
        output += reasoning;
    }

    private void speak() {
        boolean calls = behaviour.kind() == Behaviour.Kind.TOOLS
                && prompt.toolResult() == null
                && !prompt.tools().isEmpty();
        if (calls) {
            call(prompt.tools().getFirst());
        } else {
            say(prompt.schema() == null ? text() : Json.text(SchemaSample.object(prompt.schema(), seed)));
        }
    }

    private String text() {
        return switch (behaviour.kind()) {
            case ECHO -> orElse(prompt.userText(), orElse(prompt.toolResult(), "There was no text to echo."));
            case STORY -> Story.tell(seed, storyEvents());
            case TOOLS ->
                prompt.toolResult() == null
                        ? "No tool was offered, so there is none to call."
                        : "The tool answered: " + prompt.toolResult();
        };
    }

    private static String orElse(@Nullable String text, String otherwise) {
        return text == null || text.isEmpty() ? otherwise : text;
    }

    private void say(String text) {
        String said = allow(text);
        output += Measure.tokens(said);
        long events = behaviour.kind() == Behaviour.Kind.STORY ? storyEvents() : controls.events();
        pieces.add(new Text(events > 0 ? Chunks.pieces(said, events) : Chunks.words(said)));
    }

    private long storyEvents() {
        return controls.events() > 0
                ? controls.events()
                : Math.max(FEWEST_STORY_EVENTS, behaviour.durationMillis() * EVENTS_PER_SECOND / 1_000);
    }

    /** A call that does not fit the output limit is not made: half of one would be of no use to anyone. */
    private void call(Tool tool) {
        ObjectNode arguments = SchemaSample.object(tool.schema(), seed);
        String json = Json.text(arguments);
        long tokens = Measure.tokens(tool.name() + json);
        if (prompt.maxOutputTokens() >= 0 && output + tokens > prompt.maxOutputTokens()) {
            stop = Stop.LENGTH;
            return;
        }
        output += tokens;
        stop = Stop.TOOL_CALL;
        long events = controls.events() > 0 ? controls.events() : Math.max(1, json.length() / 8);
        pieces.add(new ToolCall(tool.name(), arguments, Chunks.pieces(json, events)));
    }

    /** As much of {@code text} as the output limit still allows. */
    private String allow(String text) {
        if (prompt.maxOutputTokens() < 0) {
            return text;
        }
        String allowed = Chunks.first(text, 4 * Math.min(Integer.MAX_VALUE, prompt.maxOutputTokens() - output));
        if (allowed.length() < text.length()) {
            stop = Stop.LENGTH;
        }
        return allowed;
    }

    private @Nullable Tokens usage(CacheUse cache) {
        Tokens tokens = new Tokens(
                prompt.measure().tokens() - cache.total(),
                cache,
                output * prompt.choices(),
                reasoning * prompt.choices());
        tokens = forced(tokens);
        return switch (behaviour.fault().kind()) {
            case NO_USAGE -> null;
            case NEGATIVE_USAGE -> tokens.negated();
            default -> tokens;
        };
    }

    private Tokens forced(Tokens counted) {
        boolean input = controls.inputTokens() >= 0;
        boolean cached = controls.cacheReadTokens() >= 0 || controls.cacheWriteTokens() >= 0;
        CacheUse cache = input || cached
                ? new CacheUse(Math.max(0, controls.cacheReadTokens()), Math.max(0, controls.cacheWriteTokens()), 0)
                : counted.cache();
        boolean output = controls.outputTokens() >= 0;
        return new Tokens(
                input ? controls.inputTokens() : counted.input(),
                cache,
                output ? controls.outputTokens() : counted.output(),
                output ? Math.min(counted.reasoning(), controls.outputTokens()) : counted.reasoning());
    }
}
