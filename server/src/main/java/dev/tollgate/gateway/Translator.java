package dev.tollgate.gateway;

import dev.tollgate.catalog.Alias;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Platform;
import dev.tollgate.catalog.Provider;
import dev.tollgate.catalog.Takings;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.Splices;
import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.codec.Conversion;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Mint;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.ProviderCodec;
import dev.tollgate.dialects.codec.RequestReader;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.embeddings.EmbeddingCodec;
import dev.tollgate.dialects.embeddings.EmbeddingConversion;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.kernel.Ids;
import dev.tollgate.routing.Hop;
import dev.tollgate.upstream.Outbound;
import dev.tollgate.upstream.PlatformCall;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.buffer.BufferInternal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says a call to a candidate: in the caller's own bytes where both speak one dialect, else rewritten. */
public final class Translator {
    /** Where neither the client nor the catalog bounds an answer for a provider that demands a bound. */
    private static final long DEFAULT_OUTPUT_TOKENS = 4_096;

    private static final CharSequence ANTHROPIC_VERSION = HttpHeaders.createOptimized("anthropic-version");
    private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private final Map<Protocol, Codec> clients;
    private final Map<Protocol, ProviderCodec> providers;
    private final Takings takings;
    private final Mint mint;

    /**
     * A translator between these.
     *
     * @param clients of all that clients speak
     * @param providers of all that providers speak
     */
    public Translator(
            Map<Protocol, Codec> clients,
            Map<Protocol, ProviderCodec> providers,
            Takings takings,
            InstantSource clock) {
        this.clients = Map.copyOf(clients);
        this.providers = Map.copyOf(providers);
        this.takings = takings;
        this.mint = new Mint() {
            @Override
            public String id(String prefix) {
                return prefix + Ids.secret(24);
            }

            @Override
            public long epochSecond() {
                return clock.instant().getEpochSecond();
            }
        };
    }

    /** What came of putting a request together. */
    sealed interface Result {
        /**
         * Ready to be sent.
         *
         * @param edits what was changed in the request, for {@code explain}
         */
        record Said(Outbound outbound, Translation translation, List<String> edits) implements Result {}

        /**
         * It cannot be put so that it still means the same.
         *
         * @param message for the caller: which field, why, and a cure
         */
        record Unsayable(String message) implements Result {}
    }

    /** Whether a call to this endpoint can be said to the provider at all. */
    static boolean reaches(Operation operation, Provider provider) {
        return provider.serves(operation)
                || Protocol.of(operation).isPresent()
                || Protocol.countedBy(operation).isPresent()
                || (operation.embeds() && EmbeddingCodec.of(dialect(provider)).isPresent());
    }

    /** @param sentBack the call's own, the same for each of its candidates */
    Result say(Permitted permitted, SentBack sentBack, Hop hop, MultiMap forwarded, CatalogView catalog) {
        Operation operation = permitted.inbound().operation();
        Candidate candidate = hop.candidate();
        Result result;
        if (candidate.provider().speaks(operation.dialect())) {
            result = untouched(permitted, sentBack, candidate, forwarded, catalog);
        } else if (operation.embeds()) {
            result = embedded(permitted, candidate, catalog);
        } else {
            result = converted(permitted, candidate, catalog);
        }
        return result instanceof Result.Said said ? hosted(said, permitted, candidate) : result;
    }

    /** Where a cloud hosts the model, the call is put as that cloud takes it. */
    private static Result.Said hosted(Result.Said said, Permitted permitted, Candidate candidate) {
        Platform platform = candidate.provider().platform();
        if (platform.equals(Platform.DIRECT)) {
            return said;
        }
        PlatformCall call = PlatformCall.of(
                platform,
                said.translation().operation(),
                candidate.model(),
                permitted.fields().stream(),
                said.outbound());
        List<String> edits = new ArrayList<>(said.edits());
        call.edits().forEach(fields -> edits.add(fields + ": as " + platform.wireName() + " takes it"));
        return new Result.Said(call.outbound(), said.translation(), edits);
    }

