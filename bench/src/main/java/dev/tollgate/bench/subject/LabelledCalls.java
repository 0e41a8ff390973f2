package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The same gate, called by an app that tells its name and puts a feature on its calls, so that budgets on both may cover them. */
public record LabelledCalls(GateUnderTest gate) implements Subject {
    static final String APP = "bench-app";
    static final String FEATURE = "bench-feature";

    /** Far more than a run can spend. */
    private static final String LIMIT_USD = "1000000";

    /**
     * Ten budgets that cover every one of these calls and have room for all: each kind of scope alone and in company, each
     * window, more than one time zone.
     */
    public static List<Map<String, String>> tenBudgets() {
        return List.of(
                budget("request", "account", "default"),
                budget("month", "account", "default", "time_zone", "Europe/Zurich"),
                budget("day", "key", GateUnderTest.KEY_NAME),
                budget("hour", "app", APP),
                budget("week", "feature", FEATURE, "time_zone", "America/New_York"),
                budget("month", "provider", GateUnderTest.PROVIDER),
                budget("lifetime", "model", GateUnderTest.QUALIFIED_MODEL),
                budget("minute", "key", GateUnderTest.KEY_NAME, "feature", FEATURE),
                budget("day", "key", GateUnderTest.KEY_NAME, "provider", GateUnderTest.PROVIDER),
                budget("week", "app", APP, "feature", FEATURE, "model", GateUnderTest.QUALIFIED_MODEL));
    }

    /**
     * Fails if calls have passed those budgets by, so that they cost nothing: all fill but that on each request, and that of a minute may
     * just have begun anew.
     */
    public void requireCounted() throws InterruptedException {
        long filled = gate.filledBudgets();
        if (filled < tenBudgets().size() - 2) {
            throw new BenchException("Only " + filled + " budgets counted the calls of " + name() + ".");
        }
    }

    private static Map<String, String> budget(String window, String... scope) {
        var budget = new HashMap<>(Map.of("limit_usd", LIMIT_USD, "window", window));
        for (int i = 0; i < scope.length; i += 2) {
            budget.put(scope[i], scope[i + 1]);
        }
        return Map.copyOf(budget);
    }

    @Override
    public String name() {
        return gate.name();
    }

    @Override
    public String model() {
        return gate.model();
    }

    @Override
    public Target target(Dialect dialect, boolean stream) {
        return gate.target(dialect, stream).labelled(Map.of("x-app", APP, "x-tollgate-feature", FEATURE));
    }

    @Override
    public ProcessHandle process() {
        return gate.process();
    }

    @Override
    public MetricsPage timers() throws InterruptedException {
        return gate.timers();
    }
}
