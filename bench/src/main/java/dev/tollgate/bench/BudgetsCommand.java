package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.budgets.BudgetsBenchmark;
import dev.tollgate.bench.budgets.BudgetsFigure;
import dev.tollgate.bench.compare.Comparison;
import dev.tollgate.bench.compare.Scenario;
import dev.tollgate.bench.compare.Scenario.Against;
import dev.tollgate.bench.compare.ScenarioReport;
import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Arrival;
import dev.tollgate.bench.load.LoadGenerator;
import dev.tollgate.bench.mock.MockSpec;
import dev.tollgate.bench.report.Conditions;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Table;
import dev.tollgate.bench.subject.DirectMock;
import dev.tollgate.bench.subject.GateCommand;
import dev.tollgate.bench.subject.GateUnderTest;
import dev.tollgate.bench.subject.LabelledCalls;
import dev.tollgate.bench.subject.TestBed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/**
 * What budgets cost a call by themselves ({@link BudgetsBenchmark} under JMH), as a share of what a whole call through a gate without
 * budgets costs in the same run.
 */
final class BudgetsCommand implements Command {
    private static final Duration LONGEST = Duration.ofHours(6);
    private static final int BODY_BYTES = 1024;

    /** Calls as fast as they are answered, of which several share a commit. */
    private static final String TOGETHER = "busy";

    /** Calls that come so rarely that each has a commit of its own. */
    private static final String ALONE = "rare";

    private static final String BAR = "≤ 1.15 × a call without budgets";

    @Override
    public String usage() {
        return """
                Usage: budgets [OPTION…]
                A whole call through a gate without budgets; then by themselves the parts of a call that deal with money, with
                0, 1 and 10 budgets in scope, alone in its commit and with fifteen others.

                  --rounds N         default 5, of the whole call and of each part
                  --seconds N        of a round; default 2
                  --warmup N         seconds before each part's first round; default 4
                  --call-warmup N    seconds of calls before the first round of whole ones; default 20
                  --parts            without the whole call, and so without a ratio
                %s""".formatted(GateOptions.USAGE);
    }

    @Override
    public boolean run(String[] words, String commandLine) throws InterruptedException {
        var arguments = new Arguments(words, "rounds seconds warmup call-warmup " + GateOptions.VALUED, "parts json");
        var output = new Output(arguments.has("json"));
        int rounds = arguments.number("rounds", 5, 1, 1000);
        Duration round = arguments.seconds("seconds", 2, 1, 3600);
        Path work = GateOptions.work(arguments);
        String gate = "none: the parts alone";
        List<ScenarioReport> calls = List.of();
        Conditions conditions;
        try (TestBed bed = TestBed.in(work)) {
            if (arguments.has("parts")) {
                conditions = Conditions.now(commandLine, gate, bed.folder());
            } else {
                GateCommand command = GateOptions.command(arguments);
                conditions = Conditions.now(commandLine, command.toString(), bed.folder());
                calls = wholeCalls(bed, command, rounds, round, arguments.seconds("call-warmup", 20, 1, 600), output);
            }
        }
        output.progress("the parts by themselves");
        List<BudgetsFigure> parts = parts(work, rounds, round, arguments.seconds("warmup", 4, 1, 600));
        output.print(new Report(
                conditions,
                BAR,
                calls,
                parts,
                calls.stream().flatMap(call -> shares(call, parts).stream()).toList()));
        return !parts.isEmpty() && calls.stream().allMatch(ScenarioReport::isWhole);
    }

    private static List<ScenarioReport> wholeCalls(
            TestBed bed, GateCommand command, int rounds, Duration round, Duration warmUp, Output output)
            throws InterruptedException {
        try (var loader = new LoadGenerator(1)) {
            DirectMock mock = bed.startMock(new MockSpec(1024, 1, Duration.ZERO), LONGEST);
            GateUnderTest gate = bed.startGate(command);
            gate.connectTo(mock, Dialect.OPENAI);
            var comparison = new Comparison(Dialect.OPENAI, rounds, round, warmUp, loader, output);
            List<LabelledCalls> calls = List.of(new LabelledCalls(gate));
            return List.of(
                    comparison.run(scenario(TOGETHER, new Arrival.ClosedLoop(32)), calls),
                    comparison.run(scenario(ALONE, new Arrival.OpenLoop(200, 256)), calls));
        }
    }

    private static Scenario scenario(String how, Arrival arrival) {
        return new Scenario(
                how,
                "Processor time of a whole call without budgets, " + how + "; JSON, body of " + figure(BODY_BYTES)
                        + " B",
                BODY_BYTES,
                false,
                arrival,
                Against.ITSELF,
                "");
    }

    private static List<BudgetsFigure> parts(@Nullable Path work, int rounds, Duration round, Duration warmUp) {
        ChainedOptionsBuilder options = Microbenchmark.of(BudgetsBenchmark.class, rounds, round, warmUp)
                .jvmArgs(GateCommand.JAVA_OPTIONS.split(" ", -1));
        if (work != null) {
            options.param("work", work.toString());
        }
        return Microbenchmark.run(options).stream().map(BudgetsFigure::of).toList();
    }

    /**
     * What budgets add to a whole call.
     *
     * @param callMicros processor time of a whole call without them
     * @param addedMicros what the parts take more than with none
     */
    record Share(String arrival, int budgets, double callMicros, double addedMicros) {
        double ratio() {
            return 1 + addedMicros / callMicros;
        }
    }

    private static List<Share> shares(ScenarioReport call, List<BudgetsFigure> parts) {
        boolean alone = call.name().equals(ALONE);
        List<BudgetsFigure> alike = parts.stream()
                .filter(part -> part.isWhole() && alone == (part.group() == 1))
                .toList();
        double none = alike.stream()
                .filter(part -> part.budgets() == 0)
                .mapToDouble(BudgetsFigure::micros)
                .findFirst()
                .orElse(Double.NaN);
        double micros = Objects.requireNonNull(call.processorMicros().get(call.yardstick()))
                .median();
        return alike.stream()
                .filter(part -> part.budgets() > 0)
                .map(part -> new Share(call.name(), part.budgets(), micros, part.micros() - none))
                .toList();
    }

    /** The parts, and what they are of a whole call. */
    record Report(
            Conditions conditions,
            String bar,
            List<ScenarioReport> calls,
            List<BudgetsFigure> parts,
            List<Share> shares)
            implements Output.Report {
        @Override
        public String text() {
            var each = new Table("by call", "budgets", "in one commit", "caller µs", "writer µs", "B allocated");
            for (BudgetsFigure part : parts) {
                each.row(
                        part.work(),
                        figure(part.budgets()),
                        figure(part.group()),
                        figure(part.callerMicros(), 2),
                        figure(part.writerMicros(), 2),
                        figure(part.allocatedBytes(), 0));
            }
            var ratios = new Table("calls", "budgets", "whole call µs", "added µs", "ratio");
            for (Share share : shares) {
                ratios.row(
                        share.arrival(),
                        figure(share.budgets()),
                        figure(share.callMicros(), 1),
                        figure(share.addedMicros(), 2),
                        String.format(Locale.ROOT, "%.3f", share.ratio()));
            }
            StringBuilder text = new StringBuilder(conditions.text());
            calls.forEach(call -> text.append('\n').append(call.text()));
            text.append('\n').append(each);
            return shares.isEmpty()
                    ? text.toString()
                    : text.append("\nbar: ")
                            .append(bar)
                            .append('\n')
                            .append(ratios)
                            .toString();
        }
    }
}
