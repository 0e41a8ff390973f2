package dev.tollgate.budget;

/**
 * A budget that a settled call was paid from.
 *
 * @param startMillis when the window began that paid, in epoch milliseconds; 0 for those that never begin anew
 * @param costNanoUsd what the call has cost this budget, in nano-US-dollars: of one on places, what was done there
 */
public record Charged(Budget budget, long startMillis, long costNanoUsd) {}
