package dev.tollgate.dialects.embeddings;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.ErrorReader;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Extra;
import java.util.Optional;

/** Between a client of one dialect and a provider of the other. Stateless. */
public final class EmbeddingConversion {
    private final EmbeddingCodec client;
    private final EmbeddingCodec provider;
    private final ErrorReader errors;

    /**
     * A conversion between these.
     *
     * @param errors of the provider
     * @throws IllegalArgumentException where a dialect has no embeddings, or both are one
     */
    public EmbeddingConversion(Dialect client, Dialect provider, ErrorReader errors) {
        if (client == provider) {
            throw new IllegalArgumentException("same dialect, same bytes: " + client);
        }
        this.client = codec(client);
        this.provider = codec(provider);
        this.errors = errors;
    }

    private static EmbeddingCodec codec(Dialect dialect) {
        return EmbeddingCodec.of(dialect)
                .orElseThrow(() -> new IllegalArgumentException("no embeddings in the dialect " + dialect));
    }

    /**
     * A request, ready to be sent.
     *
     * @param endpoint at the provider
     * @param exchange for the answer
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Converted(Operation endpoint, byte[] body, Exchange exchange) {}

    /**
     * What the answer's writer must know of the request.
     *
     * @param endpoint at which the client has asked
     * @param model in the client's own word
     */
    public record Exchange(EmbeddingRequest request, Operation endpoint, String model, Losses losses) {}

    /**
     * Reads the client's request and writes the provider's.
     *
     * @param endpoint at which the client asks
     * @param named the model in the client's own word
     * @param model the provider's name of it
     * @param strict refuse rather than lose: {@link Losses#refusal}
     */
    public Outcome<Converted> request(Operation endpoint, byte[] body, String named, String model, boolean strict) {
        return switch (client.readRequest(endpoint, body)) {
            case Outcome.Malformed<EmbeddingRequest>(String message) -> new Outcome.Malformed<>(message);
            case Outcome.NotExpressible<EmbeddingRequest>(var at, String why) -> new Outcome.NotExpressible<>(at, why);
            case Outcome.Done<EmbeddingRequest>(EmbeddingRequest request) -> {
                Losses losses = new Losses();
                for (Extra extra : request.extras()) {
                    losses.request(extra);
                }
                byte[] written = provider.writeRequest(request, model, losses);
                Optional<Outcome.NotExpressible<Converted>> refused = strict ? losses.refusal() : Optional.empty();
                yield refused.isPresent()
                        ? refused.get()
                        : new Outcome.Done<>(new Converted(
                                provider.endpoint(request), written, new Exchange(request, endpoint, named, losses)));
            }
        };
    }

    /** An answer's body. {@link Outcome.Malformed} is the provider's fault. */
    public Outcome<byte[]> answer(byte[] body, Exchange exchange) {
        return switch (provider.readAnswer(body)) {
            case Outcome.Malformed<EmbeddingAnswer>(String message) -> new Outcome.Malformed<>(message);
            case Outcome.NotExpressible<EmbeddingAnswer>(var at, String why) -> new Outcome.NotExpressible<>(at, why);
            case Outcome.Done<EmbeddingAnswer>(EmbeddingAnswer answer) -> {
                int asked = exchange.request().inputs().size();
                if (answer.vectors().size() != asked) {
                    yield new Outcome.Malformed<>(
                            "body: " + answer.vectors().size() + " vectors for " + asked + " inputs.");
                }
                answer.extras().forEach(exchange.losses()::answer);
                yield new Outcome.Done<>(
                        client.writeAnswer(answer, exchange.request(), exchange.endpoint(), exchange.model()));
            }
        };
    }

    /** What a provider's error response says. */
    public ErrorReader.ProviderError readError(int status, byte[] body) {
        return errors.read(status, body, 0, body.length);
    }
}
