package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.http.ChatBodies;
import dev.tollgate.bench.load.Arrival;
import dev.tollgate.bench.load.LoadGenerator;
import dev.tollgate.bench.load.LoadResult;
import dev.tollgate.bench.load.LoadSpec;
import dev.tollgate.bench.load.Target;
import dev.tollgate.bench.report.Machine;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Quantiles;
import dev.tollgate.bench.report.Table;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** Calls to any address: a closed loop over so many connections, or an open loop at so many calls a second. */
final class LoadCommand implements Command {

    @Override
    public String usage() {
        return """
                Usage: load --url URL [OPTION…]
                The key is taken from the environment (TOLLGATE_KEY), never from the command line.

                  --url URL            as http://127.0.0.1:8080/v1/chat/completions or …/v1/messages
                  --model NAME         default bench-model
                  --body N             bytes of each request's body; default 1024; the smallest are about 100
                  --stream             ask for streams; their events are checked where the mock made them
                  --connections N      closed loop: kept connections, each with one call at a time; default 32
                  --rate N             open loop: calls a second; latency counts from the moment a call was due
                  --max-connections N  of the open loop; default 256
                  --hold               every connection makes one call, and its stream stays open; --rate opens a second
                  --seconds N          default 10
                  --calls N            no more than this
                  --warmup N           seconds under the same load that are not measured; default 0
                  --loops N            event loops; default 1
                  --json               the report as JSON
                """;
    }

    @Override
    public boolean run(String[] words, String commandLine) throws InterruptedException {
        var arguments = new Arguments(
                words,
                "url model body connections rate max-connections seconds calls warmup loops",
                "stream hold json");
        String url = arguments.text("url");
        if (url == null) {
            throw new Arguments.Misuse("--url is missing");
        }
        boolean stream = arguments.has("stream");
        String body = ChatBodies.body(
                arguments.text("model", "bench-model"), arguments.number("body", 1024, 0, 33_554_432), stream);
        Duration time = arguments.seconds("seconds", 10, 1, 21_600);
        int calls = arguments.number("calls", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        Duration warmUp = arguments.seconds("warmup", 0, 0, 600);
        Target target = target(url);
        Arrival arrival = arrival(arguments);
        try (var loader = new LoadGenerator(arguments.number("loops", 1, 1, 64))) {
            if (!warmUp.isZero()) {
                loader.run(LoadSpec.timed(target, body, stream, arrival, warmUp));
            }
            LoadResult result =
                    loader.run(new LoadSpec(target, body, stream, arrival, time, calls, Duration.ofMinutes(2)));
            var report = LoadReport.of(commandLine, result);
            new Output(arguments.has("json")).print(report);
            return result.calls() > 0 && result.failedCalls() == 0 && result.droppedEvents() == 0;
        }
    }

    private static Arrival arrival(Arguments arguments) {
        int connections = arguments.number("connections", 32, 1, 1_000_000);
        int rate = arguments.number("rate", 1000, 1, 1_000_000);
        if (arguments.has("hold")) {
            return new Arrival.Held(connections, rate);
        }
        return arguments.isGiven("rate")
                ? new Arrival.OpenLoop(rate, arguments.number("max-connections", 256, 1, 100_000))
                : new Arrival.ClosedLoop(connections);
    }

    private static Target target(String url) {
        try {
            URI uri = URI.create(url);
            if (!"http".equals(uri.getScheme())
                    || uri.getHost() == null
                    || uri.getPath().isEmpty()) {
                throw new Arguments.Misuse("--url is a whole http address with a path");
            }
            String key = Objects.requireNonNullElse(System.getenv("TOLLGATE_KEY"), "none");
            var address = new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return new Target(address, uri.getRawPath() + query, "Bearer " + key);
        } catch (IllegalArgumentException e) {
            throw new Arguments.Misuse("--url: " + e.getMessage());
        }
    }

    /** What one run of the loader found; times in milliseconds. */
    record LoadReport(
            Machine machine,
            String command,
            long calls,
            double callsPerSecond,
            Map<String, Long> failures,
            Quantiles latencyMillis,
            Quantiles firstByteMillis,
            long events,
            long droppedEvents,
            long misplacedEvents,
            long lateEvents,
            Quantiles eventDelayMillis,
            int mostCallsAtOnce)
            implements Output.Report {

        static LoadReport of(String command, LoadResult result) {
            return new LoadReport(
                    Machine.here(),
                    command,
                    result.calls(),
                    result.callsPerSecond(),
                    result.failures(),
                    Quantiles.of(result.latency()),
                    Quantiles.of(result.firstByte()),
                    result.events(),
                    result.droppedEvents(),
                    result.misplacedEvents(),
                    result.lateEvents(),
                    Quantiles.of(result.eventDelay()),
                    result.mostInFlight());
        }

        @Override
        public String text() {
            var table = new Table("ms", "p50", "p99", "p99.9", "max");
            row(table, "whole answer", latencyMillis);
            row(table, "first byte or event", firstByteMillis);
            if (events > 0) {
                row(table, "event, from sending to arrival", eventDelayMillis);
            }
            String streams = events == 0
                    ? ""
                    : "%,d events; %,d dropped, %,d out of place, %,d late by more than 50 ms\n"
                            .formatted(events, droppedEvents, misplacedEvents, lateEvents);
            return "machine  " + machine + "\ncommand  " + command
                    + "\n\n%,d calls, %s a second, at most %,d at once; failed: %s\n"
                            .formatted(
                                    calls,
                                    figure(callsPerSecond, 0),
                                    mostCallsAtOnce,
                                    failures.isEmpty() ? "none" : failures)
                    + streams + "\n" + table;
        }

        private static void row(Table table, String name, Quantiles wait) {
            table.row(
                    name, figure(wait.p50(), 3), figure(wait.p99(), 3), figure(wait.p999(), 3), figure(wait.max(), 3));
        }
    }
}
