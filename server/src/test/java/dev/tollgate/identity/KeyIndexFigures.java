package dev.tollgate.identity;

import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Measures the index: memory per key, and processor time per identified call and per new key, with ten keys and with a
 * million. A program, not a test: {@code java -Xmx1g -cp … dev.tollgate.identity.KeyIndexFigures [keys]}.
 */
final class KeyIndexFigures {
    private static final int CALLS = 2_000_000;
    private static final int ASKED = 4_096;

    private KeyIndexFigures() {}

    public static void main(String[] arguments) {
        int million = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        measure(10);
        measure(10);
        measure(million);
    }

    private static void measure(int keys) {
        long before = usedBytes();
        String[] asked = new String[Math.min(keys, ASKED)];
        KeyIndex index = new KeyIndex();
        long started = processorNanos();
        fill(index, keys, asked);
        double fillNanos = (double) (processorNanos() - started) / keys;
        double bytes = (double) (usedBytes() - before) / keys;

        CallerResolver callers = new CallerResolver(index, BearerTokens.NONE, InstantSource.system());
        SplittableRandom random = new SplittableRandom(1);
        identify(callers, asked, random);
        started = processorNanos();
        long found = identify(callers, asked, random);
        double callNanos = (double) (processorNanos() - started) / CALLS;

        started = processorNanos();
        int added = 2_000;
        for (int i = 0; i < added; i++) {
            String id = KeyText.newId();
            byte[] entry = SecretHash.newEntry(KeyText.of(id, KeyText.newSecret()));
            index.add(id, "new-" + i, new Grant("default", List.of(), false, null), entry, KeyIndex.NEVER, 0);
        }
        double addMicros = (processorNanos() - started) / 1000.0 / added;
        System.out.printf(
                "%,d keys: %.0f bytes/key, loaded in %.0f ns/key, identified in %.0f ns/call (%d of %d), added in %.1f µs%n",
                keys, bytes, fillNanos, callNanos, found, CALLS, addMicros);
    }

    private static void fill(KeyIndex index, int keys, String[] asked) {
        KeyIndex.Loader loader = index.new Loader();
        List<Grant> grants = List.of(
                new Grant("default", List.of(), false, null),
                new Grant("default", List.of("anthropic/*", "fast"), false, null),
                new Grant("default", List.of("openai/gpt-5*"), false, null));
        for (int i = 0; i < keys; i++) {
            String id = KeyText.newId();
            String text = KeyText.of(id, KeyText.newSecret());
            loader.add(id, "key-" + i, grants.get(i % 3), SecretHash.newEntry(text), KeyIndex.NEVER);
            if (i < asked.length) {
                asked[i] = text;
            }
        }
        loader.finish();
    }

    private static long identify(CallerResolver callers, String[] asked, SplittableRandom random) {
        long found = 0;
        for (int i = 0; i < CALLS; i++) {
            String key = asked[random.nextInt(asked.length)];
            CallerResolution resolution = callers.resolve(key, null, null, null);
            found += resolution instanceof CallerResolution.Identified ? 1 : 0;
        }
        return found;
    }

    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
