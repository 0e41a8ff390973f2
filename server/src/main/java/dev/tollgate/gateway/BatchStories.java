package dev.tollgate.gateway;

import dev.tollgate.access.Decision;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.Ceiling;
import dev.tollgate.budget.Place;
import dev.tollgate.budget.RefusedCall;
import dev.tollgate.budget.RefusedCalls;
import dev.tollgate.budget.ReservationResult;
import dev.tollgate.budget.ThresholdActions.SwitchedOff;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Platform;
import dev.tollgate.catalog.Provider;
import dev.tollgate.catalog.Resolution;
import dev.tollgate.dialects.BatchInspector;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.ProviderObject;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.Splices;
import dev.tollgate.gateway.Errands.Got;
import dev.tollgate.holdings.Holding;
import dev.tollgate.holdings.Holding.Kind;
import dev.tollgate.holdings.Holding.State;
import dev.tollgate.holdings.Holdings;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.routing.Hop;
import dev.tollgate.routing.Plan;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Message batches, each request as one story. What a batch may come to is noted before it is sent, and what it did come to is
 * settled from its results: see {@link BatchBilling}. Everything here blocks.
 */
final class BatchStories {
    private static final String COLLECTION = "/v1/messages/batches";

    private static final Logger LOG = LoggerFactory.getLogger(BatchStories.class);

    private final Services services;
    private final Holdings holdings;
    private final BatchBilling billing;
    private final Senders senders;

    BatchStories(Services services, Holdings holdings, BatchBilling billing, Senders senders) {
        this.services = services;
        this.holdings = holdings;
        this.billing = billing;
        this.senders = senders;
    }

    Told create(Asked asked) {
        return switch (BatchInspector.inspect(asked.body())) {
            case BatchInspector.Result.Malformed(String message) ->
                new Told.Refusal(ErrorKind.INVALID_REQUEST, message);
            case BatchInspector.Result.Requests(var items) -> permit(asked, items);
        };
    }

    /** What all requests of a batch come to. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Permitted(
            Provider provider,
            List<String> models,
            long boundNanoUsd,
            boolean priced,
            boolean allPriced,
            byte[] body) {}

    private Told permit(Asked asked, List<BatchInspector.Item> items) {
        CatalogView catalog = services.catalog().view();
        Provider provider = null;
        TreeSet<String> models = new TreeSet<>();
        List<Splice> splices = new ArrayList<>();
        long bound = 0;
        boolean priced = false;
        boolean allPriced = true;
        for (int i = 0; i < items.size(); i++) {
            RequestFields fields = items.get(i).fields();
            String at = "requests[" + i + "].params.model: ";
            String requested = fields.model();
            String denied = denial(asked, fields, catalog);
            if (denied != null || requested == null) {
                return new Told.Refusal(ErrorKind.INVALID_REQUEST, at + denied);
            }
            Candidate candidate = candidate(asked, requested, provider, catalog);
            if (candidate == null) {
                return new Told.Refusal(
                        ErrorKind.INVALID_REQUEST,
                        at + "a batch goes to one provider of the anthropic dialect, and \"" + Texts.shown(requested)
                                + "\" is not there. Make a batch for each provider.");
            }
            provider = candidate.provider();
            models.add(candidate.model());
            if (!candidate.model().equals(requested)) {
                splices.add(Splices.model(fields, candidate.model()));
            }
            priced |= candidate.price() != null;
            allPriced &= candidate.price() != null;
            bound = Math.min(
                    Ceiling.MOST_NANO_USD,
                    bound + Ceilings.ofBatched(fields, items.get(i).length(), candidate, catalog));
        }
        byte[] body = Splices.apply(asked.body(), 0, asked.body().length, splices);
        return provider == null
                ? new Told.Refusal(ErrorKind.INVALID_REQUEST, "requests: required, a list of at least one.")
                : route(asked, new Permitted(provider, List.copyOf(models), bound, priced, allPriced, body));
    }

    /** Why the key may not ask one of the models that a request names; null if it may ask all. */
    private @Nullable String denial(Asked asked, RequestFields fields, CatalogView catalog) {
        List<String> named = new ArrayList<>(fields.toolModels());
        named.addFirst(fields.model() == null ? "" : fields.model());
        for (String model : named) {
            if (model.isBlank() || model.length() > Texts.MAX_MODEL_NAME) {
                return Texts.BAD_MODEL_NAME;
            }
            if (services.access().decide(asked.caller(), resolve(asked, model, catalog), model)
                    instanceof Decision.Denied denied) {
                return switch (denied.reason()) {
                    case MODEL_UNKNOWN -> Texts.unknownModel(model, catalog.nearest(model));
                    case MODEL_NOT_PERMITTED -> Texts.notPermitted(model, denied.allowed());
                };
            }
        }
        return null;
    }

    private static Resolution resolve(Asked asked, String model, CatalogView catalog) {
        return catalog.resolve(model, Dialect.ANTHROPIC, Instant.ofEpochMilli(asked.atMillis()));
    }

