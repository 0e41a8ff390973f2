package dev.tollgate.bench.tokens;

import dev.tollgate.bench.subject.TestBed;
import dev.tollgate.identity.Caller;
import dev.tollgate.oauth.TokensUnderTest;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the model path pays to know who calls by an access token. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // the harness calls open() before anything else
public class TokensBenchmark {
    private static final int TOKENS = 1_000;

    private TestBed bed;
    private TokensUnderTest tokens;
    private int next;

    /** Issues tokens in a new folder. */
    @Setup
    public void open() {
        bed = TestBed.in(null);
        tokens = new TokensUnderTest(bed.folder(), TOKENS);
    }

    /** Deletes it. */
    @TearDown
    public void close() {
        tokens.close();
        bed.close();
    }

    /** A token that has been seen before, which each is after its first use. */
    @Benchmark
    public @Nullable Caller known() {
        return tokens.known(next++ & Integer.MAX_VALUE);
    }

    /** A forged one, most of which are refused without a look at the signature. */
    @Benchmark
    public @Nullable Caller forged() {
        return tokens.forged(next++ & Integer.MAX_VALUE);
    }
}
