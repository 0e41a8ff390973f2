package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.http.ChatBodies;
import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Arrival;
import dev.tollgate.bench.load.LoadGenerator;
import dev.tollgate.bench.load.LoadResult;
import dev.tollgate.bench.load.LoadSpec;
import dev.tollgate.bench.mock.MockSpec;
import dev.tollgate.bench.report.Conditions;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Quantiles;
import dev.tollgate.bench.subject.DirectMock;
import dev.tollgate.bench.subject.GateUnderTest;
import dev.tollgate.bench.subject.TestBed;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Durable settlements through the whole gate: each answered call is one, and the ledger is asked whether it has them all. Or by the
 * store alone.
 */
final class SettlementsCommand implements Command {

    @Override
    public String usage() {
        return """
                Usage: settlements [OPTION…]
                Calls through the gate as fast as it settles them, with many connections so that commits are shared.

                  --connections N  default 256
                  --seconds N      default 20; of a round with --store: 10
                  --warmup N       seconds; default 25
                  --body N         bytes of each request's body; default 200
                  --loops N        event loops of the loader; default 1

                  --store          the store alone: the same rows of each call, without HTTP, loader and mock
                  --in-flight N    with --store: calls at once; default 1024
                  --rounds N       with --store; default 5
                  --database URL   with --store: a PostgreSQL server, where a schema is made for the run and dropped
                                   after it; default: an SQLite file
                %s""".formatted(GateOptions.USAGE);
    }

    @Override
    public boolean run(String[] words, String commandLine) throws InterruptedException {
        var arguments = new Arguments(
                words,
                "connections seconds warmup body loops in-flight rounds database " + GateOptions.VALUED,
                "store json");
        if (arguments.has("store")) {
            return StoreSettlements.run(
                    commandLine,
                    GateOptions.work(arguments),
                    arguments.text("database"),
                    arguments.number("in-flight", 1024, 1, 60_000),
                    arguments.number("rounds", 5, 1, 1000),
                    arguments.seconds("seconds", 10, 1, 3600),
                    arguments.seconds("warmup", 25, 1, 600),
                    new Output(arguments.has("json")));
        }
        var arrival = new Arrival.ClosedLoop(arguments.number("connections", 256, 1, 10_000));
        Duration time = arguments.seconds("seconds", 20, 1, 3600);
        Duration warmUp = arguments.seconds("warmup", 25, 1, 600);
        int bodyBytes = arguments.number("body", 200, 0, 33_554_432);
        var command = GateOptions.command(arguments);

        try (TestBed bed = TestBed.in(GateOptions.work(arguments));
                var loader = new LoadGenerator(arguments.number("loops", 1, 1, 64))) {
            var conditions = Conditions.now(commandLine, command.toString(), bed.folder());
            DirectMock mock = bed.startMock(new MockSpec(0, 1, Duration.ZERO), Duration.ofHours(6));
            GateUnderTest gate = bed.startGate(command);
            gate.connectTo(mock, Dialect.OPENAI);
            var target = gate.target(Dialect.OPENAI, false);
            String body = ChatBodies.body(gate.model(), bodyBytes, false);
            loader.run(LoadSpec.timed(target, body, false, arrival, warmUp));

            long before = gate.ledgerCalls();
            LoadResult result = loader.run(LoadSpec.timed(target, body, false, arrival, time));
            long settled = gate.ledgerCalls() - before;
            var report = new SettlementsReport(
                    conditions,
                    arrival.connections(),
                    result.calls(),
                    settled,
                    result.callsPerSecond(),
                    Quantiles.of(result.latency()),
                    result.failedCalls(),
                    result.firstFailure());
            new Output(arguments.has("json")).print(report);
            return report.failedCalls() == 0 && settled >= result.calls();
        }
    }

    /**
     * What was settled.
     *
     * @param acknowledged calls that the loader saw answered whole
     * @param settled rows by which the ledger grew; fewer than acknowledged breaks the gate's promise
     */
    record SettlementsReport(
            Conditions conditions,
            int connections,
            long acknowledged,
            long settled,
            double perSecond,
            Quantiles latencyMillis,
            long failedCalls,
            @Nullable String firstFailure)
            implements Output.Report {

        @Override
        public String text() {
            String trouble = failedCalls == 0
                    ? ""
                    : "WORTHLESS: " + failedCalls + " calls failed; first: " + firstFailure + "\n";
            String missing =
                    settled >= acknowledged ? "" : "BROKEN: answers were acknowledged that the ledger does not have\n";
            return conditions.text()
                    + """

                    %s durable settlements a second over %,d connections (%,d answered, %,d in the ledger)
                    whole answer under this load, ms: p50 %s, p99 %s, p99.9 %s
                    """.formatted(
                                    figure(perSecond, 0),
                                    connections,
                                    acknowledged,
                                    settled,
                                    figure(latencyMillis.p50(), 2),
                                    figure(latencyMillis.p99(), 2),
                                    figure(latencyMillis.p999(), 2))
                    + trouble
                    + missing;
        }
    }
}
