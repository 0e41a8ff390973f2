package dev.tollgate.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the model says, before a dialect writes it down.
 *
 * @param seed of everything that looks random in it
 * @param usage null when none is reported
 */
record Answer(
        String model,
        long seed,
        List<Piece> pieces,
        Stop stop,
        @Nullable Tokens usage,
        int choices) {

    /** A part of an answer; its text comes in the pieces in which it is streamed. */
    sealed interface Piece {

        /** How many events it is streamed in, not counting its frame. */
        int deltas();
    }

    /**
     * What the model thinks before it speaks.
     *
     * @param shown whether the chunks reach the caller, or the signature alone
     */
    record Thinking(List<String> chunks, boolean shown, String signature) implements Piece {
        @Override
        public int deltas() {
            return shown ? chunks.size() : 0;
        }
    }

    record Text(List<String> chunks) implements Piece {
        @Override
        public int deltas() {
            return chunks.size();
        }
    }

    /**
     * A call of the caller's function.
     *
     * @param chunks the arguments' JSON, cut up
     */
    record ToolCall(String name, ObjectNode arguments, List<String> chunks) implements Piece {
        @Override
        public int deltas() {
            return chunks.size();
        }
    }

    enum Stop {
        END,
        LENGTH,
        TOOL_CALL
    }

    /** An id of {@code length} letters and digits behind {@code prefix}, the same for the same seed. */
    String id(String prefix, int length) {
        return Ids.of(prefix, length, seed);
    }

    /** Seconds since 1970: some second of 2026, so that equal requests get equal answers. */
    long createdAt() {
        return 1_767_225_600L + Math.floorMod(seed, 31_536_000L);
    }
}
