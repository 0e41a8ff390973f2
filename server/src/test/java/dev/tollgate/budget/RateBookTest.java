package dev.tollgate.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rates in the store, and in force. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class RateBookTest {
    private static final Scope EVERY_PART = new Scope("default", "cli", "chat", "k1", "sim", "echo");

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private Store store;

    @SuppressWarnings("NullAway.Init")
    private RateDesk desk;

    @SuppressWarnings("NullAway.Init")
    private RateBook book;

    @BeforeEach
    void open() throws SQLException {
        store = Store.open(kind.fresh(home));
        reopen();
    }

    private void reopen() {
        desk = RateDesk.open(store, RateShare.WHOLE, place -> place);
        InstantSource clock = InstantSource.system();
        book = new RateBook(store, new AuditLog(store, clock, new byte[32]), clock, desk);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Rate rate(Scope scope, long requests, String... models) {
        return new Rate("", scope, "ci", requests, 2, 3, 4, new CallLimit(5, 6, List.of(models)), 0);
    }

    @Test
    void aRateIsKeptAsItWasSet() {
        Rate set = book.set(rate(EVERY_PART, 1, "sim/*", "fast"), "owner");
        assertEquals(
                new Rate(
                        set.id(),
                        EVERY_PART,
                        "ci",
                        1,
                        2,
                        3,
                        4,
                        new CallLimit(5, 6, List.of("sim/*", "fast")),
                        set.createdAtMillis()),
                set);
        reopen();
        assertEquals(set, book.show(set.id()).rate());
        assertTrue(desk.isInUse());
    }

    @Test
    void theSameScopeIsTheSameRateAndAnyOtherIsAnother() {
        Rate first = book.set(rate(EVERY_PART, 1, "sim/*"), "owner");
        Rate wider = book.set(rate(new Scope("default", "cli", "chat", "k1", "sim", null), 1), "owner");
        Rate changed = book.set(rate(EVERY_PART, 7), "owner");
        assertEquals(first.id(), changed.id());
        assertEquals(first.createdAtMillis(), changed.createdAtMillis());
        assertEquals(List.of(), book.show(first.id()).rate().call().models());
        assertEquals(
                List.of(changed, wider),
                book.list().stream().map(RateBook.Status::rate).toList());
    }

    @Test
    void whatIsRemovedIsGone() {
        Rate set = book.set(rate(BudgetSamples.key("k1"), 1), "owner");
        List<Place> places = List.of(new Place("sim", "echo"));
        assertFalse(desk.covering(BudgetSamples.start("r", "k1", "default", 0), places)
                .isEmpty());
        book.remove(set.id(), "owner");
        assertTrue(desk.covering(BudgetSamples.start("r", "k1", "default", 0), places)
                .isEmpty());
        assertEquals(List.of(), book.list());
        assertThrows(Refusal.class, () -> book.show(set.id()));
        assertThrows(Refusal.class, () -> book.remove(set.id(), "owner"));
        reopen();
        assertFalse(desk.isInUse());
    }

    @Test
    void whatIsTooMuchIsNotStored() {
        assertThrows(Refusal.class, () -> book.set(rate(EVERY_PART, 10_000_000_001L), "owner"));
        assertThrows(Refusal.class, () -> book.set(rate(EVERY_PART, 1, "a b"), "owner"));
        assertThrows(IllegalArgumentException.class, () -> rate(new Scope(null, null, null, null, null, null), 1));
        assertThrows(IllegalArgumentException.class, () -> rate(EVERY_PART, -1));
        assertEquals(List.of(), book.list());
    }

    @Test
    void theHighestLimitIsOneThatABucketCanHold() {
        book.set(rate(EVERY_PART, 10_000_000_000L), "owner");
        assertEquals(10_000_000_000L, book.list().getFirst().rate().requestsPerMinute());
    }
}
