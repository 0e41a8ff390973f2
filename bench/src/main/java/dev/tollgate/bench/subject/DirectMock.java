package dev.tollgate.bench.subject;

import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Target;
import dev.tollgate.bench.mock.MockSpec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The mock in a process of its own, called with nothing between: what the bench itself takes. */
public final class DirectMock implements Subject {
    static final String MODEL = "bench-model";

    /** As long as a virtual key, so that every subject reads requests of the same size. The mock does not look at it. */
    static final String AUTHORIZATION = "Bearer tg_0123456789_01234567890123456789012345678901";

    private final ChildProcess process;
    private final int port;

    private DirectMock(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    static DirectMock start(MockSpec spec, Duration longest, TestBed bed) throws InterruptedException {
        int port = ChildProcess.freePort();
        ChildProcess process = bed.spawn(
                "mock",
                List.of(
                        JavaRuntime.java().toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.tollgate.bench.Bench",
                        "mock",
                        "--port",
                        Integer.toString(port),
                        "--answer-bytes",
                        Integer.toString(spec.answerBytes()),
                        "--events",
                        Integer.toString(spec.events()),
                        "--interval",
                        Long.toString(spec.interval().toMillis()),
                        "--seconds",
                        Long.toString(longest.toSeconds())));
        process.awaitListening(port, Duration.ofSeconds(20));
        return new DirectMock(process, port);
    }

    public int port() {
        return port;
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public String name() {
        return "direct";
    }

    @Override
    public String model() {
        return MODEL;
    }

    @Override
    public Target target(Dialect dialect, boolean stream) {
        return new Target(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), dialect.path(), AUTHORIZATION);
    }

    @Override
    public ProcessHandle process() {
        return process.handle();
    }
}
