package dev.tollgate.bench;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of one class under JMH, each in a process of its own, with what they allocate. */
final class Microbenchmark {
    /** What {@link #of(Class, Arguments)} reads. */
    static final String VALUED = "rounds seconds warmup";

    private Microbenchmark() {}

    /** As {@code --rounds}, {@code --seconds} and {@code --warmup} say; without them three rounds of 2 s after 6 s. */
    static ChainedOptionsBuilder of(Class<?> benchmarks, Arguments arguments) {
        return of(
                benchmarks,
                arguments.number("rounds", 3, 1, 1000),
                arguments.seconds("seconds", 2, 1, 3600),
                arguments.seconds("warmup", 6, 1, 600));
    }

    static ChainedOptionsBuilder of(Class<?> benchmarks, int rounds, Duration round, Duration warmUp) {
        return new OptionsBuilder()
                .include(benchmarks.getName())
                .forks(1)
                .warmupIterations(1)
                .warmupTime(new TimeValue(warmUp.toSeconds(), TimeUnit.SECONDS))
                .measurementIterations(rounds)
                .measurementTime(new TimeValue(round.toSeconds(), TimeUnit.SECONDS))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT);
    }

    /** @throws BenchException if JMH could not run them */
    static Collection<RunResult> run(ChainedOptionsBuilder options) {
        try {
            return new Runner(options.build()).run();
        } catch (RunnerException e) {
            throw new BenchException("JMH could not run: " + e.getMessage(), e);
        }
    }
}
