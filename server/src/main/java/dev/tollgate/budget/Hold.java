package dev.tollgate.budget;

import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Served;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one reservation has taken from the slices of the budgets that cover it. */
final class Hold {
    /** Of a call that no budget covers. */
    static final Hold NONE = new Hold(0);

    /** One budget's part, in the slice that was its when the call began. */
    record Part(Purse purse, Slice slice) {}

    private final long amountNanoUsd;
    private final List<Part> parts = new ArrayList<>(1);

    Hold(long amountNanoUsd) {
        this.amountNanoUsd = amountNanoUsd;
    }

    void add(Part part) {
        parts.add(part);
    }

    List<Part> parts() {
        return parts;
    }

    /** From each of the slices. */
    long amountNanoUsd() {
        return amountNanoUsd;
    }

    /** What the call has cost that budget; nothing where the budget is of another place than the one that served. */
    static long cost(Part part, CallRecord call) {
        Served served = call.end().served();
        return part.purse().budget().scope().covers(place(served)) ? call.costNanoUsd() : 0;
    }

    static @Nullable Place place(@Nullable Served served) {
        return served == null ? null : new Place(served.provider(), served.model());
    }
}
