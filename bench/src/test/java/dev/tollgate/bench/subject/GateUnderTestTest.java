package dev.tollgate.bench.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.http.ChatBodies;
import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Arrival;
import dev.tollgate.bench.load.LoadGenerator;
import dev.tollgate.bench.load.LoadResult;
import dev.tollgate.bench.load.LoadSpec;
import dev.tollgate.bench.mock.MockSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class GateUnderTestTest {
    @TempDir
    Path folder;

    private static GateCommand standIn() {
        return GateCommand.of(
                JavaRuntime.java() + " -cp " + System.getProperty("java.class.path") + " "
                        + StandInGate.class.getName(),
                "");
    }

    @Test
    void theGateIsStartedSetUpCalledReadAndEnded() throws Exception {
        ProcessHandle gateProcess;
        ProcessHandle mockProcess;
        try (TestBed bed = TestBed.in(folder);
                var loader = new LoadGenerator(1)) {
            DirectMock mock = bed.startMock(new MockSpec(100, 3, Duration.ZERO), Duration.ofMinutes(2));
            GateUnderTest gate = bed.startGate(standIn());
            gate.connectTo(mock, Dialect.OPENAI);
            MetricsPage before = gate.timers();

            String body = ChatBodies.body(gate.model(), 500, false);
            LoadResult result = loader.run(new LoadSpec(
                    gate.target(Dialect.OPENAI, false),
                    body,
                    false,
                    new Arrival.ClosedLoop(2),
                    Duration.ofSeconds(60),
                    20,
                    Duration.ofSeconds(30)));

            assertEquals(20, result.calls(), () -> "" + result.firstFailure());
            assertEquals(20, gate.ledgerCalls());
            assertEquals(
                    Map.of("tollgate_settlement_wait_seconds", 2.0),
                    gate.timers().meanMillisSince(before));
            assertTrue(gate.processorNanos() > 0);
            assertTrue(gate.heapCensus().totalBytes() > 100_000);
            assertTrue(gate.peakResidentBytes() > 10_000_000);
            gateProcess = gate.process();
            mockProcess = mock.process();
        }
        assertFalse(gateProcess.isAlive() || mockProcess.isAlive());
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void budgetsThatCountNothingAreSeen() throws Exception {
        try (TestBed bed = TestBed.in(folder);
                var loader = new LoadGenerator(1)) {
            DirectMock mock = bed.startMock(new MockSpec(100, 1, Duration.ZERO), Duration.ofMinutes(2));
            GateUnderTest gate = bed.startGate(standIn(), "budgets");
            gate.connectTo(mock, Dialect.OPENAI);
            gate.limit(LabelledCalls.tenBudgets());
            var calls = new LabelledCalls(gate);
            assertEquals("budgets", calls.name());
            var failure = assertThrows(BenchException.class, calls::requireCounted);
            assertEquals("Only 0 budgets counted the calls of budgets.", failure.getMessage());

            loader.run(new LoadSpec(
                    calls.target(Dialect.OPENAI, false),
                    ChatBodies.body(calls.model(), 500, false),
                    false,
                    new Arrival.ClosedLoop(2),
                    Duration.ofSeconds(60),
                    20,
                    Duration.ofSeconds(30)));
            assertEquals(10, gate.filledBudgets());
            calls.requireCounted();
        }
    }

    @Test
    void anotherStartOnTheSameHomeAnswersWithTheEarlierKey() throws Exception {
        try (TestBed bed = TestBed.in(folder)) {
            GateUnderTest first = bed.startGate(standIn());
            first.createKey();
            first.end();
            assertFalse(first.isAlive());
            GateUnderTest second = bed.spawnGate(standIn());
            second.callAs(first);
            FirstCall.await(second, Duration.ofSeconds(60));
            assertTrue(second.isAlive());
        }
    }

    @Test
    void aGateThatDoesNotStartIsReportedWithWhatItPrinted() throws Exception {
        Path script = Files.writeString(folder.resolve("gate.sh"), "echo no home, no gate; exit 3\n");
        try (TestBed bed = TestBed.in(folder)) {
            var failure =
                    assertThrows(BenchException.class, () -> bed.startGate(GateCommand.of("/bin/sh " + script, "")));
            assertEquals("gate ended with code 3 before it was ready.\nno home, no gate", failure.getMessage());
        }
    }

    @Test
    void aProcessThatDoesNotListenToReasonIsEndedByForceWithItsChildren() throws Exception {
        Path pid = folder.resolve("child.pid");
        Path script = Files.writeString(
                folder.resolve("stubborn.sh"),
                "trap '' TERM\nsleep 300 &\necho $! > %1$s.new\nmv %1$s.new %1$s\nwait\n".formatted(pid));
        ProcessHandle process;
        ProcessHandle grandchild;
        try (TestBed bed = TestBed.in(folder)) {
            var child = bed.spawn("stubborn", List.of("/bin/sh", script.toString()));
            process = child.handle();
            child.await("so far", Duration.ofSeconds(20), () -> Files.exists(pid));
            grandchild = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                    .orElseThrow();
            assertTrue(grandchild.isAlive());
        }
        assertFalse(process.isAlive());
        grandchild.onExit().get(10, TimeUnit.SECONDS);
    }
}
