package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.alert.AlertHouse.Posted;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Destinations that do not answer, and attempts that go wrong in ways that nobody has thought of. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class LanesTest {
    private static final String THRESHOLD = "budget.threshold";

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private AlertHouse house;

    @BeforeEach
    void open() throws SQLException {
        house = new AlertHouse(kind, folder);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private void raise(int number) {
        house.raise(THRESHOLD, "bud_" + number, "number " + number);
        house.clock.pass(Duration.ofMillis(1));
    }

    private List<String> taken(String destination) {
        return house.posted.stream()
                .filter(one -> one.url().getHost().startsWith(destination))
                .map(LanesTest::message)
                .toList();
    }

    private static String message(Posted posted) {
        return Json.MAPPER.readTree(posted.body()).get("data").get("message").stringValue();
    }

    private static List<String> numbers(int upTo) {
        return IntStream.range(0, upTo).mapToObj(i -> "number " + i).toList();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    @Test
    void aDestinationThatDoesNotAnswerHoldsUpNobodyElse() {
        CountDownLatch dead = new CountDownLatch(1);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        house.webhook("dead");
        house.webhook("alive");
        house.receivers.put("dead", () -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            await(dead);
            atOnce.decrementAndGet();
            throw new IOException("there was no connection");
        });
        int notices = 40;
        for (int i = 0; i < notices; i++) {
            raise(i);
        }
        List<Thread> lanes = house.sender.round();
        AlertHouse.await(() -> taken("alive").size() == notices);
        AlertHouse.await(() -> house.count("alert_message", "state = 'sent'") == notices);
        raise(notices);
        AlertHouse.await(() -> {
            house.sender.round();
            return taken("alive").size() == notices + 1;
        });
        assertEquals(List.of("number 0"), taken("dead"));
        assertEquals(numbers(notices + 1), taken("alive"), "in their order");
        dead.countDown();
        lanes.forEach(AlertHouse::join);
        assertEquals(1, most.get());
        assertEquals(0, house.count("alert_message", "state = 'waiting' AND attempts <> 1"));
    }

    @Test
    void anAttemptThatFailsWhereNobodyExpectsItIsTriedAgainAndGivenUpInTheEnd() {
        house.webhook("cursed", THRESHOLD);
        house.webhook("alive", THRESHOLD);
        house.receivers.put("cursed", () -> {
            throw new StackOverflowError("CANARY");
        });
        raise(0);
        for (int attempt = 1; attempt <= Retries.MOST_ATTEMPTS; attempt++) {
            house.send();
            assertEquals(attempt, taken("cursed").size());
            assertEquals(List.of(), house.send(), "not before its wait is over");
            house.clock.pass(Duration.ofHours(27));
        }
        assertEquals(List.of(), house.send());
        assertEquals(numbers(1), taken("alive"));
        DeadLetters.DeadLetter letter = house.dead.list().getFirst();
        assertEquals("it failed inside the gate", letter.lastError());
        assertEquals(Retries.MOST_ATTEMPTS, letter.attempts());
        assertEquals(
                1,
                house.published.stream()
                        .filter(notice -> notice.kind().equals("alert.undelivered"))
                        .count());
    }

    @Test
    void aMessageWhoseSenderDiesEachTimeIsGivenUpInTheEnd() {
        house.webhook("fatal");
        raise(0);
        for (int attempt = 0; attempt < Retries.MOST_ATTEMPTS; attempt++) {
            // As a process leaves it that has died while it was sending.
            long now = house.clock.millis();
            String id = house.store
                    .read(handle -> MessageRows.destinationsDue(handle, now))
                    .getFirst();
            assertTrue(house.store
                    .write(tx -> MessageRows.claim(tx.handle(), id, now, now + 1))
                    .isPresent());
            house.clock.pass(Duration.ofSeconds(1));
        }
        assertEquals(List.of(), house.send());
        assertEquals(
                "nobody knows what became of its last attempt",
                house.dead.list().getFirst().lastError());
    }

    @Test
    void anAttemptThatTakesTooLongHasEndedBeforeTheNextBegins() {
        house.sender.close();
        house.sender = house.sender(Duration.ofMillis(50));
        AtomicInteger atOnce = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        house.webhook("slow");
        house.receivers.put("slow", () -> {
            assertEquals(1, atOnce.incrementAndGet());
            try {
                await(never);
            } finally {
                atOnce.decrementAndGet();
            }
            throw new IllegalStateException();
        });
        raise(0);
        assertEquals(1, house.send().size());
        assertEquals(
                1, house.count("alert_message", "last_error = 'it took longer than a minute' AND lease_until = 0"));
        house.clock.pass(Duration.ofSeconds(6));
        assertEquals(1, house.send().size());
        assertEquals(0, atOnce.get());
    }

    @Test
    void aMarkThatTheStoreDoesNotTakeCostsNoOtherItsOwn() {
        house.webhook("gone", THRESHOLD);
        house.webhook("alive", THRESHOLD);
        house.unaudited = "gone";
        house.receivers.put("gone", () -> new Web.Reply(410, 0));
        raise(0);
        raise(1);
        assertEquals(4, house.send().size(), "the lane goes on with what is not leased");
        assertEquals(2, house.count("alert_message", "state = 'sent'"));
        assertEquals(List.of(), house.send());
        house.unaudited = "";
        house.clock.pass(Sender.LEASE);
        assertEquals(1, house.send().size());
        assertEquals(2, house.count("alert_message", "state = 'dead'"));
    }

    @Test
    void aMarkIsMadeOnceTheStoreIsBack() throws Exception {
        if (!(house.url instanceof DatabaseUrl.Sqlite sqlite)) {
            return; // the other store's absence is StoreOutageTest's
        }
        house.webhook("hook");
        raise(0);
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + sqlite.file());
                Statement lock = other.createStatement()) {
            CountDownLatch posted = new CountDownLatch(1);
            house.receivers.put("hook", () -> {
                try {
                    lock.execute("BEGIN EXCLUSIVE");
                } catch (SQLException e) {
                    throw new IOException(e);
                }
                posted.countDown();
                return new Web.Reply(204, 0);
            });
            List<Thread> lanes = house.sender.round();
            posted.await();
            // Longer than the store waits for a lock, so that one mark at least has failed.
            assertFalse(lanes.getFirst().join(Duration.ofSeconds(7)));
            lock.execute("ROLLBACK");
            lanes.forEach(AlertHouse::join);
        }
        assertEquals(1, house.count("alert_message", "state = 'sent'"));
        house.clock.pass(Sender.LEASE);
        assertEquals(List.of(), house.send());
    }
}