    private Result untouched(
            Permitted permitted, SentBack sentBack, Candidate candidate, MultiMap forwarded, CatalogView catalog) {
        Inbound inbound = permitted.inbound();
        String model = candidate.model();
        List<Splice> splices = new ArrayList<>(2);
        List<String> edits = new ArrayList<>(2);
        if (permitted.fields().model() != null
                && !model.equals(permitted.fields().model())) {
            splices.add(Splices.model(permitted.fields(), model));
            edits.add("model: " + permitted.requested() + " -> " + model);
        }
        List<Splice> inner = Splices.innerModels(permitted.fields(), model);
        splices.addAll(inner);
        if (inbound.pathModel() != null && !model.equals(inbound.pathModel())) {
            edits.add("model: " + permitted.requested() + " -> " + model);
        }
        boolean needless = RetiredBeta.isNeedless(permitted, candidate);
        if (needless) {
            edits.add(RetiredBeta.LEFT_OUT);
        }
        Splices.includeUsage(permitted.fields()).ifPresent(splice -> {
            splices.add(splice);
            edits.add(splice.field() + ": true");
        });
        splices.addAll(Bounds.splices(permitted, candidate, catalog, edits));
        Set<String> dropped = new LinkedHashSet<>();
        int before = edits.size();
        MultiMap headers =
                Betas.taken(needless ? RetiredBeta.without(forwarded) : forwarded, candidate, takings, edits);
        if (edits.size() > before) {
            dropped.add(Betas.HEADER.toString());
        }
        for (Splice splice : foreignSignatures(inbound.operation(), sentBack, candidate)) {
            splices.add(splice);
            if (dropped.add(splice.field())) {
                edits.add(splice.field() + ": dropped: another provider's signature");
            }
        }
        splices.sort((a, b) -> Integer.compare(a.start(), b.start()));
        byte[] body = splices.isEmpty()
                ? permitted.body()
                : Splices.apply(permitted.body(), 0, permitted.body().length, splices);
        return new Result.Said(
                new Outbound(HttpMethod.POST, path(inbound, model), headers, wrap(body)),
                new Translation.Untouched(inbound.operation(), String.join(", ", dropped)),
                edits);
    }

    private List<Splice> foreignSignatures(Operation operation, SentBack sentBack, Candidate candidate) {
        return Protocol.of(operation)
                .or(() -> Protocol.countedBy(operation))
                .map(spoken -> sentBack.splices(destination(spoken, candidate, 0)))
                .orElse(List.of());
    }

    private Destination destination(Protocol theirs, Candidate candidate, long maxTokens) {
        Takings.Taking taking = takings.of(theirs, candidate.provider().name(), candidate.model());
        return new Destination(
                candidate.model(), maxTokens, taking.takes(), taking.efforts(), taking.leastThinkingBudget());
    }

    private static String path(Inbound inbound, String model) {
        String query = Presented.Query.forwarded(inbound.http().query());
        return inbound.pathModel() == null
                ? inbound.path() + query
                : inbound.path() + segment(model) + inbound.verb() + query;
    }

    private Result converted(Permitted permitted, Candidate candidate, CatalogView catalog) {
        Inbound inbound = permitted.inbound();
        // Gemini's streams are a JSON array, unless server-sent events are asked for.
        boolean array = inbound.operation() == Operation.STREAM_GENERATE_CONTENT
                && !"sse".equals(Presented.Query.first(inbound.http().query(), "alt"));
        Protocol theirs = protocol(candidate.provider());
        Protocol ours = Protocol.of(inbound.operation()).orElseThrow();
        boolean stream = permitted.fields().stream();
        Conversion conversion = new Conversion(codec(clients, ours), codec(providers, theirs));
        long limit = catalog.model(candidate.provider().name(), candidate.model())
                .map(Model::maxOutputTokens)
                .filter(tokens -> tokens > 0)
                .orElse(DEFAULT_OUTPUT_TOKENS);
        List<String> edits = new ArrayList<>();
        byte[] body = Bounds.body(permitted, candidate, catalog, edits);
        String strictness = strictness(permitted, catalog);
        return switch (conversion.request(
                body,
                0,
                body.length,
                new RequestReader.FromPath(inbound.pathModel(), stream),
                destination(theirs, candidate, limit),
                !strictness.isEmpty(),
                mint)) {
            case Outcome.Malformed<Conversion.Converted>(String message) -> new Result.Unsayable(message);
            case Outcome.NotExpressible<Conversion.Converted> field -> unsayable(field, permitted, theirs, strictness);
            case Outcome.Done<Conversion.Converted>(var said) -> {
                Operation operation = theirs.operation(stream);
                var translation = new Translation.Converted(
                        operation, conversion, said.exchange().of(inbound.requestId()), array);
                edits.add("body: rewritten from " + ours.wireName() + " to " + theirs.wireName());
                edits.addAll(translation.losses());
                yield new Result.Said(
                        new Outbound(
                                HttpMethod.POST,
                                path(operation, candidate.model()),
                                headers(permitted, theirs),
                                wrap(Bounds.written(permitted, operation, said.body()))),
                        translation,
                        edits);
            }
        };
    }

    /** What is said of a key or alias that refuses losses; empty where they are taken. */
    private static String strictness(Permitted permitted, CatalogView catalog) {
        if (permitted.identified().caller().strict()) {
            return Texts.STRICT_KEY;
        }
        String name = permitted.alias();
        Alias alias = name == null ? null : catalog.aliases().get(name);
        return alias != null && alias.strict() ? Texts.STRICT_ALIAS : "";
    }

