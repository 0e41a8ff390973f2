package dev.tollgate.bench.budgets;

import dev.tollgate.bench.subject.BudgetsUnderTest;
import dev.tollgate.bench.subject.TestBed;
import dev.tollgate.budget.Cover;
import dev.tollgate.ledger.CallStart;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the gate does for money with calls that some budgets cover, the durable commit included. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BudgetsBenchmark {
    private static final int WARM_UP_GROUPS = 800;
    private static final int WARM_UP_CALLS = 32;

    /** The budgets in scope, with their store. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // the harness calls open() before anything else
    public static class InScope {
        /** How many. */
        @Param({"0", "1", "10"})
        public int budgets;

        /** A folder on the disk that is asked of; empty: the system's temporary one. */
        @Param("")
        public String work = "";

        private TestBed bed;
        private BudgetsUnderTest money;
        private CallStart call;

        /** Opens the store in a new folder, and settles enough calls for the compiler: those that come alone are too rare for it. */
        @Setup
        public void open() throws InterruptedException {
            bed = TestBed.in(work.isEmpty() ? null : Path.of(work));
            money = BudgetsUnderTest.open(bed.folder().resolve("home"), budgets);
            call = money.start();
            for (int i = 0; i < WARM_UP_GROUPS; i++) {
                money.settle(WARM_UP_CALLS);
            }
        }

        /** Deletes it. */
        @TearDown
        public void close() {
            money.close();
            bed.close();
        }
    }

    /** Calls that end at about the same time. */
    @State(Scope.Benchmark)
    public static class Group {
        /** How many. */
        @Param({"1", "16"})
        public int calls;
    }

    /** What every call asks first. */
    @Benchmark
    public Cover cover(InScope inScope) {
        return inScope.money.cover(inScope.call);
    }

    /** A group of calls from the search for their budgets to the durable commit. */
    @Benchmark
    public void settle(InScope inScope, Group group, Spent spent) throws InterruptedException {
        inScope.money.settle(group.calls);
        spent.calls += group.calls;
    }
}
