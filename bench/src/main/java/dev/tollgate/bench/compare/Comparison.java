package dev.tollgate.bench.compare;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.http.ChatBodies;
import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.LoadGenerator;
import dev.tollgate.bench.load.LoadResult;
import dev.tollgate.bench.load.LoadSpec;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Table;
import dev.tollgate.bench.subject.MetricsPage;
import dev.tollgate.bench.subject.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Puts every subject under the same load, in turn, several times over: A B B A, so that a machine that changes its pace
 * changes it for all, and who comes second in one round comes first in the next.
 *
 * @param warmUp of each subject before a scenario's first round; a JVM needs 20 to 25 seconds, shorter ones mislead
 */
public record Comparison(
        Dialect dialect, int rounds, Duration round, Duration warmUp, LoadGenerator loader, Output output) {

    /**
     * Warms up, measures every round and draws the sum.
     *
     * @param subjects in the order in which they take their turns
     */
    public ScenarioReport run(Scenario scenario, List<? extends Subject> subjects) throws InterruptedException {
        for (Subject subject : subjects) {
            output.progress(scenario.name() + ": warming up " + subject.name());
            callDuring(warmUp, scenario, subject);
        }
        List<MetricsPage> before = timers(subjects);
        var samples = new ArrayList<Sample>();
        for (int i = 1; i <= rounds; i++) {
            for (Subject subject : i % 2 == 1 ? subjects : subjects.reversed()) {
                Sample sample = measure(i, scenario, subject);
                samples.add(sample);
                output.progress("%s: round %d of %d, %s: %s µs of processor time a call, p50 %s ms"
                        .formatted(
                                scenario.name(),
                                i,
                                rounds,
                                subject.name(),
                                Table.figure(sample.processorMicros(), 1),
                                Table.figure(sample.latencyMillis().p50(), 2)));
            }
        }
        List<MetricsPage> after = timers(subjects);
        var timersMillis = new TreeMap<String, Double>();
        for (int i = 0; i < after.size(); i++) {
            String name = subjects.get(i).name();
            after.get(i)
                    .meanMillisSince(before.get(i))
                    .forEach((timer, millis) -> timersMillis.put(name + " " + timer, millis));
        }
        return ScenarioReport.of(scenario, samples, timersMillis);
    }

    private static List<MetricsPage> timers(List<? extends Subject> subjects) throws InterruptedException {
        var pages = new ArrayList<MetricsPage>();
        for (Subject subject : subjects) {
            pages.add(subject.timers());
        }
        return pages;
    }

    private Sample measure(int round, Scenario scenario, Subject subject) throws InterruptedException {
        long before = subject.processorNanos();
        LoadResult result = callDuring(this.round, scenario, subject);
        return Sample.of(round, subject.name(), result, subject.processorNanos() - before);
    }

    private LoadResult callDuring(Duration duration, Scenario scenario, Subject subject) throws InterruptedException {
        String body = ChatBodies.body(subject.model(), scenario.bodyBytes(), scenario.stream());
        LoadResult result = loader.run(LoadSpec.timed(
                subject.target(dialect, scenario.stream()), body, scenario.stream(), scenario.arrival(), duration));
        if (result.calls() == 0) {
            throw new BenchException(subject.name() + " answered no call of " + scenario.name() + "; first failure: "
                    + result.firstFailure());
        }
        return result;
    }
}
