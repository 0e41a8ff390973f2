package dev.tollgate.budget;

import java.util.ArrayList;
import java.util.List;

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
}
