package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Request;
import java.util.Optional;

/** Between a client of one protocol and a provider of another. Stateless; entered only where the two differ. */
public final class Conversion {
    private final Codec client;
    private final ProviderCodec provider;

    public Conversion(Codec client, Codec provider) {
        this(client, provider.provider());
    }

    public Conversion(Codec client, ProviderCodec provider) {
        if (client.protocol() == provider.protocol()) {
            throw new IllegalArgumentException("same protocol, same bytes: " + client.protocol());
        }
        this.client = client;
        this.provider = provider;
    }

    /**
     * A request, ready to be sent.
     *
     * @param exchange for the answer
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Converted(byte[] body, Exchange exchange) {}

    /**
     * Reads the client's request and writes the provider's.
     *
     * @param strict refuse rather than lose what shapes the answer: {@link Losses#refusal} then makes it {@link
     *     Outcome.NotExpressible}, at the first of them
     */
    public Outcome<Converted> request(
            byte[] body,
            int offset,
            int length,
            RequestReader.FromPath path,
            Destination destination,
            boolean strict,
            Mint mint) {
        return switch (client.requestReader().read(body, offset, length, path)) {
            case Outcome.Malformed<Request>(String message) -> new Outcome.Malformed<>(message);
            case Outcome.NotExpressible<Request>(var at, String why) -> new Outcome.NotExpressible<>(at, why);
            case Outcome.Done<Request>(Request request) -> write(request, destination, strict, mint);
        };
    }

    private Outcome<Converted> write(Request request, Destination destination, boolean strict, Mint mint) {
        Losses losses = new Losses();
        for (Extra extra : request.extras()) {
            if (extra.weight() == Extra.Weight.ESSENTIAL) {
                return new Outcome.NotExpressible<>(extra.at(), extra.why());
            }
            losses.request(extra);
        }
        ToolNames names = new ToolNames(provider.protocol(), request);
        return switch (provider.requestWriter().write(request, destination, names, losses)) {
            case Outcome.Malformed<byte[]>(String message) -> new Outcome.Malformed<>(message);
            case Outcome.NotExpressible<byte[]>(var at, String why) -> new Outcome.NotExpressible<>(at, why);
            case Outcome.Done<byte[]>(byte[] written) -> {
                Optional<Outcome.NotExpressible<Converted>> refused = strict ? losses.refusal() : Optional.empty();
                if (refused.isPresent()) {
                    yield refused.get();
                }
                String model = request.model() == null ? destination.model() : request.model();
                yield new Outcome.Done<>(new Converted(written, new Exchange(request, model, names, losses, mint)));
            }
        };
    }

    /** A whole answer's body. {@link Outcome.Malformed} is the provider's fault. */
    public Outcome<byte[]> answer(byte[] body, int offset, int length, Exchange exchange) {
        return switch (provider.wholeReader().read(body, offset, length, exchange)) {
            case Outcome.Malformed<Answer>(String message) -> new Outcome.Malformed<>(message);
            case Outcome.NotExpressible<Answer>(var at, String why) -> new Outcome.NotExpressible<>(at, why);
            case Outcome.Done<Answer>(Answer answer) -> {
                answer.extras().forEach(exchange.losses()::answer);
                yield new Outcome.Done<>(client.wholeWriter().write(answer, exchange));
            }
        };
    }

    /** For the events of one answer. */
    public StreamConversion stream(Exchange exchange) {
        return new StreamConversion(
                provider.eventReader().apply(exchange), client.eventWriter().apply(exchange));
    }

    /** The same for a client that takes the events as a JSON array, element by element ({@link ArrayEventWriter}). */
    public StreamConversion array(Exchange exchange) {
        return new StreamConversion(
                provider.eventReader().apply(exchange),
                new ArrayEventWriter(client.eventWriter().apply(exchange)));
    }

    /** An error response's body, in the client's form; its status is the kind's. */
    public byte[] error(ErrorReader.ProviderError error, String requestId) {
        Dialect dialect = client.protocol().dialect();
        return ErrorBodies.write(dialect, error.kind(), ContextLength.worded(dialect, error), requestId);
    }

    /** What a provider's error response says. */
    public ErrorReader.ProviderError readError(int status, byte[] body, int offset, int length) {
        return ContextLength.recognized(provider.errorReader().read(status, body, offset, length));
    }
}
