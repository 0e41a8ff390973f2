package dev.tollgate.identity.people;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.identity.people.PasswordHasher.Lane;
import dev.tollgate.identity.people.PasswordHasher.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What strangers' passwords may take of the machine. */
class PasswordHasherTest {
    private static final byte[] KEY = new byte[32];
    private static final byte[] PASSWORD = PeopleHouse.PASSWORD.getBytes(StandardCharsets.UTF_8);
    private static final long GIB = 1L << 30;

    private static PasswordHasher hasher(int newcomersAtOnce, int knownAtOnce) {
        return new PasswordHasher(KEY, PeopleHouse.CHEAP, newcomersAtOnce, knownAtOnce, Duration.ofMillis(1));
    }

    @Test
    void halfOfTheCoresHashAtOnceUnlessTheHeapIsTooSmallForThat() {
        assertEquals(1, PasswordHasher.newcomersAtOnce(1, 8 * GIB));
        assertEquals(1, PasswordHasher.newcomersAtOnce(2, GIB));
        assertEquals(4, PasswordHasher.newcomersAtOnce(8, GIB));
        assertEquals(6, PasswordHasher.newcomersAtOnce(64, GIB), "6 x 19 MiB are an eighth of it");
        assertEquals(32, PasswordHasher.newcomersAtOnce(64, 64 * GIB));
        assertEquals(1, PasswordHasher.newcomersAtOnce(64, 1), "somebody must be able to sign in");
        assertEquals(32, PasswordHasher.newcomersAtOnce(64, Long.MAX_VALUE), "a JVM without a bound of its heap");
    }

    @Test
    void newcomersAndKnownDevicesDoNotTakeEachOthersRoom() {
        String phc = hasher(1, 1).hash(PASSWORD, Lane.KNOWN).orElseThrow();
        PasswordHasher fullOfNewcomers = hasher(0, 1);
        assertInstanceOf(Verdict.NoRoom.class, fullOfNewcomers.verify(phc, PASSWORD, Lane.NEWCOMERS));
        assertEquals(Optional.empty(), fullOfNewcomers.hash(PASSWORD, Lane.NEWCOMERS));
        assertInstanceOf(Verdict.Matches.class, fullOfNewcomers.verify(phc, PASSWORD, Lane.KNOWN));
        PasswordHasher fullOfKnown = hasher(1, 0);
        assertInstanceOf(Verdict.NoRoom.class, fullOfKnown.verify(phc, PASSWORD, Lane.KNOWN));
        assertInstanceOf(Verdict.Matches.class, fullOfKnown.verify(phc, PASSWORD, Lane.NEWCOMERS));
    }
}
