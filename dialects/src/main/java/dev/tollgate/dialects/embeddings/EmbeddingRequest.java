package dev.tollgate.dialects.embeddings;

import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for vectors.
 *
 * @param inputs a vector is asked for each; at least one
 * @param dimensions of each vector; null leaves them to the model
 * @param packed whether the client wants its vectors as base64 and not as numbers
 * @param extras what only the client's own dialect knows
 */
public record EmbeddingRequest(
        List<Input> inputs, @Nullable Said<Long> dimensions, boolean packed, List<Extra> extras) {
    /** English text and code run at about four bytes a token. */
    private static final int BYTES_PER_TOKEN = 4;

    /**
     * What one vector is of.
     *
     * @param parts at least one; slices of the client's body
     */
    public record Input(Path at, List<Json.Text> parts) {}

    /** The input's tokens by the length of its texts. */
    long estimatedTokens() {
        long bytes = 0;
        for (Input input : inputs) {
            for (Json.Text part : input.parts()) {
                bytes += part.size();
            }
        }
        return Math.ceilDiv(bytes, BYTES_PER_TOKEN);
    }
}
