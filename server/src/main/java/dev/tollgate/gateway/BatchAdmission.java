package dev.tollgate.gateway;

import dev.tollgate.access.Decision;
import dev.tollgate.budget.Ceiling;
import dev.tollgate.budget.Place;
import dev.tollgate.budget.Pledges;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Platform;
import dev.tollgate.catalog.Provider;
import dev.tollgate.catalog.Resolution;
import dev.tollgate.dialects.BatchInspector;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.Splices;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether a key may ask all that a batch asks, where the batch goes, and what it may come to. One batch; no work for an event loop. */
final class BatchAdmission {
    private final Services services;
    private final Asked asked;
    private final CatalogView catalog;
    private final BatchBounds bounds;

    private final List<Splice> splices = new ArrayList<>();
    private final SortedMap<String, Dearest> dearest = new TreeMap<>();
    private @Nullable Provider provider;
    private long boundNanoUsd;
    private boolean priced;
    private boolean allPriced = true;

    BatchAdmission(Services services, Asked asked) {
        this.services = services;
        this.asked = asked;
        this.catalog = services.catalog().view();
        this.bounds = new BatchBounds(services, asked, catalog);
    }

    /** What came of judging. */
    sealed interface Result {
        /**
         * It may be sent.
         *
         * @param dearest request of each model, by the provider's names
         * @param boundNanoUsd the most that all requests may come to, in nano-US-dollars
         * @param priced whether a price is known for any model
         * @param allPriced whether one is known for each
         * @param body as it is sent
         */
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Admitted(
                Provider provider,
                SortedMap<String, Dearest> dearest,
                long boundNanoUsd,
                boolean priced,
                boolean allPriced,
                byte[] body)
                implements Result {
            List<String> models() {
                return List.copyOf(dearest.keySet());
            }

            /** As budgets see it. */
            List<Pledges.Dearest> places() {
                return dearest.entrySet().stream()
                        .map(each -> new Pledges.Dearest(
                                new Place(provider.name(), each.getKey()),
                                each.getValue().boundNanoUsd()))
                        .toList();
            }

            /** Which of the requests is meant, with a colon; empty where all are. */
            String named(Pledges.@Nullable Dearest one) {
                Dearest found = one == null ? null : dearest.get(one.place().model());
                return found == null ? "" : name(found.index()) + ": ";
            }
        }

        /**
         * It must not be sent.
         *
         * @param message names the place
         */
        record Refused(String message) implements Result {}
    }

    /**
     * One request of a batch.
     *
     * @param boundNanoUsd the most that it may come to, in nano-US-dollars
     */
    record Dearest(int index, long boundNanoUsd) {}

    private static String name(int index) {
        return "requests[" + index + "]";
    }

    Result judge() {
        return switch (BatchInspector.inspect(asked.body())) {
            case BatchInspector.Result.Malformed(String message) -> new Result.Refused(message);
            case BatchInspector.Result.Requests(var items) -> judge(items);
        };
    }

    private Result judge(List<BatchInspector.Item> items) {
        for (int i = 0; i < items.size(); i++) {
            String problem = admit(items.get(i), i);
            if (problem != null) {
                return new Result.Refused(name(i) + ".params" + problem);
            }
        }
        if (provider == null) {
            return new Result.Refused("requests: required, a list of at least one.");
        }
        splices.sort(Comparator.comparingInt(Splice::start));
        byte[] body = Splices.apply(asked.body(), 0, asked.body().length, splices);
        return new Result.Admitted(provider, dearest, boundNanoUsd, priced, allPriced, body);
    }

    /** Why one request may not be sent, beginning with the field of its params; null if it may. */
    private @Nullable String admit(BatchInspector.Item item, int index) {
        RequestFields fields = item.fields();
        String requested = fields.model();
        String denied = denial(fields);
        if (denied != null || requested == null) {
            return ".model: " + denied;
        }
        Candidate candidate = candidate(requested);
        if (candidate == null) {
            return ".model: a batch goes to one provider of the anthropic dialect, and \"" + Texts.shown(requested)
                    + "\" is not there. Make a batch for each provider.";
        }
        String limited = BatchedLimits.refusal(services, asked, item, candidate);
        if (limited != null) {
            return ": " + limited;
        }
        provider = candidate.provider();
        if (!candidate.model().equals(requested)) {
            splices.add(Splices.model(fields, candidate.model()));
        }
        splices.addAll(Splices.toolUses(Operation.MESSAGES, fields.work(), ServerWorkBound.MOST_USES));
        priced |= candidate.price() != null;
        allPriced &= candidate.price() != null;
        Dearest one = new Dearest(index, bounds.of(item, candidate).nanoUsd());
        boundNanoUsd = Math.min(Ceiling.MOST_NANO_USD, boundNanoUsd + one.boundNanoUsd());
        dearest.merge(candidate.model(), one, (a, b) -> b.boundNanoUsd() > a.boundNanoUsd() ? b : a);
        return null;
    }

    /** Why the key may not ask one of the models that a request names; null if it may ask all. */
    private @Nullable String denial(RequestFields fields) {
        List<String> named = new ArrayList<>(fields.toolModels());
        named.addFirst(fields.model() == null ? "" : fields.model());
        for (String model : named) {
            if (model.isBlank() || model.length() > Texts.MAX_MODEL_NAME) {
                return Texts.BAD_MODEL_NAME;
            }
            if (services.access().decide(asked.caller(), resolve(model), model) instanceof Decision.Denied denied) {
                return switch (denied.reason()) {
                    case MODEL_UNKNOWN -> Texts.unknownModel(model, catalog.nearest(model));
                    case MODEL_NOT_PERMITTED -> Texts.notPermitted(model, denied.allowed());
                };
            }
        }
        return null;
    }

    private Resolution resolve(String model) {
        return catalog.resolve(model, Dialect.ANTHROPIC, Instant.ofEpochMilli(asked.atMillis()));
    }

    /** Batches and files lie at the vendors themselves; clouds have other ways for them. */
    static boolean keepsHoldings(Provider provider) {
        return provider.platform().equals(Platform.DIRECT);
    }

    /** The first of the model's places that takes batches, where the batch's other requests go. */
    private @Nullable Candidate candidate(String requested) {
        if (resolve(requested) instanceof Resolution.Resolved resolved) {
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
}
