package dev.tollgate.bench.compare;

import dev.tollgate.bench.report.Conditions;
import dev.tollgate.bench.report.Output;
import java.util.List;
import java.util.stream.Collectors;

/** The whole run. */
public record CompareReport(Conditions conditions, List<ScenarioReport> scenarios) implements Output.Report {

    /** Whether every call of every round was answered whole. */
    public boolean isWhole() {
        return scenarios.stream().allMatch(ScenarioReport::isWhole);
    }

    @Override
    public String text() {
        return conditions.text() + "\n"
                + scenarios.stream().map(ScenarioReport::text).collect(Collectors.joining("\n"));
    }
}
