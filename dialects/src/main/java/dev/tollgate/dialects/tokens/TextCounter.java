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

    /**
     * Many small pieces tell more of a mixed text than a few large ones: bytes that are neighbours are alike. Smaller ones would count
     * the tokens that are cut at their ends, two percent and more.
     */
    private static final int SAMPLE_BYTES = 256;
    /** The same text has the same count each time. */
    private static final long SEED = 1;

    /** What the margin is at least, of the whole: for what no piece has shown. */
    private static final double LEAST_MARGIN = 0.15;

    /** The margin in standard errors: one in millions lies outside of it. */
    private static final double MARGIN_ERRORS = 5;

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
        double margin = Math.max(LEAST_MARGIN, MARGIN_ERRORS * sample.relativeError());
        return new TokenEstimate(
                (long) Math.ceil(whole * (1 + margin)), (long) Math.floor(whole * Math.max(0, 1 - margin)));
    }

    /** What the pieces have together, and what their spread is reckoned from. */
    private static final class Sample {
        private long pieces;
        private long tokens;
        private long bytes;
        private double tokensSquared;
        private double bytesSquared;
        private double tokensTimesBytes;

        void add(int pieceTokens, int pieceBytes) {
            pieces++;
            tokens += pieceTokens;
            bytes += pieceBytes;
            tokensSquared += (double) pieceTokens * pieceTokens;
            bytesSquared += (double) pieceBytes * pieceBytes;
            tokensTimesBytes += (double) pieceTokens * pieceBytes;
        }

        /** The standard error of the ratio of tokens to bytes, by that ratio (Cochran, "Sampling Techniques", 3rd edition, 6.4). */
        double relativeError() {
            if (pieces < 2 || tokens == 0) {
                return 1;
            }
            double ratio = (double) tokens / bytes;
            double squares = tokensSquared - 2 * ratio * tokensTimesBytes + ratio * ratio * bytesSquared;
            return Math.sqrt(Math.max(0, squares) * pieces / (pieces - 1)) / tokens;
        }
    }

    /** Of each so many pieces in a row one, at random, so that no pattern of a conversation's turns is met by a step of ours. */
    private Sample sample(long every, int pieceBytes) {
        SplittableRandom random = new SplittableRandom(SEED);
        Sample sample = new Sample();
        long index = 0;
        long taken = 0;
        for (Json.Text text : texts) {
            for (int from = 0; from < text.size(); index++) {
                if (index % every == 0) {
                    taken = index + random.nextLong(every);
                }
                Json.Text piece = text.piece(from, pieceBytes);
                if (index == taken) {
                    sample.add(O200k.count(piece.string()), piece.size());
                }
                from += piece.size();
            }
        }
        return sample;
    }
}
