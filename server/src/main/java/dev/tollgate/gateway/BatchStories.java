package dev.tollgate.gateway;

import dev.tollgate.budget.Place;
import dev.tollgate.budget.Pledges;
import dev.tollgate.budget.RefusedCall;
import dev.tollgate.budget.ThresholdActions.SwitchedOff;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.ProviderObject;
import dev.tollgate.gateway.BatchAdmission.Result.Admitted;
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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
        return switch (new BatchAdmission(services, asked).judge()) {
            case BatchAdmission.Result.Refused(String message) -> new Told.Refusal(ErrorKind.INVALID_REQUEST, message);
            case Admitted batch -> route(asked, batch);
        };
    }

    /** Why a budget takes no such batch at present; null if all do. */
    private @Nullable SwitchedOff switchedOff(Asked asked, Admitted batch) {
        if (!services.thresholdActions().any()) {
            return null;
        }
        List<Place> places = batch.models().stream()
                .map(model -> new Place(batch.provider().name(), model))
                .toList();
        return services.thresholdActions().switchedOff(asked.payer(), asked.app(), asked.atMillis(), places);
    }

    private Told route(Asked asked, Admitted batch) {
        SwitchedOff off = switchedOff(asked, batch);
        if (off != null) {
            long now = services.clock().millis();
            services.refusedCalls().add(RefusedCall.heavy(asked.requestId(), now, off));
            return new Told.Refusal(
                    ErrorKind.BUDGET, Texts.switchedOff(off), Texts.secondsUntil(off.resetsAtMillis(), now));
        }
        Candidate candidate = new Candidate(batch.provider(), batch.models().getFirst(), null, false);
        Plan plan = services.planner().plan(List.of(candidate), asked.caller().keyId());
        return plan instanceof Plan.Ways(List<Hop> hops) ? send(asked, batch, hops) : Senders.noWay(plan);
    }

    private Told send(Asked asked, Admitted batch, List<Hop> hops) {
        // Each way is noted as its own, before it is tried: only so is it known whose credential made the batch.
        Senders.Sent sent = null;
        for (Hop hop : hops) {
            Holding holding = holding(asked, batch, hop);
            Optional<Pledges.Refused> refusal = holdings.sending(holding, batch.places(), batch.allPriced());
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

    private Told refused(Asked asked, Pledges.Refused refusal, Admitted batch) {
        long bound =
                refusal.one() == null ? batch.boundNanoUsd() : refusal.one().boundNanoUsd();
        Unheld why = Unheld.of(services, asked.requestId(), String.join(", ", batch.models()), refusal.why(), bound);
        return new Told.Refusal(why.kind(), batch.named(refusal.one()) + why.message(), why.retryAfterSeconds());
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
            when Senders.mayBeTaken(said.status()) -> lost(holding, "the provider answered " + said.status(), sent);
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

    private Told lost(Holding holding, String why, Senders.Sent sent) {
        billing.atBound(holding, "Whether the provider took the batch is not known: " + why + ".", Outcome.UNREACHABLE);
        return Senders.told(sent);
    }

    private static Holding holding(Asked asked, Admitted batch, Hop hop) {
        return new Holding(
                asked.requestId(),
                Kind.BATCH,
                "",
                Dialect.ANTHROPIC.wireName(),
                batch.provider().name(),
                hop.credentialId(),
                hop.credentialName(),
                asked.payer(),
                asked.app(),
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
