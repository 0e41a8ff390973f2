package dev.tollgate.budget;

/**
 * A budget that a settled call was paid from, with all that it cost.
 *
 * @param startMillis when the window began that paid, in epoch milliseconds; 0 for those that never begin anew
 */
public record Charged(Budget budget, long startMillis) {}
