package dev.tollgate.dialects.embeddings;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import java.util.Optional;

/** What one dialect knows of embeddings. Stateless; never throws for what a body holds. */
public sealed interface EmbeddingCodec permits OpenAiEmbeddings, GeminiEmbeddings {
    /** Empty for Anthropic's and Converse, which have none. */
    static Optional<EmbeddingCodec> of(Dialect dialect) {
        return switch (dialect) {
            case ANTHROPIC, CONVERSE -> Optional.empty();
            case OPENAI -> Optional.of(new OpenAiEmbeddings());
            case GEMINI -> Optional.of(new GeminiEmbeddings());
        };
    }

    /** The endpoint of this dialect that a request goes to. */
    Operation endpoint(EmbeddingRequest request);

    /**
     * Reads a client's request.
     *
     * @param endpoint of this dialect, to which the client has sent the body
     */
    Outcome<EmbeddingRequest> readRequest(Operation endpoint, byte[] body);

    /**
     * Writes the request that a provider gets. What it cannot express is added to the losses.
     *
     * @param model the provider's name of it
     */
    byte[] writeRequest(EmbeddingRequest request, String model, Losses losses);

    Outcome<EmbeddingAnswer> readAnswer(byte[] body);

    /**
     * The body for the client.
     *
     * @param endpoint of this dialect, to which it had sent the request
     * @param model in the client's own word
     */
    byte[] writeAnswer(EmbeddingAnswer answer, EmbeddingRequest request, Operation endpoint, String model);
}
