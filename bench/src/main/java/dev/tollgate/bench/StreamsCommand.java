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
import dev.tollgate.bench.subject.FileLimit;
import dev.tollgate.bench.subject.GateCommand;
import dev.tollgate.bench.subject.GateUnderTest;
import dev.tollgate.bench.subject.Subject;
import dev.tollgate.bench.subject.TestBed;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Streams held open: every event counted, and timed from the mock's sending to its arrival. */
final class StreamsCommand implements Command {
    private static final String JAVA_OPTIONS = "-Xmx1g " + GateCommand.JAVA_OPTIONS;

    @Override
    public String usage() {
        return """
                Usage: streams [OPTION…]
                Opens streams through the gate and holds them; counts events that are dropped or late by more than 50 ms.

                  --streams N       default 10000
                  --seconds N       each stream's length; default 60
                  --interval MS     from one event to the next; default 1000
                  --opens N         streams opened a second; default 500
                  --warmup N        seconds of short streams beforehand; default 20
                  --direct          no gate between: how late events are by the bench itself
                  --loops N         event loops of the loader; default 1
                %s(the jar's default heap is 1 GiB here)
                """.formatted(GateOptions.USAGE);
    }

    @Override
    public boolean run(String[] words, String commandLine) throws InterruptedException {
        var arguments = new Arguments(
                words, "streams seconds interval opens warmup loops " + GateOptions.VALUED, "direct json");
        int streams = arguments.number("streams", 10_000, 1, 500_000);
        int seconds = arguments.number("seconds", 60, 1, 3600);
        int intervalMillis = arguments.number("interval", 1000, 1, 60_000);
        int opens = arguments.number("opens", 500, 1, 100_000);
        Duration warmUp = arguments.seconds("warmup", 20, 0, 600);
        Duration opening = Duration.ofMillis(1000L * streams / opens);
        if (opening.toSeconds() >= seconds) {
            throw new Arguments.Misuse("opening takes " + opening.toSeconds()
                    + " s, so the first streams end before the last begin: give more --seconds or more --opens");
        }
        FileLimit.requireStreams(streams, !arguments.has("direct"));
        var spec = new MockSpec(0, Math.max(1, seconds * 1000 / intervalMillis), Duration.ofMillis(intervalMillis));
        GateCommand command = arguments.has("direct") ? null : GateOptions.command(arguments, JAVA_OPTIONS);

        try (TestBed bed = TestBed.in(GateOptions.work(arguments));
                var loader = new LoadGenerator(arguments.number("loops", 1, 1, 64))) {
            var conditions = Conditions.now(commandLine, command == null ? "none" : command.toString(), bed.folder());
            DirectMock mock = bed.startMock(spec, Duration.ofHours(6));
            GateUnderTest gate = command == null ? null : bed.startGate(command);
            if (gate != null) {
                gate.connectTo(mock, Dialect.OPENAI);
            }
            Subject subject = gate == null ? mock : gate;
            String body = ChatBodies.body(subject.model(), 1024, true);
            if (!warmUp.isZero()) {
                loader.run(LoadSpec.timed(
                        subject.target(Dialect.OPENAI, false),
                        ChatBodies.body(subject.model(), 1024, false),
                        false,
                        new Arrival.ClosedLoop(64),
                        warmUp));
            }
            long before = subject.processorNanos();
            LoadResult result = loader.run(new LoadSpec(
                    subject.target(Dialect.OPENAI, true),
                    body,
                    true,
                    new Arrival.Held(streams, opens),
                    opening.plusSeconds(10),
                    streams,
                    Duration.ofSeconds(seconds + 60L)));
            var report = StreamsReport.of(conditions, streams, spec, result, subject.processorNanos() - before, gate);
            new Output(arguments.has("json")).print(report);
            return report.isKept();
        }
    }

    /**
     * What became of the streams.
     *
     * @param delayMillis from the mock's sending of an event to its arrival
     * @param processorMicros of the gate (with {@code --direct}: of the mock), by event
     * @param peakResidentMiB of the gate; null without one
     */
    record StreamsReport(
            Conditions conditions,
            int streams,
            int eventsPerStream,
            long openAtOnce,
            long whole,
            Map<String, Long> failures,
            @Nullable String firstFailure,
            long events,
            long dropped,
            long outOfPlace,
            long late,
            Quantiles delayMillis,
            double processorMicros,
            @Nullable Long peakResidentMiB)
            implements Output.Report {

        static StreamsReport of(
                Conditions conditions,
                int streams,
                MockSpec spec,
                LoadResult result,
                long processorNanos,
                @Nullable GateUnderTest gate) {
            return new StreamsReport(
                    conditions,
                    streams,
                    spec.events(),
                    result.mostInFlight(),
                    result.calls(),
                    result.failures(),
                    result.firstFailure(),
                    result.events(),
                    result.droppedEvents(),
                    result.misplacedEvents(),
                    result.lateEvents(),
                    Quantiles.of(result.eventDelay()),
                    processorNanos / 1e3 / Math.max(1, result.events()),
                    gate == null ? null : gate.peakResidentBytes() >> 20);
        }

        /** Whether all streams were open at once and every event came. */
        boolean isKept() {
            return whole == streams && openAtOnce == streams && dropped == 0 && outOfPlace == 0;
        }

        @Override
        public String text() {
            String trouble = failures.isEmpty() ? "" : "failed: " + failures + "; first: " + firstFailure + "\n";
            String memory = peakResidentMiB == null ? "" : "resident memory at most " + peakResidentMiB + " MiB\n";
            return conditions.text()
                    + """

                    %,d streams of %,d events: %,d open at once, %,d whole
                    %,d events: %,d dropped, %,d out of place, %,d late by more than 50 ms
                    delay of an event, ms: p50 %s, p99 %s, p99.9 %s, max %s
                    processor time %s µs an event
                    """.formatted(
                                    streams,
                                    eventsPerStream,
                                    openAtOnce,
                                    whole,
                                    events,
                                    dropped,
                                    outOfPlace,
                                    late,
                                    figure(delayMillis.p50(), 2),
                                    figure(delayMillis.p99(), 2),
                                    figure(delayMillis.p999(), 2),
                                    figure(delayMillis.max(), 2),
                                    figure(processorMicros, 1))
                    + memory
                    + trouble;
        }
    }
}
