package dev.tollgate.budget;

import java.util.List;

/**
 * What one reservation takes from the slices of the budgets that cover it.
 *
 * @param amountNanoUsd from each of them
 */
record Hold(long amountNanoUsd, List<Part> parts) {
    /** Of a call that no budget covers. */
    static final Hold NONE = new Hold(0, List.of());

    /** One budget's part, in the slice that was its when the call began. */
    record Part(Purse purse, Slice slice) {}
}
