package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Thinking.Effort;
import org.jspecify.annotations.Nullable;

/** What is told of thinking where an effort is all that can be said of it. */
public final class EffortOnly {
    /** Between the 1,024, 8,192 and 24,576 tokens that Google's own Chat Completions takes the efforts for. */
    private static final long LOW_UP_TO = 4_608;

    private static final long MEDIUM_UP_TO = 16_384;

    private final Destination destination;
    private final Losses losses;
    private final String noWord;

    /** @param noWord why what is no effort is lost: {@code "X has no word for it"} */
    public EffortOnly(Destination destination, Losses losses, String noWord) {
        this.destination = destination;
        this.losses = losses;
        this.noWord = noWord;
    }

    /** The effort to be sent, the nearest that the model takes; null where there is none to be said. */
    public @Nullable Effort of(Thinking thinking) {
        Said<Thinking.Mode> mode = thinking.mode();
        Said<Effort> effort = thinking.effort();
        if (mode != null) {
            effort = byMode(mode, effort);
        }
        Effort taken = effort == null ? null : taken(effort.at(), effort.value());
        if (thinking.display() != null && thinking.display().value() != Thinking.Display.OMITTED) {
            losses.incidental(thinking.display(), noWord);
        }
        return taken;
    }

    private @Nullable Said<Effort> byMode(Said<Thinking.Mode> mode, @Nullable Said<Effort> effort) {
        return switch (mode.value()) {
            case Thinking.Mode.Off _ -> {
                losses.incidental(effort, "not to think goes before it");
                yield new Said<>(mode.at(), Effort.NONE);
            }
            case Thinking.Mode.Adaptive _ -> effort;
            case Thinking.Mode.BetweenTools _ -> {
                losses.incidental(mode, noWord);
                yield effort;
            }
            case Thinking.Mode.Budget(long tokens) -> {
                losses.incidental(mode, "an effort takes the place of a count of tokens");
                yield effort != null ? effort : new Said<>(mode.at(), nearest(tokens));
            }
        };
    }

    private static Effort nearest(long tokens) {
        return tokens <= LOW_UP_TO ? Effort.LOW : tokens <= MEDIUM_UP_TO ? Effort.MEDIUM : Effort.HIGH;
    }

    private @Nullable Effort taken(Path at, Effort effort) {
        if (!destination.takes(Takes.EFFORT)) {
            losses.request(at, "the model does not take it");
            return null;
        }
        Effort taken = destination.nearest(effort);
        if (taken != effort) {
            losses.incidental(at, "the model's nearest is " + taken.wireName());
        }
        return taken;
    }
}
