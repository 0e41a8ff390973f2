package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.http.ChatBodies;
import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Arrival;
import dev.tollgate.bench.load.LoadGenerator;
import dev.tollgate.bench.load.LoadResult;
import dev.tollgate.bench.load.LoadSpec;
import dev.tollgate.bench.load.Target;
import dev.tollgate.bench.mock.MockSpec;
import dev.tollgate.bench.report.Conditions;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Table;
import dev.tollgate.bench.subject.DirectMock;
import dev.tollgate.bench.subject.GateUnderTest;
import dev.tollgate.bench.subject.HeapCensus;
import dev.tollgate.bench.subject.TestBed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Living heap after full collections, while calls go on: a leak shows as steady growth, and by class. */
final class MemoryCommand implements Command {
    private static final Duration LONGEST_PART = Duration.ofHours(1);
    private static final int SHOWN_CLASSES = 10;

    @Override
    public String usage() {
        return """
                Usage: memory [OPTION…]
                Counts the living objects of the gate after a full collection, before and while it answers calls.

                  --calls N         default 1000000
                  --warmup-calls N  before the first census; default 200000
                  --samples N       censuses after the first; default 4
                  --connections N   default 64
                  --loops N         event loops of the loader; default 1
                %s""".formatted(GateOptions.USAGE);
    }

    @Override
    public boolean run(String[] words, String commandLine) throws InterruptedException {
        var arguments =
                new Arguments(words, "calls warmup-calls samples connections loops " + GateOptions.VALUED, "json");
        int calls = arguments.number("calls", 1_000_000, 1, 1_000_000_000);
        int warmUpCalls = arguments.number("warmup-calls", 200_000, 1, 1_000_000_000);
        int samples = arguments.number("samples", 4, 1, 1000);
        var arrival = new Arrival.ClosedLoop(arguments.number("connections", 64, 1, 10_000));
        var output = new Output(arguments.has("json"));
        var command = GateOptions.command(arguments);

        try (TestBed bed = TestBed.in(GateOptions.work(arguments));
                var loader = new LoadGenerator(arguments.number("loops", 1, 1, 64))) {
            var conditions = Conditions.now(commandLine, command.toString(), bed.folder());
            DirectMock mock = bed.startMock(new MockSpec(1024, 1, Duration.ZERO), Duration.ofHours(6));
            GateUnderTest gate = bed.startGate(command);
            gate.connectTo(mock, Dialect.OPENAI);
            Target target = gate.target(Dialect.OPENAI, false);
            String body = ChatBodies.body(gate.model(), 1024, false);

            call(loader, target, body, arrival, warmUpCalls);
            HeapCensus first = gate.heapCensus();
            HeapCensus last = first;
            var census = new ArrayList<>(List.of(new Living(0, first.totalBytes())));
            long made = 0;
            for (int i = 1; i <= samples; i++) {
                made += call(loader, target, body, arrival, (int) ((long) calls * i / samples - made));
                last = gate.heapCensus();
                census.add(new Living(made, last.totalBytes()));
                output.progress("after %,d calls: %,d bytes live".formatted(made, last.totalBytes()));
            }
            output.print(new MemoryReport(
                    conditions, census, last.growthSince(first, SHOWN_CLASSES), gate.peakResidentBytes() >> 20));
            return made == calls;
        }
    }

    private static long call(LoadGenerator loader, Target target, String body, Arrival arrival, int calls)
            throws InterruptedException {
        LoadResult result =
                loader.run(new LoadSpec(target, body, false, arrival, LONGEST_PART, calls, Duration.ofSeconds(30)));
        if (result.calls() != calls) {
            throw new BenchException("Of " + calls + " calls, " + result.calls() + " were answered; first failure: "
                    + result.firstFailure());
        }
        return result.calls();
    }

    /** Bytes of living objects after so many calls. */
    record Living(long calls, long bytes) {}

    /**
     * How the living heap went.
     *
     * @param growth the classes whose objects have become more, from the first census to the last
     */
    record MemoryReport(
            Conditions conditions, List<Living> census, List<HeapCensus.Growth> growth, long peakResidentMiB)
            implements Output.Report {

        @Override
        public String text() {
            var living = new Table("calls", "living bytes", "since the first");
            long first = census.getFirst().bytes();
            for (Living one : census) {
                living.row(figure(one.calls()), figure(one.bytes()), figure(one.bytes() - first));
            }
            var classes = new Table("grown class", "bytes");
            growth.forEach(one -> classes.row(one.className(), figure(one.bytes())));
            return conditions.text() + "\n" + living + "\n" + classes + "\nresident memory at most " + peakResidentMiB
                    + " MiB\n";
        }
    }
}
