package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Provider;
import dev.tollgate.catalog.Resolution;
import dev.tollgate.dialects.BatchResult;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.UsageReading;
import dev.tollgate.holdings.Holding;
import dev.tollgate.ledger.CallEnd;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Served;
import dev.tollgate.ledger.Timings;
import dev.tollgate.ledger.UsageSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one batch has used, line by line of its results: a row of the ledger for each model. One thread at a time. */
final class BatchTally {
    static final String OPERATION = "message_batch";

    private final Holding holding;
    private final CatalogView catalog;
    private final SortedMap<String, Charge.Metered> byModel = new TreeMap<>();
    private long succeeded;
    private long unbilled;
    private int lines;
    private @Nullable String unknown;

    BatchTally(Holding holding, CatalogView catalog) {
        this.holding = holding;
        this.catalog = catalog;
    }

    void line(byte[] line) {
        lines++;
        switch (BatchResult.read(line)) {
            case BatchResult.Unbilled unbilledLine -> unbilled++;
            case BatchResult.Unreadable unreadable -> unknown = "A line of the results could not be read.";
            case BatchResult.Succeeded(String model, UsageReading usage) -> {
                succeeded++;
                add(candidate(model), usage);
            }
        }
    }

    private void add(@Nullable Candidate candidate, UsageReading reading) {
        if (candidate == null || isUnexpected(candidate) || !(reading instanceof UsageReading.Reported(Usage usage))) {
            unknown = "An answer's usage or model could not be read.";
            return;
        }
        if (Charges.ofBatched(usage, candidate) instanceof Charge.Metered metered) {
            Charge.Metered billed = Charges.discounted(
                    metered, catalog.discounts(), holding.payer().account(), candidate, holding.createdAtMillis());
            byModel.merge(candidate.model(), billed, BatchTally::sum);
        } else {
            unknown = "An answer's usage is beyond every price.";
        }
    }

    /** Whether it has no price and none of the batch's requests named it, though those had prices: free of charge it is not. */
    private boolean isUnexpected(Candidate candidate) {
        return candidate.price() == null
                && holding.priced()
                && !holding.models().contains(candidate.model());
    }

    private static Charge.Metered sum(Charge.Metered a, Charge.Metered b) {
        return new Charge.Metered(
                a.tokens().plus(b.tokens()),
                UsageSource.REPORTED,
                a.priced() || b.priced(),
                Math.addExact(a.costNanoUsd(), b.costNanoUsd()),
                Math.addExact(a.discountNanoUsd(), b.discountNanoUsd()));
    }

    /** The model by which the answer was priced when the batch was made; an answer that names none has the batch's only one. */
    private @Nullable Candidate candidate(String answered) {
        String model = !answered.isEmpty()
                ? answered
                : holding.models().size() == 1 ? holding.models().getFirst() : "";
        Provider provider = catalog.providers().get(holding.provider());
        if (provider == null || model.isEmpty()) {
            return null;
        }
        String name = holding.provider() + "/" + model;
        Instant then = Instant.ofEpochMilli(holding.createdAtMillis());
        Candidate found = catalog.resolve(name, Dialect.ANTHROPIC, then) instanceof Resolution.Resolved resolved
                ? resolved.candidates().getFirst()
                : null;
        boolean unpriced = found == null || found.price() == null;
        // A provider may answer with a dated name that the price data does not have.
        return unpriced && holding.models().size() == 1 && !holding.models().contains(model)
                ? candidate(holding.models().getFirst())
                : found;
    }

    /** Results read so far. */
    int lines() {
        return lines;
    }

    /** The rows, at least one; the first has the request id of the call that made the batch. */
    List<CallRecord> rows(long nowMillis) {
        if (unknown != null) {
            return List.of(atBound(holding, unknown, Outcome.OK, nowMillis));
        }
        String edit = "results: " + succeeded + " succeeded, " + unbilled + " not billed";
        if (byModel.isEmpty()) {
            return List.of(row(
                    holding,
                    0,
                    model(holding),
                    new Charge.Free(),
                    Outcome.OK,
                    List.of(edit),
                    holding.boundNanoUsd(),
                    nowMillis));
        }
        List<CallRecord> rows = new ArrayList<>();
        long left = holding.boundNanoUsd();
        for (Map.Entry<String, Charge.Metered> each : byModel.entrySet()) {
            Charge.Metered charge = each.getValue();
            // The bound is the whole batch's: each row takes what it cost of it, the last one all that is left.
            boolean last = rows.size() == byModel.size() - 1;
            long reserved = last ? left : Math.min(left, charge.costNanoUsd());
            left -= reserved;
            rows.add(row(holding, rows.size(), each.getKey(), charge, Outcome.OK, List.of(edit), reserved, nowMillis));
        }
        return rows;
    }

    /** The row of a batch of which nobody knows what it used: its whole bound. */
    static CallRecord atBound(Holding holding, String reason, Outcome outcome, long nowMillis) {
        return row(
                holding,
                0,
                model(holding),
                new Charge.AtReservation(holding.priced(), reason),
                outcome,
                List.of(),
                holding.boundNanoUsd(),
                nowMillis);
    }

    private static String model(Holding holding) {
        return holding.models().isEmpty() ? "" : holding.models().getFirst();
    }

    private static CallRecord row(
            Holding holding,
            int number,
            String model,
            Charge charge,
            Outcome outcome,
            List<String> edits,
            long reservedNanoUsd,
            long nowMillis) {
        String id = number == 0 ? holding.requestId() : holding.requestId() + "." + number;
        CallStart start = new CallStart(
                id,
                holding.createdAtMillis(),
                holding.payer(),
                holding.dialect(),
                OPERATION,
                model,
                null,
                false,
                new ClientInfo(null, holding.app(), null));
        CallEnd end = new CallEnd(
                nowMillis,
                outcome,
                outcome == Outcome.OK ? 200 : 0,
                new Served(holding.provider(), model, holding.credentialId(), holding.credentialName()),
                charge,
                Timings.UNKNOWN,
                List.of(),
                List.of(),
                edits);
        return new CallRecord(start, end, reservedNanoUsd);
    }
}
