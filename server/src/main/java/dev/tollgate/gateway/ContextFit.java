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
import dev.tollgate.routing.ContextPlans;
import dev.tollgate.routing.Plan;
import dev.tollgate.routing.RoutePlanner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds a prompt against the context windows of its candidates, and against the plans of their credentials, which may end below
 * those. Candidates that it surely passes are passed over; where it passes all of them, the call is refused before it is sent, with
 * the name of a model that takes it. Of a provider's credentials the planner leaves out those whose plan it surely passes.
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
    static boolean isSure(Permitted permitted, RoutePlanner planner) {
        if (Protocol.of(permitted.inbound().operation()).isEmpty()) {
            return true;
        }
        long bytes = permitted.body().length;
        boolean anyPlan = mayPass(bytes, planner.narrowestContext());
        for (Candidate candidate : permitted.candidates()) {
            if (mayPass(bytes, known(candidate))
                    || (anyPlan
                            && mayPass(
                                    bytes,
                                    planner.contextPlans(candidate.provider()).narrowest()))) {
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

    /**
     * A candidate that does not take the prompt.
     *
     * @param limit what it takes
     * @param plan the credential whose plan sets that limit; empty where it is the model's window
     */
    private record Passed(long tokens, Candidate candidate, long limit, String plan) {
        String note() {
            return candidate.qualifiedName() + " passed over: at least " + tokens + " tokens, "
                    + (plan.isEmpty() ? "its window has " : "the plan of the credential " + plan + " takes ") + limit;
        }
    }

    private Fit judge(Request request) {
        List<Candidate> fitting = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Map<String, Long> least = new HashMap<>();
        Passed widest = null;
        for (Candidate candidate : permitted.candidates()) {
            ContextPlans plans = services.planner().contextPlans(candidate.provider());
            long window = window(candidate);
            long limit = plans.within(window);
            long tokens = atLeast(request, candidate, plans.narrowestWithin(window));
            if (limit == 0 || tokens <= limit) {
                fitting.add(candidate);
                if (plans.narrowest() > 0 && tokens > plans.narrowest()) {
                    least.put(candidate.qualifiedName(), tokens);
                    notes.add(candidate.qualifiedName() + ": without credentials whose plan takes less than " + tokens
                            + " tokens");
                }
                continue;
            }
            Passed passed = new Passed(tokens, candidate, limit, limit == window ? "" : plans.widestName());
            notes.add(passed.note());
            if (widest == null || limit > widest.limit) {
                widest = passed;
            }
        }
        return fitting.isEmpty() && widest != null
                ? new Fit.TooLong(message(request, widest))
                : new Fit.Fits(
                        notes.isEmpty()
                                ? permitted
                                : permitted.narrowed(fitting, notes).measured(least));
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

    /** What the prompt has at least, where that may be more than the limit; else 0. */
    private long atLeast(Request request, Candidate candidate, long limit) {
        if (!mayPass(permitted.body().length, limit)) {
            return 0;
        }
        TokenEstimator estimator = estimator(request, candidate.provider(), candidate.model());
        return estimator.byBytes(FEWEST_BYTES_PER_TOKEN) <= limit
                ? 0 // long by its images, not by its texts
                : estimator.estimate().atLeast();
    }

    private TokenEstimator estimator(Request request, Provider provider, String model) {
        return TokenCounting.estimator(request, provider, model, dialect);
    }

    private String message(Request request, Passed passed) {
        String vendors = switch (dialect) {
            case ANTHROPIC -> "prompt is too long: " + passed.tokens + " tokens > " + passed.limit + " maximum.";
            case OPENAI ->
                "This model's maximum context length is " + passed.limit + " tokens. However, your input has "
                        + passed.tokens + " tokens.";
            case GEMINI ->
                "The input token count (" + passed.tokens + ") exceeds the maximum number of tokens allowed ("
                        + passed.limit + ").";
            case CONVERSE -> throw dialect.isNoClients();
        };
        String cure = larger(request, passed)
                .map(name -> " The model " + name + " takes it.")
                .orElse(" No other model that this key may use takes it: shorten the conversation.");
        String plan = passed.plan.isEmpty()
                ? ""
                : " The plan of the credential " + passed.plan + " ends there; if it does not, an operator can say so:"
                        + " `tollgate credential set " + passed.plan + " --max-context TOKENS`.";
        boolean asked = RetiredBeta.isAskedFor(permitted.inbound().http().headers());
        return vendors + " That is at least " + (passed.tokens - passed.limit) + " too many for "
                + passed.candidate.qualifiedName() + ", as Tollgate counts." + plan + cure
                + (asked && dialect == Dialect.ANTHROPIC ? " " + RetiredBeta.EXPLANATION : "");
    }

    /** A model of the catalog that takes the prompt and that this key can call: of the same provider first, then the newest. */
    private Optional<String> larger(Request request, Passed passed) {
        CatalogView catalog = services.catalog().view();
        String provider = passed.candidate.provider().name();
        return catalog.models().stream()
                .filter(model -> limit(model, catalog) > passed.limit
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
                && estimator(request, provider, model.id()).estimate().tokens() <= limit(model, catalog);
    }

    /** What the model takes with the widest plan that there is for it; 0 where nobody knows its window. */
    private long limit(Model model, CatalogView catalog) {
        Provider provider = catalog.providers().get(model.provider());
        return provider == null || model.contextTokens() == 0
                ? 0
                : services.planner().contextPlans(provider).within(model.contextTokens());
    }
}
