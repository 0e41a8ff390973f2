package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class KeyIndexTest {
    private static final long DAY = 86_400_000L;

    private record Issued(String id, String text, String name, Grant grant, long expires) {}

    private static Issued issue(int number, long expires) {
        String id = KeyText.newId();
        Grant grant =
                new Grant("default", number % 2 == 0 ? List.of() : List.of("m" + number % 7), number % 3 == 0, null);
        String name = "k".repeat(1 + number % 60) + number;
        return new Issued(id, KeyText.of(id, KeyText.newSecret()), name, grant, expires);
    }

    private static void put(KeyIndex index, Issued key, long now) {
        index.add(key.id, key.name, key.grant, SecretHash.newEntry(key.text), key.expires, now);
    }

    @Test
    void behavesAsAMapOfKeysDoes() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        KeyIndex index = new KeyIndex();
        Map<String, Issued> model = new HashMap<>();
        List<Issued> all = new ArrayList<>();
        for (int step = 0; step < 4_000; step++) {
            if (all.isEmpty() || random.nextInt(3) > 0) {
                Issued key = issue(step, random.nextBoolean() ? KeyIndex.NEVER : random.nextLong(1, 5000));
                put(index, key, 0);
                model.put(key.id, key);
                all.add(key);
            } else {
                Issued key = all.get(random.nextInt(all.size()));
                index.remove(key.id, 0);
                model.remove(key.id);
            }
            Issued asked = all.get(random.nextInt(all.size()));
            long now = random.nextLong(5000);
            boolean expected = model.containsKey(asked.id) && now < asked.expires;
            Caller caller = index.find(asked.text, now);
            assertEquals(expected, caller != null, "seed " + seed + ", step " + step);
            if (caller != null) {
                assertEquals(
                        new Caller(
                                asked.id,
                                asked.name,
                                "default",
                                asked.grant.modelGlobs(),
                                asked.grant.strict(),
                                asked.grant.cache(),
                                null,
                                null),
                        caller);
            }
        }
    }

    @Test
    void aLoadedIndexHoldsWhatWasPutIn() {
        KeyIndex index = new KeyIndex();
        KeyIndex.Loader loader = index.new Loader();
        List<Issued> keys = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            Issued key = issue(i, KeyIndex.NEVER);
            keys.add(key);
            loader.add(key.id, key.name, key.grant, SecretHash.newEntry(key.text), key.expires);
        }
        loader.finish();
        for (Issued key : keys) {
            Caller caller = index.find(key.text, 0);
            assertNotNull(caller);
            assertEquals(key.name, caller.keyName());
        }
    }

    @Test
    void equalGrantsAreKeptOnce() {
        KeyIndex index = new KeyIndex();
        Issued one = issue(1, KeyIndex.NEVER);
        Issued other = issue(29, KeyIndex.NEVER);
        put(index, one, 0);
        put(index, other, 0);
        Caller first = index.find(one.text, 0);
        Caller second = index.find(other.text, 0);
        assertTrue(first != null && second != null);
        assertSame(first.modelGlobs(), second.modelGlobs());
    }

    @Test
    void keysLongExpiredAreForgottenWhenTheirShardChanges() {
        KeyIndex index = new KeyIndex();
        Issued expiring = issue(1, DAY);
        put(index, expiring, 0);
        assertNull(index.find(expiring.text, DAY));
        index.remove(expiring.id.equals("0000000000") ? "0000000001" : "0000000000", 3 * DAY); // perhaps another shard
        put(index, sameShard(expiring), 2 * DAY - 1);
        assertNotNull(index.find(expiring.text, 0), "a clock that was wrong for a while costs no keys");
        put(index, sameShard(expiring), 2 * DAY);
        assertNull(index.find(expiring.text, 0), "forgotten");
    }

    private static Issued sameShard(Issued as) {
        while (true) {
            Issued key = issue(2, KeyIndex.NEVER);
            if (KeyText.pack(key.id) % KeyIndex.SHARDS == KeyText.pack(as.id) % KeyIndex.SHARDS) {
                return key;
            }
        }
    }

    @Test
    void readersSeeEveryKeyWhileOthersComeAndGo() throws InterruptedException, ExecutionException {
        KeyIndex index = new KeyIndex();
        List<Issued> kept = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Issued key = issue(i, KeyIndex.NEVER);
            kept.add(key);
            put(index, key, 0);
        }
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Integer> reader = threads.submit(() -> {
                int misses = 0;
                int i = 0;
                while (!done.get() || i < kept.size()) {
                    Issued key = kept.get(i++ % kept.size());
                    Caller caller = index.find(key.text, 0);
                    misses += caller == null || !caller.keyName().equals(key.name) ? 1 : 0;
                }
                return misses;
            });
            for (int i = 0; i < 3_000; i++) {
                Issued passing = issue(i, KeyIndex.NEVER);
                put(index, passing, 0);
                index.remove(passing.id, 0);
            }
            done.set(true);
            assertEquals(0, reader.get());
        }
    }

    @Test
    void everyIdHasItsOwnNumber() {
        assertEquals(0, KeyText.pack("0000000000"));
        assertEquals(839_299_365_868_340_223L, KeyText.pack("zzzzzzzzzz")); // 62¹⁰ − 1
        assertEquals(KeyText.NONE, KeyText.pack("000000000"));
        assertEquals(KeyText.NONE, KeyText.pack("000000000/"));
        assertEquals(62, KeyText.pack("0000000010"));
    }
}