    /** Batches and files lie at the vendors themselves; clouds have other ways for them. */
    static boolean keepsHoldings(Provider provider) {
        return provider.platform().equals(Platform.DIRECT);
    }

    /** The first of the model's places that takes batches, where the batch's other requests go. */
    private static @Nullable Candidate candidate(
            Asked asked, String requested, @Nullable Provider provider, CatalogView catalog) {
        if (resolve(asked, requested, catalog) instanceof Resolution.Resolved resolved) {
            for (Candidate candidate : resolved.candidates()) {
                boolean here = provider == null
                        || provider.name().equals(candidate.provider().name());
                if (here && candidate.provider().speaks(Dialect.ANTHROPIC) && keepsHoldings(candidate.provider())) {
                    return candidate;
                }
            }
        }
        return null;
    }

    /** Why a budget takes no such batch at present; null if all do. */
    private @Nullable SwitchedOff switchedOff(Asked asked, Permitted batch) {
        if (!services.thresholdActions().any()) {
            return null;
        }
        List<Place> places = batch.models().stream()
                .map(model -> new Place(batch.provider().name(), model))
                .toList();
        return services.thresholdActions().switchedOff(asked.payer(), asked.app(), asked.atMillis(), places);
    }

    private Told route(Asked asked, Permitted batch) {
        SwitchedOff off = switchedOff(asked, batch);
        if (off != null) {
            services.refusedCalls().add(RefusedCall.heavy(asked.requestId(), asked.atMillis(), off));
            return new Told.Refusal(ErrorKind.BUDGET, Texts.switchedOff(off));
        }
        Candidate candidate = new Candidate(batch.provider(), batch.models().getFirst(), null, false);
        Plan plan = services.planner().plan(List.of(candidate), asked.caller().keyId());
        return plan instanceof Plan.Ways(List<Hop> hops) ? send(asked, batch, hops) : Senders.noWay(plan);
    }

    private Told send(Asked asked, Permitted batch, List<Hop> hops) {
        // Each way is noted as its own, before it is tried: only so is it known whose credential made the batch.
        Senders.Sent sent = null;
        for (Hop hop : hops) {
            Holding holding = holding(asked, batch, hop);
            Optional<ReservationResult> refusal = holdings.sending(holding, asked.app(), batch.allPriced());
            if (refusal.isPresent()) {
                return refused(asked, refusal.get(), batch);
            }
            sent = senders.one(hop, asked.onward(HttpMethod.POST, COLLECTION, Buffer.buffer(batch.body())));
            Told told = taken(asked, holding, sent);
            if (told != null) {
                return told;
            }
            holdings.refused(holding);
            if (!Senders.isWorthAnother(sent.got())) {
                break;
            }
        }
        return Senders.told(Objects.requireNonNull(sent));
    }

    private Told refused(Asked asked, ReservationResult refusal, Permitted batch) {
        RefusedCalls remembered = services.refusedCalls();
        return switch (refusal) {
            case ReservationResult.Exhausted exhausted -> {
                remembered.add(RefusedCall.of(asked.requestId(), asked.atMillis(), exhausted, batch.boundNanoUsd()));
                yield new Told.Refusal(ErrorKind.BUDGET, Texts.exhausted(exhausted, batch.boundNanoUsd()));
            }
            case ReservationResult.Unpriced(Budget budget) -> {
                remembered.add(RefusedCall.unpriced(asked.requestId(), asked.atMillis(), budget));
                yield new Told.Refusal(
                        ErrorKind.INVALID_REQUEST, Texts.unpriced(String.join(", ", batch.models()), budget));
            }
            case ReservationResult.Refused(var reason) -> new Told.Refusal(ErrorKind.UNAVAILABLE, reason.message());
            case ReservationResult.Reserved reserved ->
                throw new IllegalStateException("what a batch holds is no call in flight");
        };
    }

    /** What the caller is told if the provider has taken the batch, or may have; null if it has not. */
    private @Nullable Told taken(Asked asked, Holding holding, Senders.Sent sent) {
        return switch (sent.got()) {
            case Got.Said said
            when said.isGood() -> {
                Optional<ProviderObject> named = ProviderObject.read(said.body());
                if (named.isEmpty()) {
                    billing.atBound(holding, "The provider did not name the batch.", Outcome.UPSTREAM_ERROR);
                    yield new Told.Refusal(ErrorKind.BAD_GATEWAY, "The provider took the batch and did not name it.");
                }
                open(asked, holding, named.get().id(), said, sent.hop());
                yield new Told.Body(
                        said.status(),
                        said.headers(),
                        shown(said.body(), named.get().id()));
            }
            case Got.Said said
            when mayBeTaken(said.status()) -> lost(holding, "the provider answered " + said.status(), sent);
            case Got.Said said -> null;
            case Got.Nothing nothing
            when nothing.mayBeTaken() -> lost(holding, nothing.reason().text(), sent);
            case Got.Nothing nothing -> null;
            case Got.Unreadable unreadable -> lost(holding, unreadable.why(), sent);
        };
    }

