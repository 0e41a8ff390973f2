package dev.tollgate.budget;

/**
 * What a settled call has cost one budget.
 *
 * @param startMillis when the window began that paid, in epoch milliseconds; 0 for those that never begin anew
 * @param costNanoUsd in nano-US-dollars
 */
public record Charged(Budget budget, long startMillis, long costNanoUsd) {}
