package dev.tollgate.budget;

import static dev.tollgate.budget.BudgetSamples.account;
import static dev.tollgate.budget.BudgetSamples.ceiling;
import static dev.tollgate.budget.BudgetSamples.cost;
import static dev.tollgate.budget.BudgetSamples.key;
import static dev.tollgate.budget.BudgetSamples.start;
import static dev.tollgate.budget.ThresholdAction.CHEAPER;
import static dev.tollgate.budget.ThresholdAction.NO_HEAVY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.budget.ThresholdActions.Passed;
import dev.tollgate.budget.ThresholdActions.Reached;
import dev.tollgate.budget.ThresholdActions.SwitchedOff;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What budgets do at their thresholds, and that it is kept, on both stores. The calls are of the feature chat. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class ThresholdActionsTest {
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private final AtomicLong now = new AtomicLong(MoneyHouse.NOW);
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private int calls;

    @SuppressWarnings("NullAway.Init")
    private DatabaseUrl url;

    @SuppressWarnings("NullAway.Init")
    private MoneyHouse house;

    @SuppressWarnings("NullAway.Init")
    private HeavyFeatures heavy;

    @SuppressWarnings("NullAway.Init")
    private ThresholdActions actions;

    @BeforeEach
    void open() throws SQLException {
        url = kind.fresh(home);
        enter();
    }

    private void enter() {
        house = new MoneyHouse(url, home, trail -> trail, Settlement.DEADLINE, () -> Instant.ofEpochMilli(now.get()));
        house.settlement.recover();
        house.purses.recall(house.store);
        house.events.subscribe(notices::add);
        house.events.subscribeKeeper((tx, notice) -> notices.add(notice));
        heavy = HeavyFeatures.open(house.store, house.audit, () -> Instant.ofEpochMilli(now.get()));
        actions = new ThresholdActions(house.purses, heavy);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private static Budget budget(Scope scope, long limit, Window window, Threshold... thresholds) {
        return new Budget("", scope, "", limit, window, BudgetSamples.UTC, List.of(thresholds), false, 0);
    }

    private Budget set(Scope scope, long limit, Threshold... thresholds) {
        return house.budgets.set(budget(scope, limit, Window.DAY, thresholds), "owner");
    }

    private static Threshold at(int percent, ThresholdAction action) {
        return new Threshold(percent, action);
    }

    private void spend(String keyId, long amount) throws Exception {
        Reservation reservation =
                Samples.reserved(house.ask(start("req_" + ++calls, keyId, "personal", now.get()), ceiling(amount)));
        reservation.dispatched(Samples.SERVED);
        house.settled(reservation, Samples.end(now.get(), cost(amount)));
    }

    private Reached reached(String keyId) {
        return actions.reached(start("req_asked", keyId, "personal", now.get()), MoneyHouse.PLACES);
    }

    private SwitchedOff off(String keyId) {
        SwitchedOff off = reached(keyId).switchedOff();
        assertNotNull(off);
        return off;
    }

    @Test
    void actionsAreKeptAndAudited() {
        Budget set =
                set(key("k1"), 1_000, Threshold.notice(70), at(90, NO_HEAVY), at(95, CHEAPER), Threshold.notice(100));
        assertEquals(
                List.of(Threshold.notice(70), at(90, NO_HEAVY), at(95, CHEAPER), Threshold.notice(100)),
                house.budgets.show(set.id()).budget().thresholds());
        assertTrue(actions.any());
        set(key("k1"), 1_000, Threshold.notice(70));
        assertFalse(actions.any(), "without actions nothing is looked up");
        set(key("k1"), 1_000, at(70, CHEAPER));
        assertTrue(actions.any());
        house.budgets.remove(set.id(), "owner");
        assertFalse(actions.any());
        List<String> details = new ArrayList<>();
        house.audit.export().forEach(row -> details.add(row.detail()));
        assertTrue(
                details.getFirst()
                        .contains("\"thresholds\":[70,90,95,100],\"actions\":{\"90\":\"no-heavy\",\"95\":\"cheaper\"}"),
                details::toString);
    }

    @Test
    void whatCannotBeDoneIsRefusedBeforeAnythingIsStored() {
        for (Budget wrong : List.of(
                budget(key("k1"), 1_000, Window.REQUEST, at(70, CHEAPER)),
                budget(key("k1"), 1_000, Window.DAY, at(100, NO_HEAVY)),
                budget(key("k1"), 1_000, Window.DAY, at(90, NO_HEAVY), at(90, CHEAPER)),
                budget(key("k1"), 1_000, Window.DAY, at(0, CHEAPER)))) {
            Refusal refusal = assertThrows(Refusal.class, () -> house.budgets.set(wrong, "owner"), wrong::toString);
            assertFalse(refusal.cure().isEmpty());
        }
        assertEquals(List.of(), house.budgets.list("", 1_000));
        assertThrows(Refusal.class, () -> ThresholdAction.of("explode"));
    }

    @Test
    void atTheThresholdAndNotBefore() throws Exception {
        Budget budget = set(key("k1"), 1_000, at(90, CHEAPER));
        spend("k1", 899);
        assertEquals(List.of(), reached("k1").cheaper());
        spend("k1", 1);
        assertEquals(List.of(new Passed(budget, 90)), reached("k1").cheaper());
        assertEquals(List.of(), reached("k2").cheaper(), "of another key");
    }

    @Test
    void aPartOfALimitIsNeverNothing() {
        set(key("k1"), 1, at(50, CHEAPER));
        assertEquals(List.of(), reached("k1").cheaper());
        long most = 1_000_000_000_000_000_000L;
        assertEquals(most / 100 * 99, at(99, CHEAPER).nanoUsd(most));
    }

    @Test
    void heavyFeaturesAreSwitchedOffUntilTheWindowIsOver() throws Exception {
        Budget budget = set(key("k1"), 1_000, at(50, NO_HEAVY));
        spend("k1", 500);
        assertNull(reached("k1").switchedOff(), "chat is not heavy yet");
        heavy.set("chat", true, "owner");
        SwitchedOff off = off("k1");
        assertEquals(
                List.of(budget.id(), "chat", 50, 500L),
                List.of(off.budget().id(), off.feature(), off.percent(), off.spentNanoUsd()));
        assertEquals(now.get() / DAY * DAY + DAY, off.resetsAtMillis());
        assertNull(reached("k2").switchedOff());
        now.addAndGet(DAY);
        assertNull(reached("k1").switchedOff(), "a new day");
        now.addAndGet(-DAY);
        heavy.set("chat", false, "owner");
        assertEquals(List.of("feature.heavy chat", "feature.light chat"), features());
    }

    private List<String> features() {
        return house.audited().stream()
                .filter(row -> row.startsWith("feature."))
                .toList();
    }

    @Test
    void markingTwiceIsMarkingOnceAndMarksAreKept() {
        heavy.set("chat", true, "owner");
        heavy.set("chat", true, "owner");
        heavy.set("a", true, "owner");
        heavy.set("b", false, "owner");
        assertEquals(List.of("feature.heavy chat", "feature.heavy a"), features());
        house.close();
        enter();
        assertEquals(List.of("a", "chat"), List.copyOf(heavy.all()));
    }

    @Test
    void theWindowThatChangesSwitchesBack() throws Exception {
        set(key("k1"), 1_000, at(50, CHEAPER));
        spend("k1", 600);
        assertEquals(1, reached("k1").cheaper().size());
        now.addAndGet(DAY);
        assertEquals(List.of(), reached("k1").cheaper());
    }

    @Test
    void changingActionsKeepsWhatIsSpent() throws Exception {
        set(key("k1"), 1_000, Threshold.notice(90));
        spend("k1", 600);
        Budget changed = set(key("k1"), 1_000, at(50, CHEAPER));
        assertEquals(600, house.budgets.show(changed.id()).spentNanoUsd());
        assertEquals(List.of(new Passed(changed, 50)), reached("k1").cheaper());
        Budget lower = set(key("k1"), 700, at(85, CHEAPER));
        assertEquals(List.of(new Passed(lower, 85)), reached("k1").cheaper(), "of the lower limit");
        set(key("k1"), 2_000, at(50, CHEAPER));
        assertEquals(List.of(), reached("k1").cheaper(), "of the higher one");
    }

    @Test
    void aProcessKnowsFromItsFirstCallOnWhatTheOneBeforeHasSpent() throws Exception {
        set(key("k1"), 1_000, at(50, CHEAPER));
        spend("k1", 600);
        house.close();
        enter();
        assertEquals(1, reached("k1").cheaper().size());
    }

    @Test
    void eachFurtherThresholdIsOneMoreStepAndTheBudgetThatIsFurthestCounts() throws Exception {
        Budget further = set(key("k1"), 1_000, at(50, CHEAPER), at(60, CHEAPER));
        set(account("personal"), 1_000, at(55, CHEAPER));
        spend("k1", 600);
        assertEquals(
                List.of(new Passed(further, 50), new Passed(further, 60)),
                reached("k1").cheaper());
        assertEquals(1, reached("k2").cheaper().size());
    }

    @Test
    void twoBudgetsMaySwitchOffAndFallAtOnceAndTheOneThatStaysLongerSaysWhenToComeBack() throws Exception {
        heavy.set("chat", true, "owner");
        set(key("k1"), 1_000, at(50, NO_HEAVY), at(55, CHEAPER));
        Budget lifetime =
                house.budgets.set(budget(account("personal"), 1_000, Window.LIFETIME, at(40, NO_HEAVY)), "owner");
        spend("k1", 600);
        assertEquals(1, reached("k1").cheaper().size());
        assertEquals(lifetime.id(), off("k1").budget().id());
        assertEquals(Long.MAX_VALUE, off("k1").resetsAtMillis());
    }

    @Test
    void everyActionGivesANoticeThatSaysWhatItDoes() throws Exception {
        set(key("k1"), 1_000, at(50, NO_HEAVY), at(60, CHEAPER));
        spend("k1", 600);
        house.store.write(tx -> true); // behind the notices
        List<String> texts = notices.stream().map(Notice::message).toList();
        assertEquals(2, texts.size(), texts::toString);
        assertTrue(
                texts.getFirst().contains("At least 50 %") && texts.getFirst().contains("heavy"), texts::toString);
        assertTrue(texts.getLast().contains("At least 60 %") && texts.getLast().contains("cheaper"), texts::toString);
    }
}
