package dev.tollgate.bench.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.bench.BenchException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessFiguresTest {
    @Test
    void userAndSystemTimeAreAddedWhateverTheProcessIsCalled() {
        String stat = "4711 (a (b) 1 2 3) S 1 4711 4711 0 -1 4194560 900 0 0 0 123 45 6 7 20 0 9 0 100 1000 200";
        assertEquals(123 + 45, ProcessorTime.ticks(stat));
    }

    @Test
    void aProcessesTimeIsWhatTheJdkFindsToo() {
        long before = ProcessorTime.ofTreeNanos(ProcessHandle.current());
        long jdk =
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
        long after = ProcessorTime.ofTreeNanos(ProcessHandle.current());
        assertTrue(before > 0 && before <= jdk && jdk <= after, before + " " + jdk + " " + after);
    }

    @Test
    void aClassHistogramIsReadAndCompared() {
        var earlier = HeapCensus.parse("""
                4711:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:            30           1000  [B (java.base@25)
                   2:            10            500  dev.tollgate.Held
                Total            40           1500
                """);
        assertEquals(1500, earlier.totalBytes());
        var later = new HeapCensus(Map.of("[B", 900L, "dev.tollgate.Held", 2500L, "New", 100L), 3500);
        assertEquals(
                List.of(new HeapCensus.Growth("dev.tollgate.Held", 2000), new HeapCensus.Growth("New", 100)),
                later.growthSince(earlier, 10));
        assertThrows(BenchException.class, () -> HeapCensus.parse("jcmd has changed its mind"));
    }

    @Test
    void timersAreMeansOverTheRunAndOverAllLabels() {
        MetricsPage before = MetricsPage.parse("""
                # TYPE tollgate_settlement_wait_seconds summary
                tollgate_settlement_wait_seconds_count{store="sqlite"} 10
                tollgate_settlement_wait_seconds_sum{store="sqlite"} 1.0
                tollgate_idle_seconds_count 4
                tollgate_idle_seconds_sum 4
                jvm_gc_pause_seconds_count 3
                """);
        MetricsPage after = MetricsPage.parse("""
                tollgate_settlement_wait_seconds_count{store="sqlite"} 20
                tollgate_settlement_wait_seconds_sum{store="sqlite"} 1.01
                tollgate_settlement_wait_seconds_count{store="postgresql"} 10.0
                tollgate_settlement_wait_seconds_sum{store="postgresql"} 3.0E-2
                tollgate_idle_seconds_count 4
                tollgate_idle_seconds_sum 4
                """);
        Map<String, Double> means = after.meanMillisSince(before);
        assertEquals(List.of("tollgate_settlement_wait_seconds"), List.copyOf(means.keySet()));
        assertEquals(2.0, means.getOrDefault("tollgate_settlement_wait_seconds", 0.0), 1e-9);
    }
}
