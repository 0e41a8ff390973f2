package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.budget;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.start;
import static dev.tollgate.kernel.Await.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From the row of a group of settlements to the rows of the slices. */
@Timeout(120)
class PostingTest {
    private static final String NODE = "one";

    @TempDir
    Path home = Path.of("");

    private static Slice.Key window(int number) {
        return new Slice.Key("bud_" + number, number % 2 == 0 ? 0 : 1_000L * number);
    }

    private static void spend(Store store, String node, int number, long amount) {
        SliceRows rows = new SliceRows(node);
        store.write(tx -> {
            rows.spend(tx, window(number), amount);
            return true;
        });
    }

    private static UnpostedRows.@Nullable Sums step(Store store, UnpostedRows.@Nullable Sums known, int most) {
        UnpostedRows.@Nullable Sums[] after = new UnpostedRows.Sums[1];
        store.write(tx -> {
            UnpostedRows.Progress progress = known == null ? UnpostedRows.begin(tx, NODE) : known.progress();
            if (progress != null) {
                UnpostedRows.Sums sums = known == null ? UnpostedRows.sums(tx.handle(), NODE, progress) : known;
                after[0] = UnpostedRows.step(tx, NODE, sums, most);
            }
            return true;
        });
        return after[0];
    }

    private static long spent(Store store, int number) {
        Slice.Key key = window(number);
        return store.read(handle ->
                BudgetRows.standing(handle, key.budgetId(), key.startMillis()).spentNanoUsd());
    }

