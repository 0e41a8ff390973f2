package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.alert.AlertHouse.Posted;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** From a notice to its destinations: what is sent, when, how often, and what becomes of what is not taken. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class DeliveryTest {
    private static final String THRESHOLD = "budget.threshold";
    private static final String QUARANTINED = "credential.quarantined";

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

    @Test
    void aNoticeSaysWhatItIsAndWhatToDoAndCarriesAGoodSignature() throws Exception {
        String secret = house.webhook("hook");
        house.raise(THRESHOLD, "bud_1", "At least 70 % has been spent.");
        Posted posted = house.send().getFirst();
        JsonNode body = Json.MAPPER.readTree(posted.body());
        assertEquals(THRESHOLD, body.get("type").stringValue());
        assertEquals(AlertHouse.NOON.toString(), body.get("timestamp").stringValue());
        JsonNode data = body.get("data");
        String id = house.board.newestFirst().getFirst().id();
        assertEquals(id, data.get("id").stringValue());
        assertEquals("bud_1", data.get("subject").stringValue());
        assertEquals("Do something about bud_1", data.get("cure").stringValue());
        assertEquals("https://gate.example.org", data.get("gate").stringValue());
        assertEquals("tollgate notice dismiss " + id, data.get("dismiss").stringValue());
        assertEquals(List.of("v1," + hmac(secret, posted)), signatures(posted));
        assertEquals(
                Long.toString(AlertHouse.NOON.getEpochSecond()),
                posted.headers().get("webhook-timestamp"));
    }

    private static List<String> signatures(Posted posted) {
        return List.of(posted.headers().getOrDefault("webhook-signature", "").split(" "));
    }

    /** As a receiver computes it. */
    private static String hmac(String secret, Posted posted) throws Exception {
        assertTrue(secret.startsWith("whsec_"), "a secret of the specification");
        byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        assertTrue(key.length >= 24 && key.length <= 64);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String content = posted.id() + "." + posted.headers().get("webhook-timestamp") + "." + posted.body();
        return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aRotatedSecretSignsBesideTheOldOneForADay() throws Exception {
        String old = house.webhook("hook");
        String fresh = house.destinations.rotateSecret("hook", "owner").signingSecret();
        assertNotEquals(old, fresh);
        house.raise(THRESHOLD, "bud_1", "first");
        Posted during = house.send().getFirst();
        assertEquals(List.of("v1," + hmac(fresh, during), "v1," + hmac(old, during)), signatures(during));
        house.clock.pass(Destinations.ROTATION);
        house.raise(THRESHOLD, "bud_1", "second");
        Posted after = house.send().getFirst();
        assertEquals(List.of("v1," + hmac(fresh, after)), signatures(after));
    }

    @Test
    void nothingIsToldTwice() {
        house.webhook("one");
        house.webhook("two");
        house.raise(QUARANTINED, "a", "it is refused");
        assertEquals(2, house.send().size());
        house.clock.pass(Duration.ofDays(3));
        assertEquals(List.of(), house.send());
        assertEquals(2, house.posted.stream().map(Posted::id).distinct().count());
    }

    @Test
    void whatIsRaisedAsLongAsItLastsIsToldOnceUntilItIsDismissed() {
        house.webhook("one");
        house.raise("credential.damaged", "a", "it does not open");
        assertEquals(1, house.send().size());
        house.raise("credential.damaged", "a", "it does not open");
        assertEquals(List.of(), house.send());
        house.board.dismiss(house.board.newestFirst().getFirst().id(), "owner");
        house.raise("credential.damaged", "a", "it does not open");
        assertEquals(1, house.send().size());
    }

    @Test
    void theNextWindowsThresholdIsToldThoughItReadsTheSame() {
        house.webhook("one");
        house.raise(THRESHOLD, "bud_1", "At least 90 % has been spent.");
        assertEquals(1, house.send().size());
        house.clock.pass(Duration.ofDays(30));
        house.raise(THRESHOLD, "bud_1", "At least 90 % has been spent.");
        assertEquals(1, house.send().size());
    }

    @Test
    void aDestinationIsToldOfTheTypesAndBudgetsItAskedFor() {
        house.webhook("all");
        house.webhook("credentials", "credential.*", "renewal.*");
        house.add("mine", List.of(), List.of("bud_1"), "", "", "UTC");
        house.raise(THRESHOLD, "bud_1", "mine");
        house.raise(THRESHOLD, "bud_2", "another's");
        house.raise(QUARANTINED, "a", "refused");
        assertEquals(
                Set.of("all mine", "all another's", "all refused", "credentials refused", "mine mine", "mine refused"),
                house.send().stream().map(DeliveryTest::told).collect(Collectors.toSet()));
    }

    private static String told(Posted posted) {
        return posted.url().getHost().replace(".example.org", "") + " "
                + Json.MAPPER.readTree(posted.body()).get("data").get("message").stringValue();
    }

    @Test
    void aDigestGathersAndUrgentNoticesPassIt() {
        house.add("hourly", List.of(), List.of(), "1h", "", "UTC");
        house.clock.pass(Duration.ofMinutes(10));
        house.raise(THRESHOLD, "bud_1", "one");
        house.clock.pass(Duration.ofMinutes(10));
        house.raise(THRESHOLD, "bud_2", "two");
        house.raise(QUARANTINED, "a", "urgent");
        assertEquals("hourly urgent", told(house.send().getFirst()));
        house.clock.pass(Duration.ofMinutes(39));
        assertEquals(List.of(), house.send());
        house.clock.pass(Duration.ofMinutes(1));
        List<Posted> digest = house.send();
        assertEquals(1, digest.size());
        JsonNode body = Json.MAPPER.readTree(digest.getFirst().body());
        assertEquals("notice.digest", body.get("type").stringValue());
        List<String> messages = new ArrayList<>();
        body.get("data")
                .get("notices")
                .forEach(one -> messages.add(one.get("message").stringValue()));
        assertEquals(List.of("one", "two"), messages);
        house.raise(THRESHOLD, "bud_3", "three");
        assertEquals(List.of(), house.send());
        house.clock.pass(Duration.ofHours(1));
        assertEquals("hourly three", told(house.send().getFirst()));
    }

    @Test
    void whatIsSaidToBeUrgentPassesADigestAndQuietHoursThoughItsKindDoesNot() {
        house.add("sleeper", List.of(), List.of(), "1h", "22:00-07:00", "UTC");
        house.clock.set(Instant.parse("2026-11-23T23:00:00Z"));
        house.raise(THRESHOLD, "bud_1", "90 %");
        house.raise(THRESHOLD, "bud_1", "100 %", true);
        assertEquals(
                List.of("sleeper 100 %"),
                house.send().stream().map(DeliveryTest::told).toList());
        assertEquals(2, house.board.newestFirst().size(), "each is listed once");
        house.clock.set(Instant.parse("2026-11-24T07:00:00Z"));
        assertEquals(
                List.of("sleeper 90 %"),
                house.send().stream().map(DeliveryTest::told).toList());
    }

    @Test
    void everyTypeOfNoticeCanBeAskedForByItsName() {
        for (NoticeType type : NoticeType.values()) {
            house.add(type.kind().replaceAll("[._]", "-"), List.of(type.kind()), List.of(), "", "", "UTC");
        }
        house.raise("budget.node_lost", "node_1", "silent");
        assertEquals(
                List.of("budget-node-lost silent"),
                house.send().stream().map(DeliveryTest::told).toList());
    }

    @Test
    void aDigestIsCutIntoMessagesOfABoundedSize() {
        house.add("hourly", List.of(), List.of(), "1h", "", "UTC");
        for (int i = 0; i < Outbox.MOST_NOTICES + 5; i++) {
            house.raise(THRESHOLD, "bud_" + i, "number " + i);
        }
        house.clock.pass(Duration.ofHours(1));
        assertEquals(
                List.of(5, Outbox.MOST_NOTICES),
                house.send().stream()
                        .map(posted -> Json.MAPPER
                                .readTree(posted.body())
                                .get("data")
                                .get("notices")
                                .size())
                        .sorted()
                        .toList());
    }

    @Test
    void quietHoursHoldBackWhatIsNotUrgentAndRetriesToo() {
        house.add("sleeper", List.of(), List.of(), "", "22:00-07:00", "Europe/Berlin");
        house.clock.set(Instant.parse("2026-11-23T20:59:58Z")); // 21:59:58 in Berlin
        house.replies.add(503);
        house.raise(THRESHOLD, "bud_1", "late");
        assertEquals(1, house.send().size());
        house.clock.pass(Duration.ofHours(1));
        house.raise(THRESHOLD, "bud_1", "later");
        assertEquals(List.of(), house.send());
        house.raise(QUARANTINED, "a", "urgent");
        assertEquals(
                List.of("sleeper urgent"),
                house.send().stream().map(DeliveryTest::told).toList());
        house.clock.set(Instant.parse("2026-11-24T05:59:59Z"));
        assertEquals(List.of(), house.send());
        house.clock.pass(Duration.ofSeconds(1));
        assertEquals(
                Set.of("sleeper late", "sleeper later"),
                house.send().stream().map(DeliveryTest::told).collect(Collectors.toSet()));
    }

    @Test
    void whatIsNotTakenIsTriedForThreeDaysUnderOneIdAndThenGivenUp() {
        house.webhook("broken");
        house.webhook("working", "alert.*");
        house.raise(THRESHOLD, "bud_1", "told in vain");
        Instant begun = house.clock.instant();
        for (int i = 0; i < 10; i++) {
            house.replies.add(i % 2 == 0 ? 500 : -1);
        }
        int rounds = 0;
        while (house.dead.list().isEmpty() && rounds++ < 100_000) {
            house.send();
            house.clock.pass(Duration.ofSeconds(rounds < 100 ? 1 : 600));
        }
        Duration tried = Duration.between(begun, house.clock.instant());
        assertTrue(tried.toHours() >= 66 && tried.toHours() <= 90, tried.toString());
        List<Posted> vain = house.posted.stream()
                .filter(one -> one.url().getHost().startsWith("broken"))
                .toList();
        assertEquals(10, vain.size());
        assertEquals(1, vain.stream().map(Posted::id).distinct().count());
        assertEquals(1, vain.stream().map(Posted::body).distinct().count());
        assertTrue(vain.stream()
                        .map(one -> one.headers().get("webhook-timestamp"))
                        .distinct()
                        .count()
                > 5);
        DeadLetters.DeadLetter letter = house.dead.list().getFirst();
        assertEquals("broken", letter.destination());
        assertEquals("there was no connection", letter.lastError());
        assertEquals("told in vain", letter.notices().getFirst().notice().message());
        // Whoever else listens hears of it; the broken one does not.
        assertEquals(
                "working A message to the destination broken was given up: there was no connection.",
                told(house.posted.getLast()));
        assertEquals(11, house.posted.size());
        house.dead.retry(letter.id(), "owner");
        Posted again = house.send().getFirst();
        assertEquals(letter.id(), again.id());
        assertEquals(List.of(), house.dead.list());
        assertThrows(Refusal.class, () -> house.dead.retry(letter.id(), "owner"));
    }

    @Test
    void aDeadLetterCanBeDropped() {
        house.webhook("broken");
        house.raise(THRESHOLD, "bud_1", "told in vain");
        house.store.write(tx -> tx.handle().execute("UPDATE alert_message SET attempts = 9"));
        house.replies.add(500);
        house.send();
        String id = house.dead.list().getFirst().id();
        house.dead.drop(id, "owner");
        assertEquals(List.of(), house.dead.list());
        assertEquals(0, house.count("alert_item", "1 = 1"));
        assertThrows(Refusal.class, () -> house.dead.drop(id, "owner"));
        assertThrows(Refusal.class, () -> house.dead.drop("' OR '1'='1", "owner"));
    }

    @Test
    void theLeastWaitThatTheOtherSideAskedForIsKept() {
        house.webhook("busy");
        house.raise(THRESHOLD, "bud_1", "one");
        house.replies.add(429);
        house.retryAfterMillis = Duration.ofMinutes(20).toMillis();
        assertEquals(1, house.send().size());
        house.clock.pass(Duration.ofMinutes(19));
        assertEquals(List.of(), house.send());
        house.clock.pass(Duration.ofMinutes(1));
        assertEquals(1, house.send().size());
    }

    @Test
    void aDestinationThatIsGoneIsOutOfUseUntilItTakesATest() {
        house.webhook("gone");
        house.raise(THRESHOLD, "bud_1", "one");
        house.replies.add(410);
        assertEquals(1, house.send().size());
        Destination gone = house.destinations.list().getFirst();
        assertEquals(house.clock.millis(), gone.disabledAtMillis());
        assertEquals("alert.disabled", house.published.getLast().kind());
        assertTrue(
                house.audited.contains("server alert.disabled gone it answered 410 (Gone)"), house.audited.toString());
        house.raise(THRESHOLD, "bud_2", "two");
        assertEquals(List.of(), house.send());
        String id = house.dead.list().getFirst().id();
        assertThrows(Refusal.class, () -> house.dead.retry(id, "owner"));
        house.replies.add(500);
        assertFalse(house.destinations.test("gone", "owner").ok());
        assertTrue(house.destinations.list().getFirst().disabledAtMillis() > 0);
        assertTrue(house.destinations.test("gone", "owner").ok());
        assertEquals(0, house.destinations.list().getFirst().disabledAtMillis());
        house.raise(THRESHOLD, "bud_3", "three");
        assertEquals(1, house.send().size());
    }

    @Test
    void whoDiesBetweenSendingAndMarkingSendsAgainUnderTheSameId() {
        house.webhook("hook");
        house.raise(THRESHOLD, "bud_1", "one");
        house.store.write(tx -> tx.handle().execute("ALTER TABLE alert_message RENAME COLUMN ended_at TO elsewhere"));
        house.sender.round().forEach(AlertHouse::join);
        house.store.write(tx -> tx.handle().execute("ALTER TABLE alert_message RENAME COLUMN elsewhere TO ended_at"));
        assertEquals(1, house.posted.size());
        assertEquals(List.of(), house.send(), "whoever died may still be alive: its lease holds");
        house.clock.pass(Sender.LEASE);
        assertEquals(1, house.send().size());
        assertEquals(house.posted.get(0).id(), house.posted.get(1).id());
        assertEquals(house.posted.get(0).body(), house.posted.get(1).body());
        house.clock.pass(Sender.LEASE);
        assertEquals(List.of(), house.send());
    }

    @Test
    void aNoticeThatTheStoreDidNotTakeIsSentOnceItDoes() {
        house.webhook("hook");
        house.store.write(tx -> tx.handle().execute("ALTER TABLE alert_item RENAME TO elsewhere"));
        house.raise(THRESHOLD, "bud_1", "one");
        house.store.write(tx -> tx.handle().execute("ALTER TABLE elsewhere RENAME TO alert_item"));
        AlertHouse.await(() -> house.count("alert_message", "1 = 1") == 1);
        assertEquals(
                List.of("hook one"),
                house.send().stream().map(DeliveryTest::told).toList());
    }

    @Test
    void aTimeZoneThatIsNotKnownAnyMoreKeepsNothingFromBeingTold() {
        house.add("hook", List.of(), List.of(), "daily@08:00", "22:00-07:00", "Europe/Berlin");
        house.store.write(tx -> tx.handle().execute("UPDATE alert_destination SET time_zone = 'Mars/Base'"));
        house.raise(THRESHOLD, "bud_1", "one");
        assertEquals(1, house.send().size());
        assertEquals(1, house.board.newestFirst().size());
    }

    @Test
    void theQueueOfADestinationIsBounded() {
        house.webhook("broken");
        for (int i = 0; i < Outbox.MOST_WAITING + 20; i++) {
            house.events.publish(new Notice(house.clock.instant(), THRESHOLD, "b" + i, "m" + i, "c"));
        }
        house.store.write(tx -> true);
        assertEquals(Outbox.MOST_WAITING, house.count("alert_message", "state = 'waiting'"));
    }

    @Test
    void whatWasSentLongAgoIsForgotten() {
        house.webhook("hook");
        house.raise(THRESHOLD, "bud_1", "one");
        house.send();
        house.sender.prune();
        assertEquals(1, house.count("alert_message", "state = 'sent'"));
        house.clock.pass(Duration.ofDays(8));
        house.sender.prune();
        assertEquals(0, house.count("alert_message", "1 = 1"));
        assertEquals(0, house.count("alert_item", "1 = 1"));
    }

    @Test
    void aRemovedDestinationIsGoneWithWhatWaitsForIt() {
        house.webhook("hook");
        house.raise(THRESHOLD, "bud_1", "one");
        house.destinations.remove("hook", "owner");
        assertEquals(List.of(), house.send());
        assertEquals(0, house.count("alert_message", "1 = 1"));
        assertThrows(Refusal.class, () -> house.destinations.remove("hook", "owner"));
        assertThrows(Refusal.class, () -> house.destinations.test("hook", "owner"));
        assertThrows(Refusal.class, () -> house.destinations.rotateSecret("hook", "owner"));
        house.webhook("hook");
        assertThrows(Refusal.class, () -> house.webhook("hook"));
    }

    @Test
    void secretsAreNeitherShownNorAuditedNorTold() {
        String secret = house.destinations
                .add(
                        new NewDestination(
                                "chat",
                                Destination.Kind.WEBHOOK,
                                "https://hooks.example.org/services/CANARY-PATH?k=CANARY-QUERY",
                                List.of(),
                                false,
                                List.of(),
                                List.of(),
                                "",
                                "",
                                "UTC"),
                        "owner")
                .signingSecret();
        house.replies.add(410);
        house.raise(THRESHOLD, "bud_1", "one");
        house.send();
        house.destinations.rotateSecret("chat", "owner");
        String said = house.destinations.list() + " " + house.audited + " " + house.published + " " + house.dead.list()
                + house.board.newestFirst();
        assertFalse(said.contains("CANARY"), said);
        assertFalse(said.contains(secret), said);
        assertEquals(
                "https://hooks.example.org/…",
                house.destinations.list().getFirst().shown());
    }
}
