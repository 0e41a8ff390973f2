package dev.tollgate.dialects.tokens;

import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Counts many texts at once with bounded work. Within the bound every byte is counted; beyond it, one of so many pieces is, spread
 * over all the texts, and stands for the others by its bytes.
 */
final class TextCounter {
    /** Small enough that a run without any space, on which tokenizers are slow, costs no more than its size. */
    private static final int PIECE_BYTES = 4_096;

    private static final int SAMPLE_BYTES = 1_024;
    /** The same text has the same count each time. */
    private static final long SEED = 1;

    /** What a hundred pieces of 1 KiB may differ from the whole by. */
    private static final double SAMPLE_ERROR = 0.15;

    private final List<Json.Text> texts = new ArrayList<>();
    private long bytes;

    void add(Json.Text text) {
        texts.add(text);
        bytes += text.size();
    }

    /** All the texts' bytes, as they stand in the document. */
    long bytes() {
        return bytes;
    }

    /**
     * The texts' tokens of {@code o200k_base}.
     *
     * @param most bytes that are to be counted
     */
    TokenEstimate count(int most) {
        if (bytes <= most) {
            long tokens = sample(1, PIECE_BYTES).tokens;
            return new TokenEstimate(tokens, tokens);
        }
        Sample sample = sample(Math.ceilDiv(bytes, most), SAMPLE_BYTES);
        double whole = (double) sample.tokens * bytes / sample.bytes;
        return new TokenEstimate(
                (long) Math.ceil(whole * (1 + SAMPLE_ERROR)), (long) Math.floor(whole * (1 - SAMPLE_ERROR)));
    }

    private record Sample(long tokens, long bytes) {}

    /** Of each so many pieces in a row one, at random, so that no pattern of a conversation's turns is met by a step of ours. */
    private Sample sample(long every, int pieceBytes) {
        SplittableRandom random = new SplittableRandom(SEED);
        long tokens = 0;
        long counted = 0;
        long index = 0;
        long taken = 0;
        for (Json.Text text : texts) {
            for (int from = 0; from < text.size(); index++) {
                if (index % every == 0) {
                    taken = index + random.nextLong(every);
                }
                Json.Text piece = text.piece(from, pieceBytes);
                if (index == taken) {
                    tokens += O200k.count(piece.string());
                    counted += piece.size();
                }
                from += piece.size();
            }
        }
        return new Sample(tokens, counted);
    }
}
