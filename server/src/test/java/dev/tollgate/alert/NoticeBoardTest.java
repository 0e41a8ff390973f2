package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class NoticeBoardTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    private final List<String> audited = new ArrayList<>();
    private Duration pause = Duration.ofHours(1);

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @SuppressWarnings("NullAway.Init")
    private Events events;

    @SuppressWarnings("NullAway.Init")
    private NoticeBoard board;

    @BeforeEach
    void open() throws SQLException {
        url = kind.fresh(folder);
        open((tx, actor, action, subject, detail) -> audited.add(String.join(" ", actor, action, subject, detail)));
    }

    private void open(AuditTrail audit) {
        store = Store.open(url);
        events = new Events();
        board = new NoticeBoard(events, store, audit, InstantSource.fixed(NOON), pause);
    }

    @AfterEach
    void close() {
        board.close();
        store.close();
    }

    private void restart() {
        close();
        open((tx, actor, action, subject, detail) -> {});
    }

    private void raise(int minute, String subject, String message) {
        events.publish(new Notice(
                NOON.plusSeconds(60L * minute), "credential.quarantined", subject, message, "Rotate " + subject));
    }

    private List<String> messages() {
        return board.newestFirst().stream().map(kept -> kept.notice().message()).toList();
    }

    @Test
    void noticesOutliveARestartTheNewestFirst() {
        raise(2, "b", "second");
        raise(3, "c", "third");
        raise(1, "a", "first");
        List<KeptNotice> before = board.newestFirst();
        assertEquals(List.of("third", "second", "first"), messages());
        restart();
        assertEquals(before, board.newestFirst());
    }

    @Test
    void onlyTheNewestTwoHundredAreKept() {
        for (int i = 0; i < 230; i++) {
            raise(i, "s", "number " + i);
        }
        List<String> newest =
                IntStream.range(30, 230).mapToObj(i -> "number " + i).toList().reversed();
        assertEquals(newest, messages());
        restart();
        assertEquals(newest, messages());
        raise(1_000, "s", "one more");
        restart();
        assertEquals(200, messages().size());
        assertEquals("one more", messages().getFirst());
    }

    @Test
    void whatIsRaisedAgainTakesThePlaceOfTheEarlier() {
        raise(1, "a", "it is damaged");
        raise(2, "b", "it is damaged");
        restart();
        raise(3, "a", "it is damaged");
        restart();
        assertEquals(
                List.of("a", "b"),
                board.newestFirst().stream()
                        .map(kept -> kept.notice().subject())
                        .toList());
    }

    @Test
    void aDismissedNoticeIsGoneForGoodAndWhoDidItIsInTheTrail() {
        raise(1, "a", "first");
        raise(2, "b", "second");
        String id = board.newestFirst().getFirst().id();
        board.dismiss(id, "owner");
        assertEquals(List.of("first"), messages());
        assertEquals(List.of("owner notice.dismissed b credential.quarantined"), audited);
        restart();
        assertEquals(List.of("first"), messages());
        assertEquals(
                Refusal.Kind.NOT_FOUND,
                assertThrows(Refusal.class, () -> board.dismiss(id, "owner")).kind());
        assertThrows(Refusal.class, () -> board.dismiss("' OR '1'='1", "owner"));
        assertEquals(List.of("first"), messages());
    }

    @Test
    void aDismissalWithoutItsAuditRowIsNotKept() {
        raise(1, "a", "first");
        store.close();
        open((tx, actor, action, subject, detail) -> {
            throw new IllegalStateException("no audit");
        });
        String id = board.newestFirst().getFirst().id();
        assertThrows(StoreUnavailable.class, () -> board.dismiss(id, "owner"));
        assertEquals(List.of("first"), messages());
    }

    @Test
    void whatTheStoreDidNotTakeIsListedAndStoredWithTheNext() {
        store.write(tx -> tx.handle().execute("ALTER TABLE notice RENAME TO elsewhere"));
        raise(1, "a", "not taken");
        store.write(tx -> tx.handle().execute("ALTER TABLE elsewhere RENAME TO notice"));
        assertEquals(List.of("not taken"), messages());
        raise(2, "b", "taken");
        assertEquals(List.of("taken", "not taken"), messages());
        AlertHouse.await(() -> stored() == 2);
        restart();
        assertEquals(List.of("taken", "not taken"), messages());
    }

    private int stored() {
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM notice")
                .mapTo(Integer.class)
                .one());
    }

    /** The store takes no notice, until the same is done again. */
    private void away(String from, String to) {
        store.write(tx -> tx.handle().execute("ALTER TABLE " + from + " RENAME TO " + to));
    }

    private void reopen(Duration firstPause) {
        close();
        pause = firstPause;
        open((tx, actor, action, subject, detail) -> {});
    }

    @Test
    void whatTheStoreDidNotTakeIsStoredLaterByItself() {
        reopen(Duration.ofMillis(2));
        away("notice", "elsewhere");
        raise(1, "a", "first");
        raise(2, "b", "second");
        store.write(tx -> true);
        assertEquals(
                List.of("second", "first"),
                board.waiting().reversed().stream()
                        .map(kept -> kept.notice().message())
                        .toList());
        away("elsewhere", "notice");
        AlertHouse.await(() -> stored() == 2);
        restart();
        assertEquals(List.of("second", "first"), messages());
    }

    @Test
    void ofWhatTheStoreDoesNotTakeTheNewestAndTheUrgentAreKeptAndTheOthersCounted() {
        away("notice", "elsewhere");
        int urgent = 20;
        for (int i = 0; i < urgent; i++) {
            raise(i - 10_000, "s", "urgent " + i);
        }
        for (int i = 0; i < NoticeBoard.KEPT; i++) {
            events.publish(new Notice(NOON.minusSeconds(3_600 - i), "budget.threshold", "b", "usual " + i, "cure"));
        }
        store.write(tx -> true);
        List<String> kept =
                board.waiting().stream().map(each -> each.notice().message()).toList();
        assertEquals(
                Stream.concat(
                                IntStream.range(0, urgent).mapToObj(i -> "urgent " + i),
                                IntStream.range(urgent, NoticeBoard.KEPT).mapToObj(i -> "usual " + i))
                        .toList(),
                kept);
        away("elsewhere", "notice");
        raise(-1, "s", "the next");
        AlertHouse.await(() -> board.waiting().isEmpty());
        assertEquals(
                List.of("20 notices were lost, because the database did not take them."),
                store.read(handle -> handle.createQuery("SELECT message FROM notice WHERE kind = 'notice.lost'")
                        .mapTo(String.class)
                        .list()));
        raise(-1, "s", "one more");
        AlertHouse.await(() -> board.waiting().isEmpty());
        assertEquals(
                1, messages().stream().filter(text -> text.contains("lost")).count(), "told once");
    }

    @Test
    void whatTheStoreRefusesIsGivenUpAfterSomeTriesAndTold() {
        reopen(Duration.ofMillis(1));
        away("notice", "elsewhere");
        raise(1, "a", "never taken");
        AlertHouse.await(() -> board.waiting().isEmpty());
        away("elsewhere", "notice");
        raise(2, "b", "taken");
        AlertHouse.await(() -> messages().size() == 2);
        assertEquals(
                Set.of("taken", "One notice was lost, because the database did not take it."), Set.copyOf(messages()));
    }

    @Test
    void aBoardThatIsClosedAsksNoMore() {
        reopen(Duration.ofMillis(1));
        away("notice", "elsewhere");
        raise(1, "a", "not taken");
        store.write(tx -> true);
        board.close();
        away("elsewhere", "notice");
        assertEquals(1, board.waiting().size());
    }

    @Test
    void whatTheStoreDidNotTakeCanBeDismissed() {
        store.write(tx -> tx.handle().execute("ALTER TABLE notice RENAME TO elsewhere"));
        raise(1, "a", "not taken");
        store.write(tx -> tx.handle().execute("ALTER TABLE elsewhere RENAME TO notice"));
        board.dismiss(board.newestFirst().getFirst().id(), "owner");
        assertEquals(List.of(), messages());
    }

    @Test
    void whatIsBeingDismissedIsNotBroughtBackByTheNextNotice() throws Exception {
        store.write(tx -> tx.handle().execute("ALTER TABLE notice RENAME TO elsewhere"));
        raise(1, "a", "not taken");
        store.write(tx -> tx.handle().execute("ALTER TABLE elsewhere RENAME TO notice"));
        String id = board.newestFirst().getFirst().id();
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        store.submit(
                tx -> {
                    writing.countDown();
                    assertTrue(held.await(60, TimeUnit.SECONDS));
                },
                failure -> {});
        assertTrue(writing.await(60, TimeUnit.SECONDS));
        Thread dismissing = Thread.ofVirtual().start(() -> board.dismiss(id, "owner"));
        while (store.queued() == 0) {
            Thread.onSpinWait();
        }
        raise(2, "b", "the next");
        held.countDown();
        dismissing.join();
        store.write(tx -> true);
        assertEquals(List.of("the next"), messages());
        restart();
        assertEquals(List.of("the next"), messages());
    }

    @Test
    void hostileTextIsBoundedAndStored() {
        raise(1, "a\u0000", "\u001b[31m" + "x".repeat(100_000));
        restart();
        Notice notice = board.newestFirst().getFirst().notice();
        assertEquals("a?", notice.subject());
        assertEquals("?[31m" + "x".repeat(995), notice.message());
    }
}