    /** What cannot be noted is stopped: nobody could ask for its results. It is billed at its bound. */
    private void open(Asked asked, Holding holding, String id, Got.Said said, Hop hop) {
        try {
            holdings.opened(holding, id, new String(said.body(), StandardCharsets.UTF_8));
        } catch (StoreUnavailable e) {
            Got got = senders.one(hop, asked.onward(HttpMethod.POST, BatchBilling.PATH + id + "/cancel"))
                    .got();
            LOG.error(
                    "The batch {} could not be noted; to cancel it gave {}",
                    id,
                    got.getClass().getSimpleName());
            throw e;
        }
    }

    /** What comes from a proxy that waited in vain, while the provider may well have taken the request. */
    private static boolean mayBeTaken(int status) {
        return status == 408 || status == 504 || status == 520 || status == 524;
    }

    private Told lost(Holding holding, String why, Senders.Sent sent) {
        billing.atBound(holding, "Whether the provider took the batch is not known: " + why + ".", Outcome.UNREACHABLE);
        return Senders.told(sent);
    }

    private static Holding holding(Asked asked, Permitted batch, Hop hop) {
        return new Holding(
                asked.requestId(),
                Kind.BATCH,
                "",
                Dialect.ANTHROPIC.wireName(),
                batch.provider().name(),
                hop.credentialId(),
                hop.credentialName(),
                asked.payer(),
                asked.atMillis(),
                State.SENDING,
                batch.models(),
                batch.priced(),
                batch.boundNanoUsd(),
                "");
    }

    Told list(Asked asked) {
        return HoldingPage.told(
                holdings, Kind.BATCH, asked, batch -> shown(batch.seen().getBytes(StandardCharsets.UTF_8), batch.id()));
    }

    Told retrieve(Asked asked) {
        return own(asked, batch -> looked(batch, asked, HttpMethod.GET, ""));
    }

    Told cancel(Asked asked) {
        return own(asked, batch -> {
            Told told = looked(batch, asked, HttpMethod.POST, "/cancel");
            if (isGood(told)) {
                holdings.noted(batch, "batch.canceled");
            }
            return told;
        });
    }

    /** The provider's answer about a batch, which is what lists show from now on. */
    private Told looked(Holding batch, Asked asked, HttpMethod method, String verb) {
        return way(batch, hop -> {
            Told told = Senders.told(senders.one(hop, asked.onward(method, BatchBilling.PATH + batch.id() + verb)));
            if (told instanceof Told.Body(int status, var headers, byte[] body) && isGood(told)) {
                holdings.saw(batch, new String(body, StandardCharsets.UTF_8));
                return new Told.Body(status, headers, shown(body, batch.id()));
            }
            return told;
        });
    }

    /** Nobody gets results that are not paid for: the bill is made first, from a reading of the gate's own. */
    Told results(Asked asked) {
        return own(
                asked,
                batch -> billing.settle(batch)
                        ? way(batch, hop -> new Told.Piped(hop, asked.onward(HttpMethod.GET, resultsOf(batch))))
                        : unsettled(batch, asked));
    }

    /** The provider itself says why there are no results yet; where it has some all the same, they wait for the bill. */
    private Told unsettled(Holding batch, Asked asked) {
        return way(batch, hop -> {
            Told told = Senders.told(senders.one(hop, asked.onward(HttpMethod.GET, resultsOf(batch))));
            return isGood(told)
                    ? new Told.Refusal(
                            ErrorKind.UNAVAILABLE,
                            "What the batch has used could not be recorded yet, so its results are withheld. Try again shortly.")
                    : told;
        });
    }

    Told delete(Asked asked) {
        return own(asked, batch -> {
            if (!billing.settle(batch)) { // else what it has used could never be known any more
                return unsettled(batch, asked);
            }
            return way(batch, hop -> {
                Told told =
                        Senders.told(senders.one(hop, asked.onward(HttpMethod.DELETE, BatchBilling.PATH + batch.id())));
                if (isGood(told)) {
                    holdings.deleted(batch);
                }
                return told;
            });
        });
    }

    private static String resultsOf(Holding batch) {
        return BatchBilling.PATH + batch.id() + "/results";
    }

    private static boolean isGood(Told told) {
        return told instanceof Told.Body body && body.status() >= 200 && body.status() < 300;
    }

    /** As clients may see it: its results are the gate's to give. The path is relative to whatever address they use. */
    private static byte[] shown(byte[] body, String id) {
        return ProviderObject.withResultsAt(body, BatchBilling.PATH + id + "/results");
    }

    private Told own(Asked asked, Function<Holding, Told> then) {
        return holdings.find(
                        Kind.BATCH, asked.dialect().wireName(), asked.caller().keyId(), asked.id())
                .map(then)
                .orElseGet(() -> new Told.Refusal(ErrorKind.NOT_FOUND, "This key has no batch of that id."));
    }

    private Told way(Holding batch, Function<Hop, Told> then) {
        return billing.way(batch)
                .map(then)
                .orElseGet(() -> new Told.Refusal(
                        ErrorKind.UNAVAILABLE,
                        "The credential or provider that made this batch is not there any more. An operator can look:"
                                + " `tollgate credential list`."));
    }
}
