package dev.tollgate.identity.people;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.DeviceTokens.Device;
import dev.tollgate.identity.people.Throttle.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final String ACCOUNT = "ada@example.com";
    private static final Device LAPTOP = new Device("laptop", List.of("per_ada"));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
    private final Throttle throttle = new Throttle(now::get, Throttle.Limits.PASSWORDS);

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    private boolean fails(String account, String address, @Nullable Device device) {
        return throttle.enter(account, address, device) instanceof Entry.Admitted;
    }

    /** An address in a network of its own. */
    private static String network(int number) {
        return "10." + number / 256 % 256 + "." + number % 256 + ".7";
    }

    @Test
    void theWaitDoublesForANetworkAtAnAccount() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            assertTrue(fails(ACCOUNT, "192.0.2.1", null), "free");
        }
        for (int i = 0; i < 7; i++) {
            assertTrue(fails(ACCOUNT, "192.0.2.1", null));
            Entry.Wait wait = assertInstanceOf(Entry.Wait.class, throttle.enter(ACCOUNT, "192.0.2.200", null));
            waits.add(wait.time().toSeconds());
            pass(wait.time());
        }
        assertEquals(List.of(30L, 60L, 120L, 240L, 480L, 900L, 900L), waits);
    }

    @Test
    void beingRightWipesTheSlateAndBeingTurnedAwayLeavesIt() {
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 4; i++) {
                admitted();
            }
            admitted().right().run(); // the fifth in a row would be the last, were it wrong
        }
        Throttle other = new Throttle(now::get, Throttle.Limits.PASSWORDS);
        for (int i = 0; i < 1_000; i++) {
            Entry.Admitted busy = assertInstanceOf(Entry.Admitted.class, other.enter(ACCOUNT, "192.0.2.1", null));
            busy.notMade().run();
        }
        for (int i = 0; i < 5; i++) {
            assertInstanceOf(Entry.Admitted.class, other.enter(ACCOUNT, "192.0.2.1", null));
        }
        Entry.Wait before = assertInstanceOf(Entry.Wait.class, other.enter(ACCOUNT, "192.0.2.1", null));
        pass(before.time());
        Entry.Admitted admitted = assertInstanceOf(Entry.Admitted.class, other.enter(ACCOUNT, "192.0.2.1", null));
        admitted.notMade().run();
        assertInstanceOf(Entry.Admitted.class, other.enter(ACCOUNT, "192.0.2.1", null));
        Entry.Wait after = assertInstanceOf(Entry.Wait.class, other.enter(ACCOUNT, "192.0.2.1", null));
        assertEquals(Duration.ofSeconds(60), after.time());
    }

    private Duration waits(Throttle of) {
        return assertInstanceOf(Entry.Wait.class, of.enter(ACCOUNT, "192.0.2.1", null))
                .time();
    }

    private Entry.Admitted admitted() {
        return assertInstanceOf(Entry.Admitted.class, throttle.enter(ACCOUNT, "192.0.2.1", null));
    }

    /** Many attempts at once, of which one finds no room: the others are not forgotten with it. */
    @Test
    void anAttemptThatWasNotMadeTakesNothingOfTheOthersWithIt() {
        Entry.Admitted noRoom = admitted();
        for (int i = 0; i < 3; i++) {
            admitted();
        }
        noRoom.notMade().run();
        admitted();
        admitted();
        assertEquals(Duration.ofSeconds(30), waits(throttle), "five have failed");
        pass(Duration.ofSeconds(30));
        Entry.Admitted again = admitted();
        again.notMade().run();
        admitted();
        assertEquals(Duration.ofSeconds(60), waits(throttle), "six have");
    }

    @Test
    void anAttemptFromBeforeTheSlateWasWipedCountsNothingBackAfterwards() {
        Entry.Admitted old = admitted();
        admitted().right().run();
        for (int i = 0; i < 4; i++) {
            admitted();
        }
        old.notMade().run();
        admitted();
        assertEquals(Duration.ofSeconds(30), waits(throttle));
    }

    @Test
    void anAccountTakesFortyGuessesInAnHourHoweverManyNetworksTheyComeFrom() {
        int guesses = 0;
        for (int i = 0; i < 3_600; i++) {
            guesses += fails(ACCOUNT, network(i), null) ? 1 : 0;
            pass(Duration.ofSeconds(1));
        }
        assertTrue(guesses <= 40 && guesses >= 38, "in the first hour: " + guesses);
        int later = 0;
        for (int i = 0; i < 3_600; i++) {
            later += fails(ACCOUNT, network(3_600 + i), null) ? 1 : 0;
            pass(Duration.ofSeconds(1));
        }
        assertTrue(later <= 20, "in the second: " + later);
    }

    @Test
    void aKnownDeviceHasACountOfItsOwnThatIsBoundedToo() {
        for (int i = 0; i < 10_000; i++) {
            fails(ACCOUNT, network(i), null);
        }
        assertInstanceOf(Entry.Wait.class, throttle.enter(ACCOUNT, network(20_000), null));
        int guesses = 0;
        for (int i = 0; i < 3_600; i++) {
            guesses += fails(ACCOUNT, "192.0.2.1", LAPTOP) ? 1 : 0;
            pass(Duration.ofSeconds(1));
        }
        assertTrue(guesses >= 10 && guesses <= 18, "of the device: " + guesses);
        assertTrue(fails(ACCOUNT, "192.0.2.1", new Device("phone", List.of("per_ada"))), "each has its own");
    }

    @Test
    void aThousandAtOnceAreAThousand() throws Exception {
        List<Boolean> admitted = PeopleHouse.atOnce(1_000, () -> fails(ACCOUNT, "192.0.2.1", null));
        assertEquals(5, admitted.stream().filter(in -> in).count());
        List<Boolean> spread = PeopleHouse.atOnce(1_000, new java.util.concurrent.Callable<>() {
            private final java.util.concurrent.atomic.AtomicInteger next =
                    new java.util.concurrent.atomic.AtomicInteger();

            @Override
            public Boolean call() {
                return fails("ben@example.com", network(next.getAndIncrement()), null);
            }
        });
        assertEquals(20, spread.stream().filter(in -> in).count());
    }

    @Test
    void oneNetworkCannotTryEverybody() {
        int guesses = 0;
        for (int i = 0; i < 10_000; i++) {
            guesses += fails(
                            "person" + i + "@example.com",
                            "2001:db8:0:1:" + Integer.toHexString(i % 65_536) + "::1",
                            null)
                    ? 1
                    : 0;
        }
        assertEquals(100, guesses, "a home has many addresses and one network");
        assertTrue(fails("somebody@example.com", "2001:db8:9::1", null), "others go on");
    }

    @Test
    void allNewcomersTogetherAreBounded() {
        int guesses = 0;
        for (int i = 0; i < 10_000; i++) {
            guesses += fails("person" + i + "@example.com", network(i), null) ? 1 : 0;
        }
        assertEquals(300, guesses);
        pass(Duration.ofMinutes(1));
        assertTrue(fails("late@example.com", network(50_000), null));
        assertTrue(fails(ACCOUNT, "192.0.2.1", LAPTOP), "known devices do not count among them");
    }

    @Test
    void whoIsTurnedAwayTakesNothingFromOthers() {
        for (int i = 0; i < 100_000; i++) {
            fails(ACCOUNT, "192.0.2.1", null);
        }
        assertTrue(fails("ben@example.com", "192.0.2.1", null), "the network has most of its attempts left");
        for (int i = 0; i < 15; i++) {
            assertTrue(fails(ACCOUNT, network(i), null), "and so has the account: " + i);
        }
        for (int i = 15; i < 1_000; i++) {
            assertFalse(fails(ACCOUNT, network(i), null), "now it has none, for anybody");
        }
        assertTrue(fails("cat@example.com", network(15), null), "all newcomers together have most of theirs");
    }

    @Test
    void fiveHundredRightOnesAMinuteAreLetIn() {
        for (int i = 0; i < 500; i++) {
            Entry.Admitted in =
                    assertInstanceOf(Entry.Admitted.class, throttle.enter("p" + i + "@example.com", "192.0.2.1", null));
            in.right().run();
            pass(Duration.ofMillis(120));
        }
    }

    @Test
    void networksAreWhatOneSubscriberCanChooseFrom() {
        assertEquals(Networks.of("192.0.2.1"), Networks.of("192.0.2.254"));
        assertEquals(Networks.of("192.0.2.1"), Networks.of("::ffff:192.0.2.9"));
        assertTrue(!Networks.of("192.0.2.1").equals(Networks.of("192.0.3.1")));
        assertEquals(Networks.of("2001:db8:1:200::1"), Networks.of("2001:db8:1:2ff:ffff::9"));
        assertTrue(!Networks.of("2001:db8:1:200::1").equals(Networks.of("2001:db8:1:300::1")));
        assertEquals(Networks.of("fe80::1%eth0"), Networks.of("fe80::2"));
        assertEquals("unknown", Networks.of("unknown"));
        assertEquals(64, Networks.of("x".repeat(10_000)).length());
    }
}
