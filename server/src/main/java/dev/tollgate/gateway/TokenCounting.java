package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import dev.tollgate.dialects.tokens.TokenEstimator;
import dev.tollgate.gateway.Stages.Permitted;
import io.vertx.core.Context;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts prompts here, for providers that cannot be asked and for {@link ContextFit}. That takes milliseconds, so it is done off the
 * event loops, and by half of the processors at most: calls under way come first.
 */
public final class TokenCounting {
    private static final Logger LOG = LoggerFactory.getLogger(TokenCounting.class);

    private final Map<Protocol, Codec> codecs;
    private final Executor blocking;
    private final Semaphore atOnce =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    /**
     * Counting that reads with these.
     *
     * @param codecs of all that clients speak
     * @param blocking runs each task on a thread that may wait
     */
    public TokenCounting(Map<Protocol, Codec> codecs, Executor blocking) {
        this.codecs = Map.copyOf(codecs);
        this.blocking = blocking;
    }

    /** What came of counting. */
    sealed interface Counted {
        record Tokens(long tokens) implements Counted {}

        /**
         * The request is none that can be counted.
         *
         * @param message for the caller: which field, and why
         */
        record Refused(String message) implements Counted {}

        /** A fault of the gate's own; its log says more. */
        record Failed() implements Counted {}
    }

    /** Whether the call can be put to the provider, as far as is known; always, unless tokens are to be counted. */
    static boolean canAsk(Operation operation, Provider provider) {
        if (Protocol.countedBy(operation).isEmpty()) {
            return true;
        }
        // Servers like OpenAI's have no endpoint for it, and neither has the simulated provider.
        return operation == Operation.INPUT_TOKENS
                ? provider.builtin() && provider.name().equals(Dialect.OPENAI.wireName())
                : provider.serves(operation);
    }

    /** Whether that status says that a server of somebody's own does not know how to count. */
    static boolean isUnknownThere(Operation operation, Provider provider, int status) {
        return Protocol.countedBy(operation).isPresent()
                && !provider.builtin()
                && (status == 404 || status == 405 || status == 501);
    }

    /** Counts for the model of that candidate, and then says so on the call's own loop. */
    void count(Permitted permitted, Candidate candidate, Context context, Consumer<Counted> then) {
        work(context, () -> counted(permitted, candidate), new Counted.Failed(), then);
    }

    /** Runs what is no work for an event loop, and then hands its result to that loop. */
    <T> void work(Context context, Supplier<T> work, T afterFault, Consumer<T> then) {
        blocking.execute(() -> {
            T result = afterFault;
            try {
                result = bounded(work);
            } catch (RuntimeException e) {
                LOG.error("A prompt could not be counted", e);
            } finally {
                T told = result;
                context.runOnContext(hopped -> then.accept(told));
            }
        });
    }

    /** Runs it here, on a thread that may wait, when one of the few that may count at once has ended. */
    <T> T bounded(Supplier<T> work) {
        atOnce.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            atOnce.release();
        }
    }

    private Counted counted(Permitted permitted, Candidate candidate) {
        Protocol protocol = Protocol.countedBy(permitted.inbound().operation()).orElseThrow();
        return switch (read(
                protocol,
                innerRequest(protocol, permitted.body()),
                permitted.inbound().pathModel())) {
            case Outcome.Malformed<Request>(String message) -> new Counted.Refused(message);
            case Outcome.NotExpressible<Request> field -> new Counted.Refused(field.message());
            case Outcome.Done<Request>(Request request) -> {
                for (Extra extra : request.extras()) {
                    if (extra.weight() == Extra.Weight.ESSENTIAL) {
                        yield new Counted.Refused(extra.at() + ": " + extra.why());
                    }
                }
                if (request.context().previousResponseId() != null
                        || request.context().cachedContent() != null) {
                    yield new Counted.Refused("A part of the conversation lies at the provider, where Tollgate cannot"
                            + " count it: send it whole, without previous_response_id and cachedContent.");
                }
                Dialect callers = permitted.inbound().operation().dialect();
                TokenEstimator estimator = estimator(request, candidate.provider(), candidate.model(), callers);
                yield new Counted.Tokens(estimator.estimate().tokens());
            }
        };
    }

    /** Gemini's request may stand within {@code generateContentRequest}. */
    private static byte[] innerRequest(Protocol protocol, byte[] body) {
        if (protocol == Protocol.GENERATE_CONTENT
                && Json.parse(body, 0, body.length) instanceof ParsedJson.Whole(Json.Obj whole)) {
            Json camel = whole.get("generateContentRequest");
            Json inner = camel == null ? whole.get("generate_content_request") : camel;
            return inner instanceof Json.Obj ? inner.bytes() : body;
        }
        return body;
    }

    /** What the caller's request says; the texts in it are slices of the body. */
    Outcome<Request> read(Protocol protocol, byte[] body, @Nullable String pathModel) {
        Codec codec = codecs.get(protocol);
        if (codec == null) {
            throw new IllegalStateException("no codec for " + protocol);
        }
        return codec.requestReader().read(body, 0, body.length, new RequestReader.FromPath(pathModel, false));
    }

    /** By the rules of the candidate's model; where its name tells nothing, by those of the dialect in which it is served. */
    static TokenEstimator estimator(Request request, Provider provider, String model, Dialect callers) {
        Dialect served = provider.speaks(callers)
                ? callers
                : provider.dialects().iterator().next();
        return new TokenEstimator(request, served, model);
    }
}
