package dev.tollgate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long answers are kept, and how many of them. */
class AnswerCacheTest {
    private static final int KIB = 1 << 10;

    private final AtomicLong nanos = new AtomicLong(-5);

    private AnswerCache cache(long bytes) {
        return new AnswerCache(bytes, nanos::get);
    }

    private static CacheKey key(long number) {
        return new CacheKey(number, 0, 0, 0);
    }

    private static KeptAnswer answer(int bytes) {
        return new KeptAnswer(new byte[bytes], "application/json", "", "sim", "echo", "req_1");
    }

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void anAnswerIsFoundUntilItIsTooOld() {
        AnswerCache cache = cache(64 * KIB);
        KeptAnswer answer = answer(10);
        cache.keep(key(1), answer, 60);
        assertEquals(new AnswerCache.Found(answer, 0), cache.find(key(1), 60));
        pass(59);
        assertEquals(new AnswerCache.Found(answer, 59), cache.find(key(1), 60));
        assertNull(cache.find(key(2), 60));
        assertNull(cache.find(key(1), 59), "a limit that has been lowered since holds at once");
        pass(1);
        assertNull(cache.find(key(1), 1_000), "one that has been raised does not wake what is over");
    }

    @Test
    void aNewerAnswerTakesThePlaceOfTheOld() {
        AnswerCache cache = cache(64 * KIB);
        cache.keep(key(1), answer(10), 60);
        pass(50);
        KeptAnswer newer = answer(10);
        cache.keep(key(1), newer, 60);
        pass(50);
        assertEquals(new AnswerCache.Found(newer, 50), cache.find(key(1), 60));
    }

    @Test
    void neverIsMoreKeptThanThereIsRoomFor() {
        AnswerCache cache = cache(64 * KIB);
        for (int i = 0; i < 10_000; i++) {
            cache.keep(key(i), answer(i % (4 * KIB)), 60);
            assertTrue(cache.bytes() <= 64 * KIB, () -> cache.bytes() + " bytes");
        }
        assertTrue(cache.bytes() > 32 * KIB, () -> cache.bytes() + " bytes");
    }

    @Test
    void anAnswerThatWouldPushOutManyIsNotKept() {
        AnswerCache cache = cache(64 * KIB);
        assertEquals(4 * KIB, cache.largestBytes());
        cache.keep(key(1), answer(4 * KIB), 60);
        assertNotNull(cache.find(key(1), 60));
        cache.keep(key(2), answer(4 * KIB + 1), 60);
        assertNull(cache.find(key(2), 60));
    }

    @Test
    void withoutRoomNothingIsKept() {
        AnswerCache cache = cache(0);
        assertFalse(cache.isOn());
        cache.keep(key(1), answer(0), 60);
        assertNull(cache.find(key(1), 60));
        assertEquals(0, cache.bytes());
    }

    @Test
    void whatAnAnswerSaysIsNotInItsText() {
        assertEquals("KeptAnswer[req_1, 10 bytes]", answer(10).toString());
    }
}