    private static long posted(Store store) {
        return store.read(
                handle -> handle.createQuery("SELECT CAST(COALESCE(SUM(spent), 0) AS BIGINT) FROM budget_slice")
                        .mapTo(Long.class)
                        .one());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatIsSpentIsTheSameBeforeAmidAndAfterItsPosting(TestDatabase kind) throws Exception {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("PostingTest seed " + seed);
        Random random = new Random(seed);
        long[] expected = new long[12];
        try (Store store = Store.open(kind.fresh(home))) {
            UnpostedRows.Sums known = null;
            for (int turn = 0; turn < 150; turn++) {
                int number = random.nextInt(expected.length);
                switch (random.nextInt(4)) {
                    case 0 -> known = step(store, known, 1 + random.nextInt(3));
                    case 1 -> known = step(store, null, 1 + random.nextInt(3)); // as after a start
                    default -> {
                        String node = random.nextInt(4) == 0 ? "another" : NODE;
                        long amount = random.nextLong(1_000) - 100;
                        spend(store, node, number, amount);
                        expected[number] += amount;
                    }
                }
                assertEquals(expected[number], spent(store, number), "after turn " + turn + " of seed " + seed);
            }
            for (String node : List.of(NODE, "another")) {
                store.write(tx -> {
                    UnpostedRows.postAll(tx, node);
                    return true;
                });
            }
            long sum = 0;
            for (int number = 0; number < expected.length; number++) {
                assertEquals(expected[number], spent(store, number));
                sum += expected[number];
            }
            assertEquals(sum, posted(store));
        }
    }

    /** What somebody else has posted meanwhile: an operator that frees the node, or its own start. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatIsRememberedOfAPostingIsNotPostedTwice(TestDatabase kind) throws Exception {
        try (Store store = Store.open(kind.fresh(home))) {
            for (int number = 0; number < 4; number++) {
                spend(store, NODE, number, 10);
            }
            UnpostedRows.Sums known = step(store, null, 1);
            assertNotNull(known);
            assertEquals(10, posted(store));
            store.write(tx -> {
                UnpostedRows.postAll(tx, NODE);
                return true;
            });
            assertEquals(40, posted(store));
            assertNull(step(store, known, 4));
            assertEquals(40, posted(store));
            spend(store, NODE, 3, 5);
            assertNull(step(store, known, 4));
            assertEquals(40, posted(store));
            assertNull(step(store, null, 4));
            assertEquals(45, posted(store));
        }
    }

    /** What is read for a posting is read beside the writer. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatWasReadBeforeSomebodyElsePostedItIsNotPostedTwice(TestDatabase kind) throws Exception {
        try (Store store = Store.open(kind.fresh(home))) {
            for (int number = 0; number < 4; number++) {
                spend(store, NODE, number, 10);
            }
            UnpostedRows.Progress[] begun = new UnpostedRows.Progress[1];
            store.write(tx -> {
                begun[0] = UnpostedRows.begin(tx, NODE);
                return true;
            });
            spend(store, NODE, 0, 1); // of the next posting
            UnpostedRows.Sums read = store.read(handle -> UnpostedRows.sums(handle, NODE, begun[0]));
            assertEquals(4, read.left().size());
            assertEquals(11, spent(store, 0), "begun, and nothing done");
            UnpostedRows.Sums amid = step(store, null, 1);
            assertEquals(10, posted(store));
            assertNotNull(step(store, read, 2));
            assertEquals(30, posted(store), "the first was not done again");
            postAll(store);
            assertEquals(41, posted(store));
            for (int number = 0; number < 4; number++) {
                spend(store, NODE, number, 100); // as many rows as before
            }
            assertNull(step(store, amid, 4));
            assertEquals(41, posted(store));
            store.write(tx -> UnpostedRows.begin(tx, NODE) != null);
            assertNull(step(store, read, 4));
            assertEquals(441, posted(store), "not what was read of the posting before");
        }
    }

    private static void postAll(Store store) {
        UnpostedRows.postAll(store, NODE, tx -> true);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whoeverReadsMeanwhileNeverSeesAnythingTwiceOrNotAtAll(TestDatabase kind) throws Exception {
        try (Store store = Store.open(kind.fresh(home))) {
            for (int number = 0; number < 40; number++) {
                spend(store, NODE, number, 7);
            }
            AtomicLongArray begun = new AtomicLongArray(40);
            AtomicLongArray kept = new AtomicLongArray(40);
            AtomicReference<String> wrong = new AtomicReference<>();
            Thread reader = Thread.ofVirtual().start(() -> {
                for (int turn = 0; !Thread.interrupted(); turn++) {
                    int number = turn % 40;
                    long least = kept.get(number);
                    long seen = spent(store, number);
                    long most = begun.get(number);
                    if (seen < 7 + least || seen > 7 + most) {
                        wrong.set(
                                "window " + number + " had spent " + seen + ", not " + least + " to " + most + " more");
                    }
                }
            });
            UnpostedRows.Sums known = null;
            for (int turn = 0; turn < 300; turn++) {
                begun.addAndGet(turn % 40, 7);
                spend(store, NODE, turn % 40, 7);
                kept.addAndGet(turn % 40, 7);
                known = step(store, known, 5);
            }
            reader.interrupt();
            reader.join();
            assertNull(wrong.get());
        }
    }

    private static Reservation reserve(MoneyHouse house, String requestId, AtomicLong now) {
        Reservation reservation =
                Samples.reserved(house.ask(start(requestId, "k1", "personal", now.get()), ceiling(300)));
        reservation.dispatched(Samples.SERVED);
        return reservation;
    }

    private MoneyHouse opened(DatabaseUrl url, AtomicLong now) {
        return new MoneyHouse(url, home, trail -> trail, Settlement.DEADLINE, () -> Instant.ofEpochMilli(now.get()));
    }

    private static void grant500(Handle handle, String budgetId, long spent) {
        handle.execute("INSERT INTO budget_window (budget_id, start_at, granted) VALUES (?, 0, 500)", budgetId);
        handle.execute(
                "INSERT INTO budget_slice (budget_id, start_at, node, granted, spent) VALUES (?, 0, ?, 500, ?)",
                budgetId,
                NODE,
                spent);
    }

    /** The process dies before it has posted: the next one of the home returns what was not spent, and no more. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aStartPostsBeforeItReturnsWhatIsUnspent(TestDatabase kind) throws Exception {
        try (Store store = Store.open(kind.fresh(home))) {
            store.write(tx -> {
                SliceRows rows = new SliceRows(NODE);
                grant500(tx.handle(), "bud_0", 100);
                rows.spend(tx, window(0), 150);
                return true;
            });
            long returned = store.write(tx -> UnspentRows.giveBackAll(tx, NODE));
            assertEquals(250, returned);
            assertEquals(
                    new BudgetRows.Standing(250, 250), store.read(handle -> BudgetRows.standing(handle, "bud_0", 0)));
        }
    }

    /** A node that will never post again. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whoeverFreesANodePostsWhatItHadNot(TestDatabase kind) throws Exception {
        AtomicLong now = new AtomicLong(MoneyHouse.NOW);
        try (MoneyHouse house = opened(kind.fresh(home), now)) {
            Budget budget = house.budgets.set(budget(account("personal"), 1_000, Window.LIFETIME), "owner");
            house.store.write(tx -> {
                NodeRows.enter(tx.handle(), NODE, now.get());
                grant500(tx.handle(), budget.id(), 0);
                UnpostedRows.append(tx, NODE, Map.of(new Slice.Key(budget.id(), 0), 120L));
                return true;
            });
            assertEquals(120, house.budgets.show(budget.id()).spentNanoUsd());
            now.addAndGet(BudgetBook.SILENT.toMillis());
            assertEquals(380, house.budgets.free(NODE, "owner"));
            assertEquals(
                    new BudgetRows.Standing(120, 120),
                    house.store.read(handle -> BudgetRows.standing(handle, budget.id(), 0)));
        }
    }

    /** It died amid a posting, and had spent more since that was begun. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whoeverFreesANodePostsWhatCameAfterABegunPosting(TestDatabase kind) throws Exception {
        AtomicLong now = new AtomicLong(MoneyHouse.NOW);
        try (MoneyHouse house = opened(kind.fresh(home), now)) {
            Budget budget = house.budgets.set(budget(account("personal"), 1_000, Window.LIFETIME), "owner");
            Slice.Key key = new Slice.Key(budget.id(), 0);
            house.store.write(tx -> {
                NodeRows.enter(tx.handle(), NODE, now.get());
                grant500(tx.handle(), key.budgetId(), 0);
                UnpostedRows.append(tx, NODE, Map.of(key, 120L, new Slice.Key("bud_zzz", 0), 7L));
                UnpostedRows.Progress begun = UnpostedRows.begin(tx, NODE);
                assertNotNull(begun);
                return UnpostedRows.step(tx, NODE, UnpostedRows.sums(tx.handle(), NODE, begun), 1) != null;
            });
            house.store.write(tx -> {
                UnpostedRows.append(tx, NODE, Map.of(key, 80L));
                return true;
            });
            now.addAndGet(BudgetBook.SILENT.toMillis());
            assertEquals(
                    293, house.budgets.free(NODE, "owner"), "200 of 500, and 7 beyond what another window granted");
            assertEquals(
                    new BudgetRows.Standing(200, 200),
                    house.store.read(handle -> BudgetRows.standing(handle, budget.id(), 0)));
        }
    }

    /** By itself, and everything in the end. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void itIsPostedWithinSecondsOfItsSettlement(TestDatabase kind) throws Exception {
        AtomicLong now = new AtomicLong(MoneyHouse.NOW);
        try (MoneyHouse house = opened(kind.fresh(home), now)) {
            List<Budget> budgets = new ArrayList<>();
            budgets.add(house.budgets.set(budget(account("personal"), 100_000, Window.LIFETIME), "owner"));
            budgets.add(house.budgets.set(budget(account("personal"), 100_000, Window.DAY), "owner"));
            for (int call = 0; call < 5; call++) {
                Reservation reservation = reserve(house, "req_" + call, now);
                assertInstanceOf(
                        SettlementResult.Durable.class, house.settled(reservation, Samples.end(now.get(), cost(100))));
            }
            for (Budget budget : budgets) {
                assertEquals(500, house.budgets.show(budget.id()).spentNanoUsd());
            }
            until(() -> posted(house.store) >= 1_000);
            assertEquals(1_000, posted(house.store));
            assertEquals(0, left(house.store));
            for (Budget budget : budgets) {
                assertEquals(500, house.budgets.show(budget.id()).spentNanoUsd());
            }
        }
    }

    /** Nobody has to ask for the next step. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void moreThanAStepTakesIsPostedInOneGo(TestDatabase kind) throws Exception {
        try (Store store = Store.open(kind.fresh(home))) {
            int windows = 2 * UnpostedRows.STEP + 7;
            for (int number = 0; number < windows; number++) {
                spend(store, NODE, number, 3);
            }
            Posting posting = new Posting(store, NODE, new AtomicBoolean(true), 0);
            posting.tend(TimeUnit.SECONDS.toNanos(1) - 1);
            assertEquals(0, posted(store), "it is not time");
            posting.tend(TimeUnit.SECONDS.toNanos(1));
            until(() -> left(store) == 0);
            assertEquals(3L * windows, posted(store));
            assertEquals(0, left(store));
        }
    }

    /** They came after the posting was begun that was broken off, and nobody spends any more. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatIsSpentWhilePostingFailsIsPostedWhenItWorksAgain(TestDatabase kind) throws Exception {
        try (Store store = Store.open(kind.fresh(home))) {
            spend(store, NODE, 1, 10);
            AtomicBoolean unposted = new AtomicBoolean(true);
            Posting posting = new Posting(store, NODE, unposted, 0);
            rename(store, "budget_slice", "budget_slice_away");
            AtomicLong nanos = new AtomicLong(TimeUnit.SECONDS.toNanos(1));
            posting.tend(nanos.get());
            until(unposted::get); // it has failed
            spend(store, NODE, 2, 20);
            rename(store, "budget_slice_away", "budget_slice");
            until(() -> {
                posting.tend(nanos.addAndGet(TimeUnit.SECONDS.toNanos(1)));
                return left(store) == 0;
            });
            assertEquals(30, posted(store));
        }
    }

    /** Somebody began to post for it, and died; it has spent since, and does not spend any more. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatCameAfterAPostingThatAnotherBrokeOffIsPostedByItself(TestDatabase kind) throws Exception {
        try (Store store = Store.open(kind.fresh(home))) {
            spend(store, NODE, 1, 10);
            store.write(tx -> UnpostedRows.begin(tx, NODE) != null);
            spend(store, NODE, 2, 20);
            Posting posting = new Posting(store, NODE, new AtomicBoolean(true), 0);
            AtomicLong nanos = new AtomicLong();
            until(() -> {
                posting.tend(nanos.addAndGet(TimeUnit.SECONDS.toNanos(1)));
                return left(store) == 0;
            });
            assertEquals(30, posted(store));
        }
    }

    private static void rename(Store store, String table, String to) {
        store.write(tx -> tx.handle().execute("ALTER TABLE " + table + " RENAME TO " + to));
    }

    private static long left(Store store) {
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM budget_unposted")
                .mapTo(Long.class)
                .one());
    }
}
