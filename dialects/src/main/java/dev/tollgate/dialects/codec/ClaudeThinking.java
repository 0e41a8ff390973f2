package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Thinking.Effort;
import dev.tollgate.dialects.conversation.Thinking.Mode;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/**
 * How much a Claude is told to think: the nearest to what the client said that the model takes (<a
 * href="https://platform.claude.com/docs/en/build-with-claude/extended-thinking">extended</a>, <a
 * href="https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking">adaptive thinking</a>).
 *
 * @param mode null leaves it to the model
 */
public record ClaudeThinking(
        @Nullable Mode mode,
        @Nullable Effort effort,
        @Nullable Said<Thinking.Display> display) {
    private static final long LEAST_BUDGET = 1024;
    private static final long LOW_BUDGET = 4096;
    private static final long MEDIUM_BUDGET = 16_384;
    private static final long HIGH_BUDGET = 32_768;

    /** Whether it thinks; sampling is then out of the client's hands. */
    public boolean on() {
        return mode != null && !(mode instanceof Mode.Off);
    }

    /**
     * What of the request's thinking the model takes; the rest is told to the losses.
     *
     * @param unsignedToolLoop whether tools' results stand last and what the model said before them does not begin with its thinking
     * @param maxTokens the answer's limit, below which a budget must stay
     */
    public static ClaudeThinking of(
            Request request, boolean unsignedToolLoop, Destination destination, long maxTokens, Losses losses) {
        Thinking said = request.thinking();
        Mode wanted = wanted(said);
        Path at = at(said);
        Mode fit = wanted == null ? null : fit(wanted, said, at, destination, maxTokens, losses);
        boolean on = fit != null && !(fit instanceof Mode.Off);
        if (on && request.tools().demandsCall()) {
            losses.request(at, "Anthropic's models do not think where a tool call is demanded");
            fit = null;
        } else if (fit instanceof Mode.Budget && unsignedToolLoop) {
            losses.incidental(at, "the round of tools has begun without thinking that Anthropic has signed");
            fit = null;
        }
        boolean budgetSaysIt = fit instanceof Mode.Budget && !(wanted instanceof Mode.Budget);
        return new ClaudeThinking(
                fit, effort(said, fit, budgetSaysIt, destination, losses), display(said, fit, losses));
    }

    /** Writes the member {@code thinking}, where there is anything to say. */
    public void writeThinking(JsonBytes out) {
        if (mode == null) {
            return;
        }
        out.name("thinking").beginObject();
        switch (mode) {
            case Mode.Off _ -> out.field("type", "disabled");
            case Mode.Adaptive _ -> out.field("type", "adaptive");
            case Mode.BetweenTools _ -> out.field("type", "between_tools");
            case Mode.Budget(long tokens) -> out.field("type", "enabled").field("budget_tokens", tokens);
        }
        if (display != null) {
            out.field("display", display.value() == Thinking.Display.OMITTED ? "omitted" : "summarized");
        }
        out.endObject();
    }

    /** A client that speaks of effort, or wants to see the thoughts, wants them; only Anthropic's would say so twice. */
    private static @Nullable Mode wanted(Thinking said) {
        if (said.mode() != null) {
            return said.mode().value();
        }
        if (said.effort() != null) {
            return said.effort().value() == Effort.NONE ? new Mode.Off() : new Mode.Adaptive();
        }
        return said.display() != null && said.display().value() != Thinking.Display.OMITTED
                ? new Mode.Adaptive()
                : null;
    }

    private static Path at(Thinking said) {
        if (said.mode() != null) {
            return said.mode().at();
        }
        if (said.effort() != null) {
            return said.effort().at();
        }
        return said.display() == null ? Path.ROOT : said.display().at();
    }

    private static @Nullable Mode fit(
            Mode wanted, Thinking said, Path at, Destination destination, long maxTokens, Losses losses) {
        boolean adaptive = destination.takes(Destination.Takes.ADAPTIVE_THINKING);
        boolean budget = destination.takes(Destination.Takes.THINKING_BUDGET);
        return switch (wanted) {
            case Mode.Off off -> off;
            case Mode.Budget(long tokens) when budget -> bounded(tokens, true, at, maxTokens, losses);
            case Mode.Budget _
            when adaptive -> {
                losses.incidental(at, "the model has no budget for thinking: it thinks as much as it sees fit");
                yield new Mode.Adaptive();
            }
            case Mode.Adaptive _, Mode.BetweenTools _ when adaptive -> wanted;
            case Mode.Adaptive _, Mode.BetweenTools _
            when budget -> {
                Effort effort =
                        said.effort() == null ? Effort.MEDIUM : said.effort().value();
                yield bounded(budget(effort), false, at, maxTokens, losses);
            }
            case Mode.Budget _, Mode.Adaptive _, Mode.BetweenTools _ -> {
                losses.request(at, "the model does not think");
                yield null;
            }
        };
    }

    private static @Nullable Mode bounded(long tokens, boolean said, Path at, long maxTokens, Losses losses) {
        if (maxTokens <= LEAST_BUDGET) {
            losses.request(at, "the answer's limit leaves no room for thinking");
            return null;
        }
        long bounded = Math.clamp(tokens, LEAST_BUDGET, maxTokens - 1);
        if (said && bounded != tokens) {
            losses.incidental(
                    at, "a budget for thinking is at least 1024 and below the answer's limit: the nearest is sent");
        }
        return new Mode.Budget(bounded);
    }

    private static long budget(Effort effort) {
        return switch (effort) {
            case NONE, MINIMAL -> LEAST_BUDGET;
            case LOW -> LOW_BUDGET;
            case MEDIUM -> MEDIUM_BUDGET;
            case HIGH, XHIGH, MAX -> HIGH_BUDGET;
        };
    }

    private static @Nullable Effort effort(
            Thinking said, @Nullable Mode fit, boolean budgetSaysIt, Destination destination, Losses losses) {
        if (said.effort() == null) {
            boolean unbudgeted = fit instanceof Mode.Adaptive && destination.takes(Destination.Takes.EFFORT);
            return unbudgeted && said.mode() != null && said.mode().value() instanceof Mode.Budget(long tokens)
                    ? destination.nearest(effort(tokens))
                    : null;
        }
        Effort value = said.effort().value();
        if (value == Effort.NONE) {
            return null;
        }
        if (!destination.takes(Destination.Takes.EFFORT)) {
            if (budgetSaysIt) {
                losses.incidental(said.effort(), "sent as a budget for thinking");
            } else {
                losses.request(said.effort(), "the model has no efforts");
            }
            return null;
        }
        Effort nearest = value == Effort.MINIMAL ? Effort.LOW : destination.nearest(value);
        if (nearest != value) {
            losses.incidental(said.effort(), "the model has no such effort: the nearest is sent");
        }
        return nearest;
    }

    private static Effort effort(long tokens) {
        if (tokens <= LOW_BUDGET) {
            return Effort.LOW;
        }
        return tokens <= MEDIUM_BUDGET ? Effort.MEDIUM : Effort.HIGH;
    }

    private static @Nullable Said<Thinking.Display> display(Thinking said, @Nullable Mode fit, Losses losses) {
        if (said.display() == null) {
            return null;
        }
        boolean hidden = said.display().value() == Thinking.Display.OMITTED;
        if (!(fit instanceof Mode.Adaptive || fit instanceof Mode.Budget)) {
            if (!hidden) {
                losses.incidental(said.display(), "there is no thinking to be shown");
            }
            return null;
        }
        switch (said.display().value()) {
            case CONCISE, DETAILED -> losses.incidental(said.display(), "Anthropic's summaries have one length");
            case OMITTED, AUTO -> {}
        }
        return said.display();
    }
}
