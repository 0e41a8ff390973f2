package dev.tollgate.bench;

import dev.tollgate.bench.compare.CompareReport;
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
import dev.tollgate.bench.subject.ConvertedCalls;
import dev.tollgate.bench.subject.DirectMock;
import dev.tollgate.bench.subject.GateCommand;
import dev.tollgate.bench.subject.GateUnderTest;
import dev.tollgate.bench.subject.LabelledCalls;
import dev.tollgate.bench.subject.Nginx;
import dev.tollgate.bench.subject.Subject;
import dev.tollgate.bench.subject.TestBed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The whole comparison: what a call through the gate costs and how long it takes, beside nginx and beside no proxy at all. */
final class CompareCommand implements Command {
    private static final Duration LONGEST = Duration.ofHours(6);

    @Override
    public String usage() {
        return """
                Usage: compare [OPTION…]
                Starts a mock upstream, nginx as a bare proxy and the gate, and puts them under the same load in turn.

                  --only NAME,…         of: %s
                  --rounds N            default 5
                  --seconds N           of a round; default 8
                  --warmup N            seconds for each subject before each scenario; default 20
                  --connections N       of the closed loops with JSON; default 32
                  --streams N           connections of the closed loop with streams; default 100
                  --rate N              calls a second of the open loops with JSON; default 500
                  --stream-rate N       streams a second of the open loop with streams; default 50
                  --body N              bytes of a small body; default 1024
                  --large-body N        bytes of a large one; default 102400
                  --answer-bytes N      bytes of a JSON answer; default 1024
                  --events N            events in a stream; default 30
                  --interval MS         from one event to the next; default 10
                  --dialect NAME        openai (default) or anthropic
                  --nginx PATH          default: the first on PATH or in /usr/sbin
                  --control             a second nginx in the gate's place: how far the measurement itself is off
                  --loops N             event loops of the loader; default 1
                %s""".formatted(
                        scenarios(new Arguments(new String[0], "", "")).stream()
                                .map(Scenario::name)
                                .collect(Collectors.joining(", ")),
                        GateOptions.USAGE);
    }

    @Override
    public boolean run(String[] words, String commandLine) throws InterruptedException {
        var arguments = new Arguments(
                words,
                "only rounds seconds warmup connections streams rate stream-rate body large-body answer-bytes events interval"
                        + " dialect nginx loops " + GateOptions.VALUED,
                "control json");
        List<Scenario> scenarios = chosen(scenarios(arguments), arguments.text("only", ""));
        Dialect dialect = dialect(arguments.text("dialect", "openai"));
        var spec = new MockSpec(
                arguments.number("answer-bytes", 1024, 0, 10_000_000),
                arguments.number("events", 30, 1, 100_000),
                Duration.ofMillis(arguments.number("interval", 10, 0, 10_000)));
        int rounds = arguments.number("rounds", 5, 1, 1000);
        Duration round = arguments.seconds("seconds", 8, 1, 3600);
        Duration warmUp = arguments.seconds("warmup", 20, 1, 600);
        var output = new Output(arguments.has("json"));
        boolean control = arguments.has("control");
        GateCommand command = control ? null : GateOptions.command(arguments);

        try (TestBed bed = TestBed.in(GateOptions.work(arguments));
                var loader = new LoadGenerator(arguments.number("loops", 1, 1, 64))) {
            var conditions = Conditions.now(
                    commandLine,
                    command == null ? "none: a second nginx, as a control" : command.toString(),
                    bed.folder());
            DirectMock mock = bed.startMock(spec, LONGEST);
            Nginx nginx = bed.startNginx("nginx", arguments.text("nginx"), mock);
            Subject subject;
            List<Subject> conversion = List.of(); // a second nginx converts nothing
            if (command == null) {
                subject = bed.startNginx("control", arguments.text("nginx"), mock);
            } else {
                GateUnderTest gate = bed.startGate(command);
                gate.connectTo(mock, dialect);
                subject = gate;
                conversion = List.of(gate, new ConvertedCalls(gate));
            }
            var comparison = new Comparison(dialect, rounds, round, warmUp, loader, output);
            var reports = new ArrayList<ScenarioReport>();
            List<Subject> budgeted = List.of();
            if (command != null && scenarios.stream().anyMatch(scenario -> scenario.against() == Against.ITSELF)) {
                budgeted = budgeted(bed, command, mock, dialect);
            }
            for (Scenario scenario : scenarios) {
                List<? extends Subject> subjects = switch (scenario.against()) {
                    case NGINX -> List.of(nginx, subject);
                    case NGINX_AND_NOTHING -> List.of(mock, nginx, subject);
                    case CONVERSION -> conversion;
                    case ITSELF -> budgeted;
                };
                if (!subjects.isEmpty()) {
                    reports.add(comparison.run(scenario, subjects));
                }
                if (!subjects.isEmpty() && subjects.getLast() instanceof LabelledCalls limited) {
                    limited.requireCounted();
                }
            }
            var report = new CompareReport(conditions, reports);
            output.print(report);
            return report.isWhole();
        }
    }

