package dev.tollgate.bench.compare;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.report.Quantiles;
import dev.tollgate.bench.report.Table;
import dev.tollgate.bench.stats.Statistics.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the rounds of one scenario come to.
 *
 * @param bar what is asked of the gate; empty if nothing is
 * @param yardstick the subject that the others are held against: the first one of those that cost is asked of
 * @param processorMicros by subject, a call
 * @param processorRatio by subject other than the yardstick: its processor time over that of the yardstick in the same round, a pair
 *     that a slow moment of the machine touches alike
 * @param waitMillis by subject, the median round: to the first event for streams, else to the whole answer
 * @param addedMillis by proxy: its wait less the wait of calls that go directly to the mock
 * @param timersMillis means of the timers that a subject keeps itself, over all rounds, each after the subject's name; the gate's wait for the durable commit
 *     is among them
 */
public record ScenarioReport(
        String name,
        String title,
        String bar,
        boolean cost,
        String yardstick,
        List<Sample> samples,
        Map<String, Spread> processorMicros,
        Map<String, Spread> processorRatio,
        Map<String, Quantiles> waitMillis,
        Map<String, Quantiles> addedMillis,
        Map<String, Double> timersMillis) {
    private static final String NOTHING_BETWEEN = "direct";
    private static final Spread NONE = Spread.of(List.of());

    static ScenarioReport of(Scenario scenario, List<Sample> samples, Map<String, Double> timersMillis) {
        var bySubject = samples.stream()
                .collect(Collectors.groupingBy(Sample::subject, LinkedHashMap::new, Collectors.toList()));
        var processor = new LinkedHashMap<String, Spread>();
        var ratios = new LinkedHashMap<String, Spread>();
        var waits = new LinkedHashMap<String, Quantiles>();
        var added = new LinkedHashMap<String, Quantiles>();
        String yardstick = bySubject.keySet().stream()
                .filter(subject -> !subject.equals(NOTHING_BETWEEN))
                .findFirst()
                .orElseThrow();
        List<Sample> held = bySubject.getOrDefault(yardstick, List.of());
        bySubject.forEach((subject, rounds) -> {
            processor.put(
                    subject,
                    Spread.of(rounds.stream().map(Sample::processorMicros).toList()));
            waits.put(
                    subject,
                    Quantiles.median(rounds.stream()
                            .map(round -> scenario.stream() ? round.firstByteMillis() : round.latencyMillis())
                            .toList()));
            if (!subject.equals(NOTHING_BETWEEN) && !subject.equals(yardstick)) {
                ratios.put(subject, Spread.of(ratios(rounds, held)));
            }
        });
        Quantiles direct = waits.get(NOTHING_BETWEEN);
        if (direct != null) {
            waits.forEach((subject, wait) -> {
                if (!subject.equals(NOTHING_BETWEEN)) {
                    added.put(subject, wait.minus(direct));
                }
            });
        }
        return new ScenarioReport(
                scenario.name(),
                scenario.title(),
                scenario.bar(),
                scenario.asksForCost(),
                yardstick,
                samples,
                processor,
                ratios,
                waits,
                added,
                timersMillis);
    }

    private static List<Double> ratios(List<Sample> rounds, List<Sample> yardstick) {
        return rounds.stream()
                .map(round -> round.processorMicros()
                        / yardstick.get(round.round() - 1).processorMicros())
                .toList();
    }

    /** Whether every call was answered whole. */
    public boolean isWhole() {
        return samples.stream().allMatch(Sample::isWhole);
    }

    /** For people. */
    public String text() {
        return title + "\n" + (bar.isEmpty() ? "" : "bar: " + bar + "\n") + (cost ? costTable() : waitTable())
                + timers() + failures();
    }

    /** A line for each round: every subject's cost, what it is of nginx's, and how fast it went. */
    private String costTable() {
        List<String> subjects = List.copyOf(processorMicros.keySet());
        var titles = new ArrayList<>(List.of("round"));
        subjects.forEach(subject -> titles.add(subject + " µs/call"));
        processorRatio.keySet().forEach(subject -> titles.add(subject + "/" + yardstick));
        subjects.forEach(subject -> titles.add(subject + " calls/s"));
        var table = new Table(titles);
        int rounds = samples.size() / subjects.size();
        for (int round = 1; round <= rounds; round++) {
            var cells = new ArrayList<>(List.of(Integer.toString(round)));
            List<Sample> ofRound = ofRound(round);
            ofRound.forEach(sample -> cells.add(figure(sample.processorMicros(), 1)));
            ofRound.stream()
                    .filter(sample -> processorRatio.containsKey(sample.subject()))
                    .forEach(sample -> cells.add(figure(sample.processorMicros() / yardstickMicros(ofRound), 2)));
            ofRound.forEach(sample -> cells.add(figure(sample.callsPerSecond(), 0)));
            table.row(cells);
        }
        var medians = new ArrayList<>(List.of("median"));
        processorMicros.values().forEach(spread -> medians.add(figure(spread.median(), 1)));
        processorRatio.values().forEach(spread -> medians.add(figure(spread.median(), 2)));
        subjects.forEach(subject -> medians.add(figure(callsPerSecond(subject).median(), 0)));
        table.row(medians);
        var middle = new ArrayList<>(List.of("middle half"));
        processorMicros.values().forEach(spread -> middle.add(middleHalf(spread, 1)));
        processorRatio.values().forEach(spread -> middle.add(middleHalf(spread, 2)));
        subjects.forEach(subject -> middle.add(middleHalf(callsPerSecond(subject), 0)));
        return table.row(middle).toString();
    }

    private Spread callsPerSecond(String subject) {
        return Spread.of(samples.stream()
                .filter(sample -> sample.subject().equals(subject))
                .map(Sample::callsPerSecond)
                .toList());
    }

    private static String middleHalf(Spread spread, int decimals) {
        return figure(spread.lower(), decimals) + "–" + figure(spread.upper(), decimals);
    }

    /** In the order of the columns, whoever had the first turn. */
    private List<Sample> ofRound(int round) {
        return processorMicros.keySet().stream()
                .flatMap(subject -> samples.stream()
                        .filter(sample ->
                                sample.round() == round && sample.subject().equals(subject)))
                .toList();
    }

    private double yardstickMicros(List<Sample> ofRound) {
        return ofRound.stream()
                .filter(sample -> sample.subject().equals(yardstick))
                .mapToDouble(Sample::processorMicros)
                .findFirst()
                .orElse(Double.NaN);
    }

    private String waitTable() {
        var table = new Table(List.of("ms", "p50", "p99", "p99.9", "max", "µs/call", "of " + yardstick));
        waitMillis.forEach((subject, wait) -> row(
                table,
                subject,
                wait,
                figure(processorMicros.getOrDefault(subject, NONE).median(), 1),
                figure(processorRatio.getOrDefault(subject, NONE).median(), 2)));
        addedMillis.forEach((subject, wait) -> row(table, "added by " + subject, wait, "", ""));
        return table.toString();
    }

    private static void row(Table table, String name, Quantiles wait, String processor, String ratio) {
        table.row(List.of(
                name,
                figure(wait.p50(), 2),
                figure(wait.p99(), 2),
                figure(wait.p999(), 2),
                figure(wait.max(), 2),
                processor,
                ratio));
    }

    private String timers() {
        return timersMillis.entrySet().stream()
                .map(timer -> "  " + timer.getKey() + ": mean " + figure(timer.getValue(), 3) + " ms\n")
                .collect(Collectors.joining());
    }

    private String failures() {
        return samples.stream()
                .filter(sample -> !sample.isWhole())
                .map(sample -> "WORTHLESS: round %d, %s: %d calls failed, %d events dropped; first: %s\n"
                        .formatted(
                                sample.round(),
                                sample.subject(),
                                sample.failedCalls(),
                                sample.droppedEvents(),
                                sample.firstFailure()))
                .collect(Collectors.joining());
    }
}
