package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code thinkingConfig}: a level (Gemini 3) or a budget (Gemini 2.5), never both, which Google refuses (<a
 * href="https://ai.google.dev/gemini-api/docs/thinking">Thinking</a>).
 */
final class ThinkingWriter {
    /** Budgets that Google's own OpenAI endpoint has for the efforts. */
    private static final long LOW_BUDGET = 1024;

    private static final long MEDIUM_BUDGET = 8192;
    private static final long HIGH_BUDGET = 24_576;

    private final Losses losses;
    private final boolean budgets;
    private final boolean levels;
    private final Destination to;
    private final boolean dynamic;
    private final JsonBytes out;

    private ThinkingWriter(Destination to, Losses losses, JsonBytes out) {
        this.losses = losses;
        this.budgets = to.takes(Destination.Takes.THINKING_BUDGET);
        this.levels = to.takes(Destination.Takes.EFFORT);
        this.to = to;
        this.dynamic = to.takes(Destination.Takes.ADAPTIVE_THINKING);
        this.out = out;
    }

    static void write(Writing writing, JsonBytes out) {
        Thinking thinking = writing.request().thinking();
        if (thinking.mode() == null && thinking.effort() == null && thinking.display() == null) {
            return;
        }
        ThinkingWriter writer = new ThinkingWriter(writing.to(), writing.losses(), out);
        if (writer.budgets || writer.levels || writer.dynamic) {
            out.name("thinkingConfig").beginObject();
            writer.amount(thinking.mode(), thinking.effort());
            writer.display(thinking.display());
            out.endObject();
        } else {
            writer.withoutThinking(thinking);
        }
    }

    /** To a model that does not think, off and hidden say nothing. */
    private void withoutThinking(Thinking thinking) {
        if (thinking.mode() != null && !(thinking.mode().value() instanceof Thinking.Mode.Off)) {
            losses.request(thinking.mode(), "the model does not think");
        }
        if (thinking.effort() != null && thinking.effort().value() != Thinking.Effort.NONE) {
            losses.request(thinking.effort(), "the model does not think");
        }
        if (thinking.display() != null && thinking.display().value() != Thinking.Display.OMITTED) {
            losses.incidental(thinking.display(), "the model does not think");
        }
    }

    private void amount(@Nullable Said<Thinking.Mode> mode, @Nullable Said<Thinking.Effort> effort) {
        if (mode != null && mode.value() instanceof Thinking.Mode.Off) {
            off(mode);
            losses.incidental(effort, "thinking is off");
        } else if (effort != null && (levels || !(mode != null && mode.value() instanceof Thinking.Mode.Budget))) {
            effort(effort);
            if (mode != null && !(mode.value() instanceof Thinking.Mode.Adaptive)) {
                losses.incidental(mode, "Gemini takes a level or a budget, not both");
            }
        } else if (mode != null) {
            mode(mode);
            losses.incidental(effort, "Gemini takes a level or a budget, not both");
        }
    }

    private void off(Said<?> said) {
        if (budgets) {
            out.field("thinkingBudget", to.leastThinkingBudget());
            if (to.leastThinkingBudget() > 0) {
                losses.incidental(said, "the model always thinks; it is asked for the least");
            }
        } else if (levels) {
            out.field("thinkingLevel", level(Thinking.Effort.MINIMAL).name());
            losses.incidental(said, "the model always thinks; it is asked for the least");
        } else {
            losses.incidental(said, "the model always thinks");
        }
    }

    private void effort(Said<Thinking.Effort> effort) {
        switch (effort.value()) {
            case NONE -> off(effort);
            case MINIMAL, LOW -> amount(effort, effort.value(), LOW_BUDGET);
            case MEDIUM -> amount(effort, Thinking.Effort.MEDIUM, MEDIUM_BUDGET);
            case HIGH, XHIGH, MAX -> amount(effort, effort.value(), HIGH_BUDGET);
        }
    }

    /** Gemini's levels end at high. */
    private Thinking.Effort level(Thinking.Effort wanted) {
        return to.nearest(wanted.compareTo(Thinking.Effort.HIGH) > 0 ? Thinking.Effort.HIGH : wanted);
    }

    private void amount(Said<?> said, Thinking.Effort wanted, long budget) {
        if (levels) {
            Thinking.Effort level = level(wanted);
            out.field("thinkingLevel", level.name());
            if (!level.equals(said.value())) {
                losses.incidental(said, "the nearest level is " + level.name());
            }
        } else if (budgets) {
            out.field("thinkingBudget", budget);
            losses.incidental(said, "a budget of " + budget + " tokens stands for it");
        } else {
            losses.request(said, "the model decides how much it thinks");
        }
    }

    private void mode(Said<Thinking.Mode> mode) {
        switch (mode.value()) {
            case Thinking.Mode.Off _ -> off(mode);
            case Thinking.Mode.Adaptive _ -> {
                if (dynamic) {
                    out.field("thinkingBudget", -1);
                } else {
                    losses.incidental(mode, "the model has no word for it");
                }
            }
            case Thinking.Mode.BetweenTools _ -> losses.incidental(mode, "Gemini has no word for it");
            case Thinking.Mode.Budget(long tokens) -> {
                if (budgets) {
                    long budget = Math.max(tokens, to.leastThinkingBudget());
                    out.field("thinkingBudget", budget);
                    losses.incidental(budget == tokens ? null : mode, "the least budget is " + budget + " tokens");
                } else {
                    amount(mode, nearest(tokens), tokens);
                }
            }
        }
    }

    private static Thinking.Effort nearest(long tokens) {
        if (tokens <= LOW_BUDGET) {
            return Thinking.Effort.LOW;
        }
        return tokens <= MEDIUM_BUDGET ? Thinking.Effort.MEDIUM : Thinking.Effort.HIGH;
    }

    private void display(@Nullable Said<Thinking.Display> display) {
        if (display != null) {
            out.field("includeThoughts", display.value() != Thinking.Display.OMITTED);
            switch (display.value()) {
                case OMITTED, AUTO -> {}
                case CONCISE, DETAILED -> losses.incidental(display, "Gemini chooses the length of its summaries");
            }
        }
    }
}
