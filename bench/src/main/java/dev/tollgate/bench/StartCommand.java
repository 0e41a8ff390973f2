package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.report.Conditions;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Table;
import dev.tollgate.bench.stats.Statistics.Spread;
import dev.tollgate.bench.subject.FirstCall;
import dev.tollgate.bench.subject.GateCommand;
import dev.tollgate.bench.subject.GateUnderTest;
import dev.tollgate.bench.subject.TestBed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** From the start of the gate's process to the first call that it answers, on a home that has been used before. */
final class StartCommand implements Command {

    @Override
    public String usage() {
        return """
                Usage: start [OPTION…]
                Starts the gate again and again on one home, and calls the simulated provider until it answers.
                Under ./tollgate bench it is started by ./tollgate serve, with its start-up cache.

                  --rounds N  default 10
                %s""".formatted(GateOptions.USAGE);
    }

    @Override
    public boolean run(String[] words, String commandLine) throws InterruptedException {
        var arguments = new Arguments(words, "rounds " + GateOptions.VALUED, "json");
        int rounds = arguments.number("rounds", 10, 1, 1000);
        var output = new Output(arguments.has("json"));
        var command = GateCommand.asInstalled(
                arguments.text("gate-command"), arguments.text("java-options", GateCommand.JAVA_OPTIONS));

        try (TestBed bed = TestBed.in(GateOptions.work(arguments))) {
            var conditions = Conditions.now(commandLine, command.toString(), bed.folder());
            GateUnderTest first = bed.startGate(command);
            first.createKey();
            first.end();

            var millis = new ArrayList<Double>();
            for (int i = 1; i <= rounds; i++) {
                long start = System.nanoTime();
                GateUnderTest gate = bed.spawnGate(command);
                gate.callAs(first);
                FirstCall.await(gate, Duration.ofSeconds(60));
                millis.add((System.nanoTime() - start) / 1e6);
                gate.end();
                output.progress("start %d of %d: %s ms".formatted(i, rounds, figure(millis.getLast(), 0)));
            }
            output.print(new StartReport(conditions, millis, Spread.of(millis)));
            return true;
        }
    }

    /**
     * How long the starts took.
     *
     * @param millis of every start
     */
    record StartReport(Conditions conditions, List<Double> millis, Spread spread) implements Output.Report {
        @Override
        public String text() {
            var table = new Table("ms from start to first answered call", "median", "min", "max");
            table.row(
                    "%d starts".formatted(millis.size()),
                    figure(spread.median(), 0),
                    figure(spread.min(), 0),
                    figure(spread.max(), 0));
            return conditions.text() + "\n" + table;
        }
    }
}