    /** Two gates that differ in their budgets alone, called alike. */
    private static List<Subject> budgeted(TestBed bed, GateCommand command, DirectMock mock, Dialect dialect)
            throws InterruptedException {
        GateUnderTest without = bed.startGate(command, "without");
        GateUnderTest with = bed.startGate(command, "budgets");
        without.connectTo(mock, dialect);
        with.connectTo(mock, dialect);
        with.limit(LabelledCalls.tenBudgets());
        return List.of(new LabelledCalls(without), new LabelledCalls(with));
    }

    private static List<Scenario> scenarios(Arguments arguments) {
        int small = arguments.number("body", 1024, 0, 33_554_432);
        int large = arguments.number("large-body", 102_400, 0, 33_554_432);
        var busy = new Arrival.ClosedLoop(arguments.number("connections", 32, 1, 10_000));
        var streams = new Arrival.ClosedLoop(arguments.number("streams", 100, 1, 10_000));
        var steady = new Arrival.OpenLoop(arguments.number("rate", 500, 1, 100_000), 256);
        var steadyStreams = new Arrival.OpenLoop(arguments.number("stream-rate", 50, 1, 100_000), 1024);
        return List.of(
                new Scenario(
                        "cost-small",
                        "Processor time, JSON, body of " + bytes(small) + ", " + busy.connections() + " connections",
                        small,
                        false,
                        busy,
                        Against.NGINX,
                        "≤ 3 × nginx, then 2 ×"),
                new Scenario(
                        "cost-large",
                        "Processor time, JSON, body of " + bytes(large) + ", " + busy.connections() + " connections",
                        large,
                        false,
                        busy,
                        Against.NGINX,
                        "≤ 3 × nginx"),
                new Scenario(
                        "cost-stream",
                        "Processor time, streams, " + streams.connections() + " at once",
                        small,
                        true,
                        streams,
                        Against.NGINX,
                        ""),
                new Scenario(
                        "cost-converted",
                        "Processor time, streams in the client's own dialect and in another, " + streams.connections()
                                + " at once",
                        small,
                        true,
                        streams,
                        Against.CONVERSION,
                        "≤ 2 × the relay"),
                new Scenario(
                        "wait-small",
                        "Whole JSON answer, body of " + bytes(small) + ", " + rate(steady) + " calls/s",
                        small,
                        false,
                        steady,
                        Against.NGINX_AND_NOTHING,
                        "added p50 ≤ 0.5 ms, p99 ≤ 3 ms beside the durable commit; whole p50 ≤ 2 ms"),
                new Scenario(
                        "wait-large",
                        "Whole JSON answer, body of " + bytes(large) + ", " + rate(steady) + " calls/s",
                        large,
                        false,
                        steady,
                        Against.NGINX_AND_NOTHING,
                        "added p50 ≤ 0.5 ms, p99 ≤ 3 ms beside the durable commit; whole p50 ≤ 2 ms"),
                new Scenario(
                        "first-event",
                        "First event of a stream, " + rate(steadyStreams) + " streams/s",
                        small,
                        true,
                        steadyStreams,
                        Against.NGINX_AND_NOTHING,
                        "added p99 ≤ 1 ms"),
                new Scenario(
                        "cost-budgets",
                        "Processor time, JSON, body of " + bytes(small) + ", " + busy.connections()
                                + " connections, with ten budgets in scope and with none",
                        small,
                        false,
                        busy,
                        Against.ITSELF,
                        "≤ 1.15 × the gate without budgets"),
                new Scenario(
                        "cost-budgets-large",
                        "Processor time, JSON, body of " + bytes(large) + ", " + busy.connections()
                                + " connections, with ten budgets in scope and with none",
                        large,
                        false,
                        busy,
                        Against.ITSELF,
                        "≤ 1.15 × the gate without budgets"));
    }

    private static String bytes(int count) {
        return String.format(Locale.ROOT, "%,d B", count);
    }

    private static String rate(Arrival.OpenLoop loop) {
        return String.format(Locale.ROOT, "%.0f", loop.perSecond());
    }

    private static List<Scenario> chosen(List<Scenario> all, String only) {
        if (only.isEmpty()) {
            return all;
        }
        List<String> names = Arrays.asList(only.split(",", -1));
        for (String name : names) {
            if (all.stream().noneMatch(scenario -> scenario.name().equals(name))) {
                throw new Arguments.Misuse("no such scenario: " + name);
            }
        }
        return all.stream().filter(scenario -> names.contains(scenario.name())).toList();
    }

    private static Dialect dialect(String name) {
        return Arrays.stream(Dialect.values())
                .filter(dialect -> dialect.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> new Arguments.Misuse("no such dialect: " + name));
    }
}
