package dev.tollgate.bench;

import dev.tollgate.bench.mock.MockSpec;
import dev.tollgate.bench.mock.MockUpstream;
import java.time.Duration;

/** The mock upstream, until it is interrupted or its time is over. */
final class MockCommand implements Command {
    private static final int LONGEST_SECONDS = 24 * 60 * 60;

    @Override
    public String usage() {
        return """
                Usage: mock [OPTION…]
                A provider that answers POST …/chat/completions and …/messages at once, as JSON or as server-sent events.

                  --port N          default 9001; 0 for any
                  --answer-bytes N  body of a JSON answer; default 1024
                  --events N        events with text in a stream; default 30
                  --interval MS     from one event to the next; default 10; 0 sends all at once
                  --loops N         event loops; default 1
                  --seconds N       ends by itself after so long; default 24 hours
                """;
    }

    @Override
    public boolean run(String[] words, String commandLine) throws InterruptedException {
        var arguments = new Arguments(words, "port answer-bytes events interval loops seconds", "");
        var spec = new MockSpec(
                arguments.number("answer-bytes", 1024, 0, 10_000_000),
                arguments.number("events", 30, 1, 1_000_000),
                Duration.ofMillis(arguments.number("interval", 10, 0, 60_000)));
        int port = arguments.number("port", 9001, 0, 65_535);
        Duration time = arguments.seconds("seconds", LONGEST_SECONDS, 1, LONGEST_SECONDS);
        try (var mock = MockUpstream.start(port, spec, arguments.number("loops", 1, 1, 64))) {
            System.out.println("Listening on " + mock.address());
            Thread.sleep(time);
        }
        return true;
    }
}
