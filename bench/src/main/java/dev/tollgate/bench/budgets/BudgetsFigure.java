package dev.tollgate.bench.budgets;

import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What one benchmark found for so many budgets in scope, by call.
 *
 * @param group calls that ended together; 1 where nothing is settled
 * @param callerMicros processor time of the thread that makes the calls, which in the gate is an event loop
 * @param writerMicros processor time of the store's writer; none where nothing is settled
 * @param allocatedBytes by all threads
 */
public record BudgetsFigure(
        String work, int budgets, int group, double callerMicros, double writerMicros, double allocatedBytes) {
    private static final String SETTLE = "settle";

    public static BudgetsFigure of(RunResult result) {
        String work = result.getPrimaryResult().getLabel();
        int budgets = Integer.parseInt(result.getParams().getParam("budgets"));
        double allocated = sum(result, "gc.alloc.rate.norm");
        if (!work.equals(SETTLE)) {
            return new BudgetsFigure(work, budgets, 1, result.getPrimaryResult().getScore(), 0, allocated);
        }
        int group = Integer.parseInt(result.getParams().getParam("calls"));
        double calls = sum(result, "calls");
        return new BudgetsFigure(
                work,
                budgets,
                group,
                sum(result, "callerNanos") / calls / 1e3,
                sum(result, "writerNanos") / calls / 1e3,
                allocated / group);
    }

    private static double sum(RunResult result, String label) {
        Result<?> figure = result.getSecondaryResults().get(label);
        return figure == null ? Double.NaN : figure.getScore();
    }

    /** Whether it is the whole of what a call does for money. */
    public boolean isWhole() {
        return work.equals(SETTLE);
    }

    /** Processor time of both threads. */
    public double micros() {
        return callerMicros + writerMicros;
    }
}
