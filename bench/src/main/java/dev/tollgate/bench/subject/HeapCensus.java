package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The living objects of a JVM by class, as {@code jcmd PID GC.class_histogram} counts them after a full collection.
 *
 * @param bytesByClass bytes of each class, under the name that the JVM prints
 * @param totalBytes of all
 */
public record HeapCensus(Map<String, Long> bytesByClass, long totalBytes) {

    /** A class whose objects have become more. */
    public record Growth(String className, long bytes) {}

    static HeapCensus parse(String histogram) {
        var byClass = new HashMap<String, Long>();
        long total = 0;
        for (String line : histogram.lines().toList()) {
            String[] columns =
                    line.strip().split("\\s+", -1); // "1:  39345  2104280  [B (java.base@25)", "Total  123  456"
            if (columns.length >= 4 && columns[0].matches("\\d+:")) {
                long bytes = Long.parseLong(columns[2]);
                byClass.merge(columns[3], bytes, Long::sum);
                total += bytes;
            }
        }
        if (total == 0) {
            throw new BenchException("jcmd's class histogram was not understood.");
        }
        return new HeapCensus(Map.copyOf(byClass), total);
    }

    /** The classes that have grown most since then, the largest first. */
    public List<Growth> growthSince(HeapCensus earlier, int atMost) {
        var growths = new ArrayList<Growth>();
        bytesByClass.forEach((name, bytes) -> {
            long more = bytes - earlier.bytesByClass.getOrDefault(name, 0L);
            if (more > 0) {
                growths.add(new Growth(name, more));
            }
        });
        growths.sort(Comparator.comparingLong(Growth::bytes).reversed());
        return List.copyOf(growths.subList(0, Math.min(atMost, growths.size())));
    }
}