    private Result embedded(Permitted permitted, Candidate candidate, CatalogView catalog) {
        Operation operation = permitted.inbound().operation();
        Dialect ours = operation.dialect();
        Protocol theirs =
                dialect(candidate.provider()) == Dialect.GEMINI ? Protocol.GENERATE_CONTENT : Protocol.CHAT_COMPLETIONS;
        var conversion = new EmbeddingConversion(
                ours, theirs.dialect(), codec(providers, theirs).errorReader());
        String strictness = strictness(permitted, catalog);
        return switch (conversion.request(
                operation, permitted.body(), permitted.requested(), candidate.model(), !strictness.isEmpty())) {
            case Outcome.Malformed<EmbeddingConversion.Converted>(String message) -> new Result.Unsayable(message);
            case Outcome.NotExpressible<EmbeddingConversion.Converted> field ->
                unsayable(field, permitted, theirs, strictness);
            case Outcome.Done<EmbeddingConversion.Converted>(var said) -> {
                var translation = new Translation.Embedded(said.endpoint(), conversion, said.exchange());
                List<String> edits = new ArrayList<>();
                edits.add("body: rewritten from " + ours.wireName() + " to "
                        + theirs.dialect().wireName() + " embeddings");
                edits.addAll(translation.losses());
                yield new Result.Said(
                        new Outbound(
                                HttpMethod.POST,
                                path(said.endpoint(), candidate.model()),
                                headers(permitted, theirs),
                                wrap(said.body())),
                        translation,
                        edits);
            }
        };
    }

    private static Result unsayable(
            Outcome.NotExpressible<?> field, Permitted permitted, Protocol theirs, String strictness) {
        return new Result.Unsayable(field.message() + " The model \"" + permitted.requested() + "\" is served in the "
                + theirs.dialect().wireName() + " dialect." + strictness);
    }

    private static <C> C codec(Map<Protocol, C> codecs, Protocol protocol) {
        C codec = codecs.get(protocol);
        if (codec == null) {
            throw new IllegalStateException("no codec for " + protocol);
        }
        return codec;
    }

    /** OpenAI itself is spoken to in Responses, which carries reasoning; servers like it know Chat Completions at most. */
    private static Protocol protocol(Provider provider) {
        return switch (dialect(provider)) {
            case ANTHROPIC -> Protocol.MESSAGES;
            case OPENAI -> provider.builtin() ? Protocol.RESPONSES : Protocol.CHAT_COMPLETIONS;
            case GEMINI -> Protocol.GENERATE_CONTENT;
            case CONVERSE -> Protocol.CONVERSE;
        };
    }

    private static Dialect dialect(Provider provider) {
        return provider.dialects().iterator().next();
    }

    private static String path(Operation operation, String model) {
        return switch (operation) {
            case MESSAGES -> "/v1/messages";
            case CHAT_COMPLETIONS -> "/v1/chat/completions";
            case RESPONSES -> "/v1/responses";
            case GENERATE_CONTENT -> "/v1beta/models/" + segment(model) + ":generateContent";
            case STREAM_GENERATE_CONTENT -> "/v1beta/models/" + segment(model) + ":streamGenerateContent?alt=sse";
            case CONVERSE -> "/model/" + segment(model) + "/converse";
            case CONVERSE_STREAM -> "/model/" + segment(model) + "/converse-stream";
            case EMBEDDINGS -> "/v1/embeddings";
            case EMBED_CONTENT -> "/v1beta/models/" + segment(model) + ":embedContent";
            case BATCH_EMBED_CONTENTS -> "/v1beta/models/" + segment(model) + ":batchEmbedContents";
            case COUNT_TOKENS, INPUT_TOKENS, GEMINI_COUNT_TOKENS ->
                throw new IllegalArgumentException("nothing is converted to " + operation);
        };
    }

    private static String segment(String model) {
        return URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The client's own headers are meant for another vendor: of them just the trace goes on. */
    private static MultiMap headers(Permitted permitted, Protocol theirs) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        headers.set(HttpHeaders.CONTENT_TYPE, JSON);
        headers.set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
        if (theirs == Protocol.MESSAGES) {
            headers.set(ANTHROPIC_VERSION, "2023-06-01");
        }
        String trace = permitted.inbound().http().getHeader(TRACEPARENT);
        if (trace != null) {
            headers.set(TRACEPARENT, trace);
        }
        return headers;
    }

    /** The bytes themselves, not a copy of them. */
    private static Buffer wrap(byte[] body) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(body));
    }
}
