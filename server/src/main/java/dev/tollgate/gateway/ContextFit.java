package dev.tollgate.gateway;

import dev.tollgate.access.Decision;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Provider;
import dev.tollgate.catalog.Resolution;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.tokens.TokenEstimator;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.routing.Plan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Holds a prompt against the context windows of its candidates. Those that it surely passes are passed over; where it passes all of
 * them, the call is refused before it is sent, with the name of a model that takes it.
 *
 * <p>An estimate is not exact, so only what the prompt has at least counts here: the texts' tokens less the margin of their family
 * (a fifth for OpenAI's models, up to two fifths for others), less 15 % where not every byte was counted; 64 of an image and 100 of
 * a page that could be measured; nothing of tools' schemas and inputs, of thoughts and of what lies elsewhere. What slips through, the
 * provider refuses itself. A request that lets the provider shorten the conversation is not judged.
 */
final class ContextFit {
    /** Prose and code have three bytes or more for a token: a body of less than this for each token of a window is let through. */
    static final int FEWEST_BYTES_PER_TOKEN = 2;

    private static final int MOST_MODELS_TRIED = 3;
    private static final Set<String> SHORTENING = Set.of("context_management", "compaction", "truncation");

    private final Services services;
    private final Permitted permitted;
    private final Dialect dialect;

    ContextFit(Services services, Permitted permitted) {
        this.services = services;
        this.permitted = permitted;
        this.dialect = permitted.inbound().operation().dialect();
    }

    /** How the prompt fits. */
    sealed interface Fit {
        /** At least one candidate may take it. */
        record Fits(Permitted permitted) implements Fit {}

        /**
         * None does.
         *
         * @param message for the caller, in the words that its dialect's clients look for
         */
        record TooLong(String message) implements Fit {}
    }

    /** Whether the body's length alone says that nothing need be counted, as it does of the ordinary call. */
    static boolean isSure(Permitted permitted) {
        if (Protocol.of(permitted.inbound().operation()).isEmpty()) {
            return true;
        }
        for (Candidate candidate : permitted.candidates()) {
            if (mayPass(permitted.body().length, known(candidate))) {
                return false;
            }
        }
        return true;
    }

    private static boolean mayPass(long bytes, long window) {
        return window > 0 && bytes > FEWEST_BYTES_PER_TOKEN * window;
    }

    /** Takes milliseconds. */
    Fit judge() {
        Protocol protocol = Protocol.of(permitted.inbound().operation()).orElseThrow();
        Outcome<Request> read = services.counting()
                .read(protocol, permitted.body(), permitted.inbound().pathModel());
        // What cannot be read is for the provider to refuse, or for the conversion.
        return read instanceof Outcome.Done<Request>(Request request) && !shortensItself(request)
                ? judge(request)
                : new Fit.Fits(permitted);
    }

    /** Whether the provider may leave turns out before it counts: context editing, compaction, truncation. */
    private static boolean shortensItself(Request request) {
        return request.extras().stream()
                        .anyMatch(extra -> SHORTENING.contains(extra.at().field()))
                || request.turns().stream()
                        .flatMap(turn -> turn.parts().stream())
                        .anyMatch(ContextFit::isCompaction);
    }

    private static boolean isCompaction(Part part) {
        return part instanceof Part.Opaque opaque && opaque.type().contains("compaction");
    }

    private record Passed(long tokens, Candidate candidate, long window) {}

    private Fit judge(Request request) {
        List<Candidate> fitting = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Passed widest = null;
        for (Candidate candidate : permitted.candidates()) {
            long window = window(candidate);
            long tokens = passing(request, candidate, window);
            if (tokens == 0) {
                fitting.add(candidate);
                continue;
            }
            notes.add(candidate.qualifiedName() + " passed over: at least " + tokens + " tokens, its window has "
                    + window);
            if (widest == null || window > widest.window) {
                widest = new Passed(tokens, candidate, window);
            }
        }
        return fitting.isEmpty() && widest != null
                ? new Fit.TooLong(message(request, widest))
                : new Fit.Fits(notes.isEmpty() ? permitted : permitted.narrowed(fitting, notes));
    }

    /** 0 where nobody knows it. The simulated provider has no model, and so takes whatever comes. */
    private static long known(Candidate candidate) {
        return candidate.provider().name().equals(Provider.SIMULATED) ? 0 : candidate.contextTokens();
    }

    private long window(Candidate candidate) {
        long known = known(candidate);
        return known > 0 && RetiredBeta.mayWiden(permitted, candidate)
                ? Math.max(known, RetiredBeta.CONTEXT_TOKENS)
                : known;
    }

    /** What the prompt has at least, where that is more than the window; else 0. */
    private long passing(Request request, Candidate candidate, long window) {
        if (!mayPass(permitted.body().length, window)) {
            return 0;
        }
        TokenEstimator estimator = estimator(request, candidate.provider(), candidate.model());
        if (estimator.byBytes(FEWEST_BYTES_PER_TOKEN) <= window) {
            return 0; // long by its images, not by its texts
        }
        long tokens = estimator.estimate().atLeast();
        return tokens > window ? tokens : 0;
    }

    private TokenEstimator estimator(Request request, Provider provider, String model) {
        return TokenCounting.estimator(request, provider, model, dialect);
    }

    private String message(Request request, Passed passed) {
        String vendors = switch (dialect) {
            case ANTHROPIC -> "prompt is too long: " + passed.tokens + " tokens > " + passed.window + " maximum.";
            case OPENAI ->
                "This model's maximum context length is " + passed.window + " tokens. However, your input has "
                        + passed.tokens + " tokens.";
            case GEMINI ->
                "The input token count (" + passed.tokens + ") exceeds the maximum number of tokens allowed ("
                        + passed.window + ").";
            case CONVERSE -> throw dialect.isNoClients();
        };
        String cure = larger(request, passed)
                .map(name -> " The model " + name + " takes it.")
                .orElse(" No other model that this key may use takes it: shorten the conversation.");
        boolean asked = RetiredBeta.isAskedFor(permitted.inbound().http().headers());
        return vendors + " That is at least " + (passed.tokens - passed.window) + " too many for "
                + passed.candidate.qualifiedName() + ", as Tollgate counts." + cure
                + (asked && dialect == Dialect.ANTHROPIC ? " " + RetiredBeta.EXPLANATION : "");
    }

    /** A model of the catalog that takes the prompt and that this key can call: of the same provider first, then the newest. */
    private Optional<String> larger(Request request, Passed passed) {
        CatalogView catalog = services.catalog().view();
        String provider = passed.candidate.provider().name();
        return catalog.models().stream()
                .filter(model -> model.contextTokens() > passed.window
                        && model.maxOutputTokens() > 0
                        && !model.provider().equals(Provider.SIMULATED))
                .sorted(Comparator.comparing((Model model) -> !model.provider().equals(provider))
                        .thenComparing(Model::createdAt, Comparator.reverseOrder()))
                .filter(model -> isCallable(model, catalog))
                .limit(MOST_MODELS_TRIED)
                .filter(model -> takes(request, model, catalog))
                .map(Model::qualifiedName)
                .findFirst();
    }

    private boolean isCallable(Model model, CatalogView catalog) {
        String name = model.qualifiedName();
        Resolution resolution = catalog.resolve(
                name, dialect, Instant.ofEpochMilli(permitted.inbound().atMillis()));
        return services.access().decide(permitted.identified().caller(), resolution, name)
                        instanceof Decision.Permitted(List<Candidate> candidates)
                && Translator.reaches(
                        permitted.inbound().operation(), candidates.getFirst().provider())
                && !(services.planner().plan(candidates, "") instanceof Plan.NoCredential);
    }

    private boolean takes(Request request, Model model, CatalogView catalog) {
        Provider provider = catalog.providers().get(model.provider());
        return provider != null
                && estimator(request, provider, model.id()).estimate().tokens() <= model.contextTokens();
    }
}
