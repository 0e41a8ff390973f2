package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

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
import dev.tollgate.bench.subject.FirstCall;
import dev.tollgate.bench.subject.GateCommand;
import dev.tollgate.bench.subject.GateUnderTest;
import dev.tollgate.bench.subject.Population;
import dev.tollgate.bench.subject.TestBed;
import java.time.Duration;
import java.util.List;

/** What very many keys and budgets cost a call, a start and the heap, beside a few. */
final class ScaleCommand implements Command {
    private static final Duration LONGEST = Duration.ofHours(6);
    private static final int BODY_BYTES = 1024;

    @Override
    public String usage() {
        return """
                Usage: scale [OPTION…]
                Two gates, one with few keys and budgets, one with very many, called in turn. Each call comes with a key
                drawn at random from those that have a budget, one each.

                  --keys N         default 1000000
                  --budgets N      each on a key of its own; default 100000
                  --few N          keys and budgets of the other gate; default 10
                  --callers N      of the keys with a budget, that call; default all
                  --rounds N       default 5
                  --seconds N      of a round; default 8
                  --warmup N       seconds for each gate; default 40
                  --connections N  default 32
                  --loops N        event loops of the loader; default 1
                %s""".formatted(GateOptions.USAGE);
    }

    @Override
    public boolean run(String[] words, String commandLine) throws InterruptedException {
        var arguments = new Arguments(
                words,
                "keys budgets few callers rounds seconds warmup connections loops " + GateOptions.VALUED,
                "json");
        int budgets = arguments.number("budgets", 100_000, 1, 10_000_000);
        int keys = arguments.number("keys", 1_000_000, budgets, 100_000_000);
        int few = arguments.number("few", 10, 1, budgets);
        int callers = arguments.number("callers", budgets, 1, budgets);
        int rounds = arguments.number("rounds", 5, 1, 1000);
        Duration round = arguments.seconds("seconds", 8, 1, 3600);
        Duration warmUp = arguments.seconds("warmup", 40, 1, 600);
        var arrival = new Arrival.ClosedLoop(arguments.number("connections", 32, 1, 10_000));
        var output = new Output(arguments.has("json"));
        GateCommand command = GateOptions.command(arguments);

        try (TestBed bed = TestBed.in(GateOptions.work(arguments));
                var loader = new LoadGenerator(arguments.number("loops", 1, 1, 64))) {
            var conditions = Conditions.now(commandLine, command.toString(), bed.folder());
            DirectMock mock = bed.startMock(new MockSpec(1024, 1, Duration.ZERO), LONGEST);
            Peopled small = people(bed, command, mock, "few", few, few, few, output);
            Peopled large = people(bed, command, mock, "many", keys, budgets, callers, output);
            var scenario = new Scenario(
                    "scale",
                    "Processor time, JSON, %,d keys and %,d budgets against %,d of each; %,d and %,d keys call"
                            .formatted(keys, budgets, few, callers, few),
                    BODY_BYTES,
                    false,
                    arrival,
                    Against.ITSELF,
                    "≤ 1.10 × the gate with few");
            ScenarioReport calls = new Comparison(Dialect.OPENAI, rounds, round, warmUp, loader, output)
                    .run(scenario, List.of(small.gate(), large.gate()));
            var report = new ScaleReport(conditions, calls, List.of(small.sizes(), large.sizes()));
            output.print(report);
            return calls.isWhole();
        }
    }

    /** A gate in use, and how long it took to fill its store and to start on it. */
    private record Peopled(GateUnderTest gate, int keys, int budgets, double fillSeconds, double startMillis) {
        Sizes sizes() {
            return new Sizes(
                    gate.name(),
                    keys,
                    budgets,
                    fillSeconds,
                    startMillis,
                    gate.heapCensus().totalBytes() >> 20,
                    gate.peakResidentBytes() >> 20);
        }
    }

    private static Peopled people(
            TestBed bed,
            GateCommand command,
            DirectMock mock,
            String name,
            int keys,
            int budgets,
            int callers,
            Output output)
            throws InterruptedException {
        GateUnderTest empty = bed.startGate(command, name);
        empty.connectTo(mock, Dialect.OPENAI);
        empty.end();

        long filling = System.nanoTime();
        List<String> holders = Population.settle(empty, keys, budgets);
        double fillSeconds = (System.nanoTime() - filling) / 1e9;

        long starting = System.nanoTime();
        GateUnderTest gate = bed.spawnGate(command, name);
        gate.callAs(empty);
        FirstCall.await(gate, Duration.ofMinutes(5));
        double startMillis = (System.nanoTime() - starting) / 1e6;

        gate.callAs(holders.subList(0, callers));
        output.progress("%s: %,d keys and %,d budgets stored in %s s, started in %s ms"
                .formatted(name, keys, budgets, figure(fillSeconds, 1), figure(startMillis, 0)));
        return new Peopled(gate, keys, budgets, fillSeconds, startMillis);
    }

    /**
     * A gate beside its calls.
     *
     * @param fillSeconds to store its keys and budgets, by the bench
     * @param startMillis from its process's start to the first answered call
     * @param livingMiB of objects after a full collection, when all rounds were over
     */
    record Sizes(
            String gate,
            int keys,
            int budgets,
            double fillSeconds,
            double startMillis,
            long livingMiB,
            long peakResidentMiB) {}

    /** The calls' cost, and each gate's sizes. */
    record ScaleReport(Conditions conditions, ScenarioReport calls, List<Sizes> sizes) implements Output.Report {
        @Override
        public String text() {
            var table = new Table(
                    "gate", "keys", "budgets", "stored in s", "start ms", "living MiB", "resident at most MiB");
            for (Sizes one : sizes) {
                table.row(
                        one.gate(),
                        figure(one.keys()),
                        figure(one.budgets()),
                        figure(one.fillSeconds(), 1),
                        figure(one.startMillis(), 0),
                        figure(one.livingMiB()),
                        figure(one.peakResidentMiB()));
            }
            return conditions.text() + "\n" + calls.text() + "\n" + table;
        }
    }
}
