package dev.tollgate.budget;

import java.util.List;

/** What one reservation takes from the slices of the budgets that cover it, and what its call has then cost each of them. */
final class Hold {
    /** Of a call that no budget covers. */
    static final Hold NONE = new Hold(0, List.of());

    private final long amountNanoUsd;
    private final List<Part> parts;
    /** By part. The store writer's alone: found with the call's rows, used once they are durable. */
    private long[] costsNanoUsd = {};

    /** One budget's part, in the slice that was its when the call began. */
    record Part(Purse purse, Slice slice) {}

    /** @param amountNanoUsd from each of them */
    Hold(long amountNanoUsd, List<Part> parts) {
        this.amountNanoUsd = amountNanoUsd;
        this.parts = parts;
    }

    long amountNanoUsd() {
        return amountNanoUsd;
    }

    List<Part> parts() {
        return parts;
    }

    /** Remembers what is being written; of several tries the last one counts. */
    void cost(long[] nanoUsdByPart) {
        costsNanoUsd = nanoUsdByPart;
    }

    /** What was written that the call has cost the budget of that part, in nano-US-dollars. */
    long costNanoUsd(int part) {
        return costsNanoUsd[part];
    }
}
